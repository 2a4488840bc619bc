"""A small library as a whole in memory: all vectors of its passages, and the signs of all their words.

Postgres takes six times as long to compare the vectors of a thousand passages, and four times to hand out the words of
those that are found. They take 17 KB a passage here, so it is done for small libraries only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from apps.core import stored
from apps.indexing.models import EmbeddingSpace
from apps.search import groups, keeping, wording
from apps.search.filters import Scope
from apps.search.groups import Groups, Ids, Mask
from apps.search.keeping import Kept, Row
from apps.search.wording import Said

# Passages that say the same must be equally near, wherever they stand: sums of so many numbers differ behind this.
DIGITS = 6
_VECTORS = """
SELECT passage_id, embedding
FROM indexing_vector
WHERE owner_id = %(owner)s AND space_id = %(space)s AND passage_id = ANY(%(passages)s::bigint[])
ORDER BY passage_id, level, ordinal
"""
# What Postgres sends of a half-precision vector: two numbers of 16 bits, then its own.
_HALF = np.dtype(">f2")
_BEFORE = 2


@dataclass(frozen=True)
class Whole:
    """Some passages: their ids, their documents' ids, their vectors (float32, one in each column) and words."""

    passages: Ids
    documents: Ids
    wholes: NDArray[np.float32]
    sentences: Groups
    said: Said

    @property
    def bytes(self) -> int:
        return self.wholes.nbytes + self.sentences.values.nbytes + self.said.words.values.nbytes


class _Kept(Kept[Whole]):
    """One library."""

    def made(self, rows: Sequence[Row]) -> Whole:
        return _read(self.owner_id, self.space, {passage: document for passage, document, _signs in rows})

    def joined(self, parts: Sequence[Whole]) -> Whole:
        return Whole(
            np.concatenate([part.passages for part in parts]),
            np.concatenate([part.documents for part in parts]),
            np.concatenate([part.wholes for part in parts], axis=1),
            groups.joined([part.sentences for part in parts]),
            wording.joined([part.said for part in parts]),
        )


@dataclass(frozen=True)
class Library:
    """An owner's passages in one space, and which of them may be looked at."""

    whole: Whole
    allowed: Mask

    def compared(self, vector: NDArray[np.float16], shares: tuple[float, float]) -> Compared:
        """What it says of a vector of length 1; `shares` are what the nearest sentence and the whole weigh.

        Asks the database nothing.
        """
        asked, sentences = vector.astype(np.float32), self.whole.sentences
        cosines = asked @ sentences.values
        if not len(self.whole.passages):
            return Compared(self, cosines, cosines)
        near = shares[0] * np.maximum.reduceat(cosines, sentences.starts) + shares[1] * (asked @ self.whole.wholes)
        return Compared(self, near.round(DIGITS), cosines)


@dataclass(frozen=True)
class Compared:
    """A question and all passages of a library: how near each is, and the cosines of all sentences."""

    library: Library
    near: NDArray[np.float32]
    cosines: NDArray[np.float32]

    def nearest(self, also: Iterable[int], most: int) -> dict[int, float]:
        """How near the `most` nearest are, and those of `also`, by their ids; of equals the older ones."""
        ids = self.library.whole.passages
        best = np.lexsort((ids, -self.near, ~self.library.allowed))[:most]
        chosen = np.union1d(best, np.flatnonzero(np.isin(ids, list(also))))
        chosen = chosen[self.library.allowed[chosen]]
        return dict(zip(ids[chosen].tolist(), self.near[chosen].tolist(), strict=True))

    def of_sentences(self, passages: Iterable[int]) -> dict[int, tuple[float, ...]]:
        """How near each sentence of these passages is, by the passages' ids."""
        whole = self.library.whole
        chosen = np.isin(whole.passages, list(passages))
        starts, sizes = whole.sentences.starts[chosen].tolist(), whole.sentences.sizes[chosen].tolist()
        places = zip(whole.passages[chosen].tolist(), starts, sizes, strict=True)
        return {pk: tuple(self.cosines[start : start + size].tolist()) for pk, start, size in places}

    def said(self, passages: Collection[int]) -> Said:
        """The words of these passages."""
        return self.library.whole.said.only(passages)


def library(owner_id: int, space: EmbeddingSpace, hidden: Sequence[int], scope: Scope, indexed: int) -> Library:
    """The owner's library as it is now; `indexed` is how many passages have vectors."""
    whole = _Kept.of(owner_id, space).look(indexed)
    return Library(whole, keeping.allowed(whole, hidden, scope))


def _read(owner_id: int, space: EmbeddingSpace, documents: Mapping[int, int]) -> Whole:
    """The passages of these ids that are still there; `documents` are those they are of."""
    rows = _vectors(owner_id, space, documents)
    ids, wholes, sentences, sizes = [], [], [], []
    for pk, of_one in groupby(range(len(rows)), key=lambda at: rows[at][0]):
        whole, *others = of_one
        ids.append(pk)
        wholes.append(whole)
        # A passage without sentences is one.
        sentences += others or [whole]
        sizes.append(len(others) or 1)
    sent = np.frombuffer(b"".join(row[1] for row in rows), dtype=_HALF).reshape(-1, _BEFORE + space.dimensions)
    vectors = sent[:, _BEFORE:].astype(np.float32)
    return Whole(
        np.array(ids, dtype=np.int64),
        np.array([documents[pk] for pk in ids], dtype=np.int64),
        np.ascontiguousarray(vectors[wholes].T),
        Groups(np.ascontiguousarray(vectors[sentences].T), np.array(sizes, dtype=np.int64)),
        wording.read(owner_id, ids, space),
    )


def _vectors(owner_id: int, space: EmbeddingSpace, passages: Collection[int]) -> list[tuple[int, bytes]]:
    """The passages' ids and vectors, of each the whole's before its sentences'."""
    if not passages:
        return []
    with stored.binary_cursor() as cursor:
        cursor.execute(_VECTORS, {"owner": owner_id, "space": space.pk, "passages": list(passages)})
        return cursor.fetchall()
