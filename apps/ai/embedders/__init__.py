"""Turning text into vectors: the protocol, and the embedder that the settings choose.

Each embedder is a module here; adding one is copying one and naming it in the `EMBEDDER` setting.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Protocol

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
LENGTH_TOLERANCE = 0.01


class EmbedderFault(Exception):
    """The embedder could not be loaded or did not answer; trying again later may help."""


class Embedder(Protocol):
    """Makes vectors that are near each other when their texts mean the same."""

    model_id: str
    dimensions: int

    @property
    def weight_hash(self) -> str:
        """SHA-256 (hex) of the weights: vectors of other weights are of another space."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One L2-normalised row per text: shape (len(texts), dimensions), float32. Raises `EmbedderFault`."""
        ...


def checked(vectors: Vectors, count: int, dimensions: int) -> Vectors:
    """`vectors` if they are `count` usable rows of `dimensions`; else `EmbedderFault`, so that none is ever stored."""
    if vectors.shape != (count, dimensions):
        raise EmbedderFault(f"the embedder gave {vectors.shape}, not {(count, dimensions)}")
    lengths = np.linalg.norm(vectors, axis=1)
    # A comparison with NaN is false, so this refuses it too.
    if not np.all(np.abs(lengths - 1) < LENGTH_TOLERANCE):
        raise EmbedderFault("the embedder gave a vector that is not of length one")
    return vectors


@cache
def embedder() -> Embedder:
    """The configured embedder, loaded once per process at the first use."""
    made: Embedder = import_string(settings.EMBEDDER)()
    return made
