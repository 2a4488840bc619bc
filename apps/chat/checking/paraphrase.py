"""Tells whether a source says in other words what a statement says: by how near they are in meaning."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from apps.ai.embedders import EmbedderFault, Vectors, embedder
from apps.indexing import sentences

# The cosine of the vectors of a statement and of one sentence of its source. Of right statements that share few words
# with their source nearly every second is so near, of those made from another passage one in two hundred.
NEAR = 0.55
# Of a long source the first sentences are compared: each takes a few thousandths of a second.
MOST = 100


def says_the_same(words: str, sources: Sequence[str]) -> bool:
    """Whether a sentence of the sources is so near; not where there is no telling, for want of the embedder."""
    try:
        (statement,) = embedder().embed([words])
        said = [_vectors(source, embedder().weight_hash) for source in sources]
    except EmbedderFault:
        return False
    return any(len(vectors) > 0 and float(np.max(vectors @ statement)) >= NEAR for vectors in said)


@lru_cache(maxsize=64)
def _vectors(source: str, _weights: str) -> Vectors:
    """A row for each sentence of a source, kept for the other statements of an answer that cite it."""
    said = [source[start:end] for start, end in sentences.whole(source)][:MOST]
    return embedder().embed(said) if said else np.zeros((0, embedder().dimensions), np.float32)
