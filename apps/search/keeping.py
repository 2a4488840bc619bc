"""What a process keeps in memory of the libraries that are searched in it, and how it stays what the database holds.

Each search asks for what has come since the last one. So no process has to hear of anything, and what another one has
stored a moment ago is found.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from threading import Lock
from typing import Any, Generic, Protocol, Self, TypeVar, cast

import numpy as np

from apps.core import memory, stored
from apps.indexing.models import EmbeddingSpace
from apps.search.filters import Scope
from apps.search.groups import Ids, Mask

# What is kept of all libraries together may take so much; the one searched last is kept in any case.
BYTES = 128 * 2**20
# Rows of a large answer that are made numbers of at a time.
_ROWS = 20_000

# A transaction may end long after a later one, and what it stored shows only then. So whatever was stored by those that
# had not ended when it was last looked is asked for again. Numbers of transactions yet to come are those of another
# database, of which this one is a copy.
_CAME = """
SELECT passage_id, document_id, signs, (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
FROM indexing_sketch
WHERE owner_id = %(owner)s AND space_id = %(space)s
"""
_SINCE = "AND made_in BETWEEN %(since)s AND pg_snapshot_xmax(pg_current_snapshot())::text::bigint"

# A row of a sketch: the passage's id, its document's, and the signs.
Row = tuple[int, int, bytes]


class Held(Protocol):
    """Something of each of some passages: their ids, and those of their documents."""

    @property
    def passages(self) -> Ids: ...

    @property
    def documents(self) -> Ids: ...

    @property
    def bytes(self) -> int: ...


H = TypeVar("H", bound=Held)


class Kept(ABC, Generic[H]):
    """What is held of one owner's passages in one space, as of the last look."""

    def __init__(self, owner_id: int, space: EmbeddingSpace) -> None:
        self.owner_id, self.space = owner_id, space
        self.looking = Lock()
        self.held = self.made([])
        self._since: int | None = None

    @abstractmethod
    def made(self, rows: Sequence[Row]) -> H:
        """What is held of the passages whose sketches came."""

    @abstractmethod
    def joined(self, parts: Sequence[H]) -> H:
        """All of these together."""

    @classmethod
    def of(cls, owner_id: int, space: EmbeddingSpace) -> Self:
        """What this process keeps of it; it is now the one searched last."""
        key = cls, owner_id, space.pk
        with _keeping:
            found = _kept.pop(key, None) or cls(owner_id, space)
            _kept[key] = found
        return cast("Self", found)

    def look(self, count: int | None = None) -> H:
        """Of all passages that are there now, and perhaps of some that no longer are: but not if `count` is told."""
        with self.looking:
            self._add()
            if count not in (None, len(self.held.passages)):
                self.held, self._since = self.made([]), None
                self._add()
            found = self.held
        _make_room(self)
        return found

    def _add(self) -> None:
        """What has come since the last look."""
        asked = {"owner": self.owner_id, "space": self.space.pk, "since": self._since}
        parts, since = [], self._since
        with stored.binary_cursor() as cursor:
            cursor.execute(_CAME if since is None else _CAME + _SINCE, asked)
            while rows := cursor.fetchmany(_ROWS):
                since = rows[0][3]
                known = self._known([row[0] for row in rows])
                if new := [row[:3] for row in rows if row[0] not in known]:
                    parts.append(self.made(new))
        if parts:
            self.held = self.joined([self.held, *parts])
        if len(parts) > 1:
            memory.give_back()
        self._since = since

    def _known(self, passages: Sequence[int]) -> set[int]:
        return set(self.held.passages[np.isin(self.held.passages, passages)].tolist())


_keeping = Lock()
# The one searched last comes last.
_kept: dict[tuple[type, int, int], Kept[Any]] = {}


def drop(kept: Kept[Any]) -> None:
    """Forgets one: it is read anew when it is searched again."""
    _kept.pop((type(kept), kept.owner_id, kept.space.pk), None)


def forget() -> None:
    """Forgets what is kept in mind."""
    _kept.clear()


def _make_room(last: Kept[Any]) -> None:
    with _keeping:
        taken = sum(kept.held.bytes for kept in _kept.values())
        for key, kept in list(_kept.items()):
            if taken > BYTES and kept is not last:
                taken -= kept.held.bytes
                del _kept[key]


def allowed(held: Held, hidden: Sequence[int], scope: Scope, gone: Collection[int] = ()) -> Mask:
    """Which passages are in the scope, but for those of documents `hidden` and those `gone`."""
    chosen = np.ones(len(held.passages), dtype=bool)
    if gone:
        chosen &= ~np.isin(held.passages, list(gone))
    if hidden:
        chosen &= ~np.isin(held.documents, hidden)
    if scope.documents is not None:
        chosen &= np.isin(held.documents, scope.documents)
    if scope.passages is not None:
        chosen &= np.isin(held.passages, scope.passages)
    if scope.without:
        chosen &= ~np.isin(held.passages, scope.without)
    return chosen
