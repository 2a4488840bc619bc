"""The candidates of a large library: the passages that may be nearest to a question, told by their sketches.

To read a hundred thousand sketches from the database takes ten times as long as to compare them. So a process keeps
those of the libraries that are searched in it, 350 to 450 bytes a passage. What has gone shows when vectors are
compared, and is then told to `forget`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from apps.indexing import binary
from apps.indexing.binary import Columns, Signs
from apps.indexing.models import EmbeddingSpace
from apps.search import groups, keeping
from apps.search.filters import Scope
from apps.search.groups import Groups, Ids, Mask
from apps.search.keeping import Kept, Row

# All sketches are compared with the question's signs alone; those of so many times as many passages as are wanted, with
# its numbers in so many binary digits.
PLANES = 4
FIRST = 5
# When more of what was proposed has gone than this share, there is more of it.
_MUCH = 0.2


@dataclass(frozen=True)
class Sketches:
    """Those of some passages: their ids, their documents' ids, and the signs of the wholes and of all sentences."""

    passages: Ids
    documents: Ids
    wholes: Columns
    sentences: Groups

    @property
    def bytes(self) -> int:
        return self.wholes.nbytes + self.sentences.values.nbytes + 3 * self.passages.nbytes

    def farness(self, question: Signs, shares: tuple[float, float]) -> NDArray[np.float32]:
        """How far each passage is by the first rows of `binary.planes`: the nearest sentence and the whole, weighed."""
        if not len(self.passages):
            return np.empty(0, dtype=np.float32)
        of_sentences, of_wholes = (_farness(question, columns) for columns in (self.sentences.values, self.wholes))
        return shares[0] * np.minimum.reduceat(of_sentences, self.sentences.starts) + shares[1] * of_wholes

    def only(self, kept: Mask) -> Sketches:
        """Those of the passages for which it is true."""
        chosen = np.flatnonzero(kept)
        return Sketches(
            self.passages[chosen],
            self.documents[chosen],
            self.wholes.take(chosen, axis=1),
            self.sentences.only(kept),
        )


def joined(parts: Sequence[Sketches]) -> Sketches:
    """All of these together."""
    return Sketches(
        np.concatenate([part.passages for part in parts]),
        np.concatenate([part.documents for part in parts]),
        np.concatenate([part.wholes for part in parts], axis=1),
        groups.joined([part.sentences for part in parts]),
    )


def read(rows: Sequence[Row], dimensions: int) -> Sketches:
    """Sketches as they are stored."""
    of_one = binary.size(dimensions)
    # A passage without sentences is one.
    stored = [signs if len(signs) > of_one else 2 * signs for _, _, signs in rows]
    sizes = np.array([len(signs) // of_one for signs in stored], dtype=np.int64)
    every = binary.read(b"".join(stored), dimensions)
    is_whole = np.zeros(len(every), dtype=bool)
    is_whole[np.cumsum(sizes) - sizes] = True
    return Sketches(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        binary.columns(every[is_whole]),
        Groups(binary.columns(every[~is_whole]), sizes - 1),
    )


class _Kept(Kept[Sketches]):
    """The sketches of one library."""

    def made(self, rows: Sequence[Row]) -> Sketches:
        return read(rows, self.space.dimensions)

    def joined(self, parts: Sequence[Sketches]) -> Sketches:
        return joined(parts)

    def forget(self, gone: Collection[int]) -> None:
        with self.looking:
            self.held = self.held.only(~np.isin(self.held.passages, list(gone)))


@dataclass(frozen=True)
class Choice:
    """The sketches of a library, and which of its passages may be looked at."""

    sketches: Sketches
    allowed: Mask

    def nearest(self, vector: NDArray[np.float16], most: int, shares: tuple[float, float]) -> list[int]:
        """The ids of `most` passages whose sketches are nearest to a vector, and of those as near as the last.

        `shares` are what the nearest sentence and the whole weigh. Asks the database nothing.
        """
        question = binary.planes(vector, PLANES)
        farness = np.where(self.allowed, self.sketches.farness(question[:1], shares), np.float32(np.inf))
        some = self.sketches.only(_least(farness, most * FIRST))
        return [int(pk) for pk in some.passages[_least(some.farness(question, shares), most)]]


def choice(
    owner_id: int, space: EmbeddingSpace, hidden: Sequence[int], scope: Scope, gone: Collection[int] = ()
) -> Choice:
    """What may be chosen among now, but for the documents `hidden` and the passages `gone`. More may have gone."""
    sketches = _Kept.of(owner_id, space).look()
    return Choice(sketches, keeping.allowed(sketches, hidden, scope, gone))


def forget(owner_id: int, space: EmbeddingSpace, proposed: int, gone: Collection[int]) -> None:
    """Passages of the owner that are no longer there, of so many proposed.

    Inside a transaction that takes them away, they are forgotten when it has: it may yet leave them.
    """

    def now() -> None:
        kept = _Kept.of(owner_id, space)
        if len(gone) > _MUCH * proposed:
            keeping.drop(kept)
        else:
            kept.forget(gone)

    transaction.on_commit(now)


def _farness(question: Signs, among: Columns) -> NDArray[np.float32]:
    """How far each of `among` is by these rows: each weighs half of the one before."""
    # One by one: with a single row, as all sketches are compared, a product of matrices takes twenty times as long.
    first, *others = binary.differing(binary.columns(question), among)
    farness: NDArray[np.float32] = first.astype(np.float32)
    for row, differing in enumerate(others, 1):
        farness += differing * np.float32(0.5**row)
    return farness


def _least(farness: NDArray[np.float32], most: int) -> Mask:
    """Whether each is among the `most` least, or as little as the last of them; never what is infinite."""
    last = np.partition(farness, most - 1)[most - 1] if most < len(farness) else np.inf
    return (farness <= last) & np.isfinite(farness)
