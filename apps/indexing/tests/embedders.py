"""Embedders that do what a real one may: be away, give what cannot be used, take long enough for things to happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from django.test import override_settings

from apps.ai.embedders import EmbedderFault, Vectors, embedder
from apps.ai.embedders.use import UniversalSentenceEncoder


class Away(UniversalSentenceEncoder):
    """Does not answer."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise EmbedderFault("no answer")


class NotNumbers(UniversalSentenceEncoder):
    """Gives NaN."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.full((len(texts), self.dimensions), np.nan, dtype=np.float32)


class WrongSize(UniversalSentenceEncoder):
    """Gives vectors of another size than it says."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        return super().embed(texts)[:, :100]


class Slow(UniversalSentenceEncoder):
    """Lets something happen `meanwhile`, once."""

    meanwhile: Callable[[], None] | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        happening, Slow.meanwhile = Slow.meanwhile, None
        if happening:
            happening()
        return super().embed(texts)


class Counting(UniversalSentenceEncoder):
    """Keeps what it was asked to embed."""

    asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        Counting.asked.extend(texts)
        return super().embed(texts)


class Other(UniversalSentenceEncoder):
    """Another model."""

    model_id = "another-model"
    weight_hash = "f" * 64


@contextmanager
def using(kind: type[UniversalSentenceEncoder]) -> Iterator[None]:
    """The site with this embedder configured."""
    embedder.cache_clear()
    try:
        with override_settings(EMBEDDER=f"{kind.__module__}.{kind.__qualname__}"):
            yield
    finally:
        embedder.cache_clear()
