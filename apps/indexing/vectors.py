"""Makes the vectors of passages: of each sentence and of the whole, and of each word what comparing words needs.

The embedder is a sentence encoder. A passage is scored by its best sentence and as a whole, which finds far better than
one vector a passage does; vectors of two neighbouring sentences added nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.ai.embedders import checked, embedder
from apps.indexing import vocabulary
from apps.indexing.models import Vector

# Passages at a time: about 250 texts, half a second on one core.
BATCH = 32


@dataclass(frozen=True)
class Text:
    """What is embedded of one passage: `sentences` are the [start, end) spans of its sentences in `text`.

    `title` is the document's: its words count as if each passage said them.
    """

    passage_id: int
    text: str
    sentences: Sequence[Sequence[int]]
    title: str = ""


@dataclass(frozen=True)
class Key:
    """Which vector this is."""

    passage_id: int
    level: int
    ordinal: int


@dataclass(frozen=True)
class Batch:
    """The vectors of some passages: that of `keys[n]` is `vectors[rows[n]]`, for equal texts share a row.

    Half precision, as they are stored: a book's vectors take some 8 MB until then. `words` are the signs of the words
    of each passage, by its id.
    """

    keys: list[Key]
    rows: list[int]
    vectors: NDArray[np.float16]
    words: Mapping[int, bytes]


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
    return Batch(keys, rows, made.astype(np.float16), _words(texts))


def parts(text: Text) -> Iterator[tuple[Key, str]]:
    """Everything of a passage that gets a vector."""
    yield Key(text.passage_id, Vector.Level.PASSAGE, 0), text.text
    for ordinal, (start, end) in enumerate(text.sentences):
        yield Key(text.passage_id, Vector.Level.SENTENCE, ordinal), text.text[start:end]


def _words(texts: Sequence[Text]) -> dict[int, bytes]:
    """The signs of the words of each passage, all those of a batch asked for together."""
    said = {text.passage_id: vocabulary.words(f"{text.text}\n{text.title}") for text in texts}
    every = list({word: None for words in said.values() for word in words})
    signs = dict(zip(every, vocabulary.signs(every), strict=True))
    return {pk: b"".join(signs[word].tobytes() for word in words) for pk, words in said.items()}
