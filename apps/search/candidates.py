"""The candidates of a large library: the passages that may be nearest to a question, told by their sketches.

To read a hundred thousand sketches from the database takes ten times as long as to compare them. So a process keeps
those of the libraries that are searched in it, 350 to 450 bytes a passage, and each search asks for what has come since
the last one. What has gone shows when vectors are compared, and is then told to `forget`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import psycopg
from django.db import connection, transaction
from numpy.typing import NDArray

from apps.core import memory
from apps.indexing import binary
from apps.indexing.binary import Columns, Signs
from apps.indexing.models import EmbeddingSpace
from apps.search.filters import Scope

Ids = NDArray[np.int64]

# What the sketches of all libraries together may take, of 350,000 passages; the one searched last is kept in any case.
BYTES = 128 * 2**20
# All sketches are compared with the question's signs alone; those of so many times as many passages as are wanted, with
# its numbers in so many binary digits.
PLANES = 4
FIRST = 5
# Rows of a large answer that are made numbers of at a time.
_ROWS = 20_000
# When more of what was proposed has gone than this share, there is more of it.
_MUCH = 0.2

# A transaction may end long after a later one, and what it stored shows only then. So whatever was stored by those that
# had not ended when it was last looked is asked for again. Numbers of transactions yet to come are those of another
# database, of which this one is a copy.
_CAME = """
SELECT passage_id, document_id, signs, (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
FROM indexing_sketch
WHERE owner_id = %(owner)s AND space_id = %(space)s
"""
_SINCE = "AND made_in BETWEEN %(since)s AND pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


@dataclass(frozen=True)
class Sketches:
    """Those of some passages: their ids, their documents' ids, and the signs of the wholes and of all sentences.

    The sentences of a passage stand together, and begin in the column that `starts` says.
    """

    passages: Ids
    documents: Ids
    wholes: Columns
    starts: Ids
    sentences: Columns

    @property
    def bytes(self) -> int:
        return self.wholes.nbytes + self.sentences.nbytes + 3 * self.passages.nbytes

    def farness(self, question: Signs, shares: tuple[float, float]) -> NDArray[np.float32]:
        """How far each passage is by the first rows of `binary.planes`: the nearest sentence and the whole, weighed."""
        if not len(self.passages):
            return np.empty(0, dtype=np.float32)
        of_sentences, of_wholes = (_farness(question, columns) for columns in (self.sentences, self.wholes))
        return shares[0] * np.minimum.reduceat(of_sentences, self.starts) + shares[1] * of_wholes

    def only(self, kept: NDArray[np.bool_]) -> Sketches:
        """Those of the passages for which it is true."""
        sizes = np.diff(np.append(self.starts, self.sentences.shape[1]))
        chosen, columns = np.flatnonzero(kept), np.flatnonzero(np.repeat(kept, sizes))
        return Sketches(
            self.passages[chosen],
            self.documents[chosen],
            self.wholes.take(chosen, axis=1),
            _starts(sizes[chosen]),
            self.sentences.take(columns, axis=1),
        )


def joined(parts: Sequence[Sketches]) -> Sketches:
    """All of these together."""
    if len(parts) == 1:
        return parts[0]
    before = np.cumsum([0, *(part.sentences.shape[1] for part in parts)])
    return Sketches(
        np.concatenate([part.passages for part in parts]),
        np.concatenate([part.documents for part in parts]),
        np.concatenate([part.wholes for part in parts], axis=1),
        np.concatenate([part.starts + start for part, start in zip(parts, before, strict=False)]),
        np.concatenate([part.sentences for part in parts], axis=1),
    )


def read(rows: Sequence[tuple[int, int, bytes]], dimensions: int) -> Sketches:
    """Sketches as they are stored: the passage's id, its document's, and the signs."""
    of_one = binary.size(dimensions)
    # A passage without sentences is one.
    stored = [signs if len(signs) > of_one else 2 * signs for _, _, signs in rows]
    sizes = np.array([len(signs) // of_one for signs in stored], dtype=np.int64)
    every = binary.read(b"".join(stored), dimensions)
    is_whole = np.zeros(len(every), dtype=bool)
    is_whole[_starts(sizes)] = True
    return Sketches(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        binary.columns(every[is_whole]),
        _starts(sizes - 1),
        binary.columns(every[~is_whole]),
    )


class _Kept:
    """The sketches of one owner in one space, as of the last look."""

    def __init__(self, owner_id: int, space: EmbeddingSpace) -> None:
        self._owner_id, self._space = owner_id, space
        self._looking = Lock()
        self.sketches = read([], space.dimensions)
        self._since: int | None = None

    def look(self) -> Sketches:
        """All that are stored now, and perhaps some that no longer are."""
        with self._looking:
            came, since = self._came()
            if came:
                self.sketches = joined([self.sketches, *came])
            self._since = since
            return self.sketches

    def forget(self, gone: Collection[int]) -> None:
        with self._looking:
            self.sketches = self.sketches.only(~np.isin(self.sketches.passages, list(gone)))

    def _came(self) -> tuple[list[Sketches], int | None]:
        """What has come since, and since when to ask the next time."""
        asked = {"owner": self._owner_id, "space": self._space.pk, "since": self._since}
        parts, since = [], self._since
        connection.ensure_connection()
        # Bytes as bytes, as they are not by Django's cursors.
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(_CAME if since is None else _CAME + _SINCE, asked, binary=True)
            while rows := cursor.fetchmany(_ROWS):
                since = rows[0][3]
                known = self._known([row[0] for row in rows])
                if new := [row[:3] for row in rows if row[0] not in known]:
                    parts.append(read(new, self._space.dimensions))
        if len(parts) > 1:
            memory.give_back()
        return parts, since

    def _known(self, passages: Sequence[int]) -> set[int]:
        return set(self.sketches.passages[np.isin(self.sketches.passages, passages)].tolist())


_keeping = Lock()
# The one searched last comes last.
_kept: dict[tuple[int, int], _Kept] = {}


@dataclass(frozen=True)
class Choice:
    """The sketches of a library, and which of its passages may be looked at."""

    sketches: Sketches
    allowed: NDArray[np.bool_]

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
    kept = _of(owner_id, space)
    sketches = kept.look()
    _make_room(kept)
    return Choice(sketches, _allowed(sketches, hidden, scope, gone))


def forget(owner_id: int, space: EmbeddingSpace, proposed: int, gone: Collection[int]) -> None:
    """Passages of the owner that are no longer there, of so many proposed.

    Inside a transaction that takes them away, they are forgotten when it has: it may yet leave them.
    """

    def now() -> None:
        if len(gone) > _MUCH * proposed:
            _kept.pop((owner_id, space.pk), None)
        else:
            _of(owner_id, space).forget(gone)

    transaction.on_commit(now)


def forget_all() -> None:
    """Forgets what is kept in mind."""
    _kept.clear()


def _of(owner_id: int, space: EmbeddingSpace) -> _Kept:
    key = owner_id, space.pk
    with _keeping:
        _kept[key] = found = _kept.pop(key, None) or _Kept(owner_id, space)
    return found


def _make_room(last: _Kept) -> None:
    with _keeping:
        taken = sum(kept.sketches.bytes for kept in _kept.values())
        for key, kept in list(_kept.items()):
            if taken > BYTES and kept is not last:
                taken -= kept.sketches.bytes
                del _kept[key]


def _allowed(sketches: Sketches, hidden: Sequence[int], scope: Scope, gone: Collection[int]) -> NDArray[np.bool_]:
    allowed = np.ones(len(sketches.passages), dtype=bool)
    if gone:
        allowed &= ~np.isin(sketches.passages, list(gone))
    if hidden:
        allowed &= ~np.isin(sketches.documents, hidden)
    if scope.documents is not None:
        allowed &= np.isin(sketches.documents, scope.documents)
    if scope.passages is not None:
        allowed &= np.isin(sketches.passages, scope.passages)
    if scope.without:
        allowed &= ~np.isin(sketches.passages, scope.without)
    return allowed


def _farness(question: Signs, among: Columns) -> NDArray[np.float32]:
    weights = np.exp2(-np.arange(len(question), dtype=np.float32))
    return (weights @ binary.differing(binary.columns(question), among)).astype(np.float32, copy=False)


def _least(farness: NDArray[np.float32], most: int) -> NDArray[np.bool_]:
    """Whether each is among the `most` least, or as little as the last of them; never what is infinite."""
    last = np.partition(farness, most - 1)[most - 1] if most < len(farness) else np.inf
    return (farness <= last) & np.isfinite(farness)


def _starts(sizes: NDArray[np.int64]) -> Ids:
    """Where each begins of what stands one after the other, in such sizes."""
    starts = np.zeros(len(sizes), dtype=np.int64)
    np.cumsum(sizes[:-1], out=starts[1:])
    return starts
