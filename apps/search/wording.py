"""A second look at what both legs found: how much of the question each passage says in words of its own.

Each word of the question is compared with each of a passage by what they mean, so a synonym counts, and a translation.
It is the only way in which words can speak for a passage in another language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray

from apps.indexing import binary
from apps.indexing.binary import Signs
from apps.indexing.models import EmbeddingSpace

# Words less alike than this have nothing to do with each other.
UNRELATED = 0.4
# Fewer passages are weighed as if they were so many: of three, a word in all of them would weigh nothing.
SMALLEST = 100

_SIGNS = """
SELECT passage_id, signs FROM indexing_passagewords
WHERE owner_id = %(owner)s AND passage_id = ANY(%(pool)s::bigint[]) AND space_id = %(space)s
"""

Matches = NDArray[np.float32]


def match(owner_id: int, asked: Signs, pool: Iterable[int], space: EmbeddingSpace) -> dict[int, Matches]:
    """How well each passage of `pool` says each of the words whose signs are `asked` (0 to 1), by its id.

    Passages whose words are not known in `space` are left out.
    """
    if not len(asked):
        return {}
    rows = [(pk, signs) for pk, signs in _signs(owner_id, pool, space) if signs]
    if not rows:
        return {}
    said = binary.read(b"".join(signs for _, signs in rows), space.dimensions)
    starts = np.cumsum([0, *(len(signs) // binary.size(space.dimensions) for _, signs in rows)])[:-1]
    differing = binary.differing(binary.columns(asked), binary.columns(said))
    alike = binary.likeness(np.minimum.reduceat(differing, starts, axis=1).T, space.dimensions)
    weighed = np.where(alike > UNRELATED, alike**2, np.float32(0))
    return {pk: each for (pk, _), each in zip(rows, weighed, strict=True)}


def _signs(owner_id: int, pool: Iterable[int], space: EmbeddingSpace) -> list[tuple[int, bytes]]:
    """The signs of these passages' words, read as they are stored: as text, as is usual, it takes twice as long."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_SIGNS, {"owner": owner_id, "pool": list(pool), "space": space.pk}, binary=True)
        return cursor.fetchall()


def shares(matches: Mapping[int, Matches]) -> dict[int, float]:
    """The share of the question that each of these passages says, 0 to 1.

    A word that few of them say weighs more, by BM25's idf over these passages: it is what tells them apart.
    """
    if not matches:
        return {}
    table = np.array(list(matches.values()))
    held = table.sum(axis=0)
    weights = np.log1p((max(len(table), SMALLEST) - held + 0.5) / (held + 0.5))
    return dict(zip(matches, (table @ weights / weights.sum()).tolist(), strict=True))
