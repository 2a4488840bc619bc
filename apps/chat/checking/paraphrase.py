"""Tells how near in meaning a statement is to what its sources say: they may say it in other words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from apps.ai.embedders import EmbedderFault, Vectors, embedder
from apps.indexing import sentences

# Of a long source the first sentences are compared: each takes a few thousandths of a second.
MOST = 100


def nearness(words: str, sources: Sequence[str]) -> float | None:
    """The cosine of a statement and of the sentence of the sources that is nearest to it in meaning, -1 to 1.

    `None` where there is no telling, for want of the embedder.
    """
    try:
        (statement,) = embedder().embed([words])
        said = [_vectors(source, embedder().weight_hash) for source in sources]
    except EmbedderFault:
        return None
    return max((float(np.max(vectors @ statement)) for vectors in said if len(vectors)), default=0.0)


@lru_cache(maxsize=64)
def _vectors(source: str, _weights: str) -> Vectors:
    """A row for each sentence of a source, kept for the other statements of an answer that cite it."""
    said = [source[start:end] for start, end in sentences.whole(source)][:MOST]
    return embedder().embed(said) if said else np.zeros((0, embedder().dimensions), np.float32)
