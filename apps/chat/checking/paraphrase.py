"""Tells whether a source says in other words what a statement says: by how near they are in meaning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from apps.ai.embedders import EmbedderFault, embedder
from apps.indexing import sentences

# The cosine of the vectors of a statement and of one sentence of its source. Of right statements that share few words
# with their source nearly every second is so near, of those made from another passage one in two hundred.
NEAR = 0.55
# Of long sources the first sentences are compared: each takes a few thousandths of a second.
MOST = 100


def says_the_same(words: str, sources: Sequence[str]) -> bool:
    """Whether a sentence of the sources is so near; not where there is no telling, for want of the embedder."""
    said = [source[start:end] for source in sources for start, end in sentences.whole(source)]
    try:
        statement, *others = embedder().embed([words, *said[:MOST]])
    except EmbedderFault:
        return False
    return bool(others) and bool(np.max(np.stack(others) @ statement) >= NEAR)
