"""Makes the vectors of passages: of each sentence, of each two neighbours, and of the whole.

The embedder is a sentence encoder. A passage is scored by its best sentence (.5), its best pair of neighbours (.3)
and as a whole (.2), which finds far better than one vector a passage does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from apps.ai.embedders import checked, embedder
from apps.indexing.models import Vector

# Passages at a time: about 250 texts, half a second on one core.
BATCH = 32


@dataclass(frozen=True)
class Text:
    """What is embedded of one passage: `sentences` are the [start, end) spans of its sentences in `text`."""

    passage_id: int
    text: str
    sentences: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Key:
    """Which vector this is."""

    passage_id: int
    level: int
    ordinal: int


@dataclass(frozen=True)
class Batch:
    """The vectors of some passages: that of `keys[n]` is `vectors[rows[n]]`, for equal texts share a row.

    Half precision, as they are stored: a book's vectors take some 15 MB until then.
    """

    keys: list[Key]
    rows: list[int]
    vectors: NDArray[np.float16]


def embed(texts: Sequence[Text]) -> Iterator[Batch]:
    """The vectors of all `texts`, a batch of passages at a time. Raises `EmbedderFault`."""
    for start in range(0, len(texts), BATCH):
        yield _batch(texts[start : start + BATCH])


def _batch(texts: Sequence[Text]) -> Batch:
    keys: list[Key] = []
    rows: list[int] = []
    unique: dict[str, int] = {}
    for text in texts:
        for key, part in parts(text):
            keys.append(key)
            rows.append(unique.setdefault(part, len(unique)))
    made = checked(embedder().embed(list(unique)), len(unique), embedder().dimensions)
    return Batch(keys, rows, made.astype(np.float16))


def parts(text: Text) -> Iterator[tuple[Key, str]]:
    """Everything of a passage that gets a vector."""
    yield Key(text.passage_id, Vector.Level.PASSAGE, 0), text.text
    for ordinal, (start, end) in enumerate(text.sentences):
        yield Key(text.passage_id, Vector.Level.SENTENCE, ordinal), text.text[start:end]
    for ordinal, ((start, _), (_, end)) in enumerate(pairwise(text.sentences)):
        yield Key(text.passage_id, Vector.Level.WINDOW, ordinal), text.text[start:end]
