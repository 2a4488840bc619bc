"""A second look at what both legs found: how much of the question each passage says in words of its own.

Each word of the question is compared with each of a passage by what they mean, so a synonym counts, and a translation.
It is the only way in which words can speak for a passage in another language.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.core import stored
from apps.indexing import binary
from apps.indexing.binary import Signs
from apps.indexing.models import EmbeddingSpace
from apps.search import groups
from apps.search.groups import Groups, Ids

# Words less alike than this have nothing to do with each other.
UNRELATED = 0.4
# Fewer passages are weighed as if they were so many: of three, a word in all of them would weigh nothing.
SMALLEST = 100

_SIGNS = """
SELECT passage_id, signs FROM indexing_passagewords
WHERE owner_id = %(owner)s AND passage_id = ANY(%(passages)s::bigint[]) AND space_id = %(space)s
"""

Matches = NDArray[np.float32]


@dataclass(frozen=True)
class Said:
    """The signs of the words of some passages (`binary.Columns`), of each that has any."""

    passages: Ids
    words: Groups

    def only(self, passages: Collection[int]) -> Said:
        """Those of these passages."""
        chosen = np.isin(self.passages, list(passages))
        return Said(self.passages[chosen], self.words.only(chosen))


def joined(parts: Sequence[Said]) -> Said:
    """All of these together."""
    return Said(np.concatenate([part.passages for part in parts]), groups.joined([part.words for part in parts]))


def read(owner_id: int, passages: Collection[int], space: EmbeddingSpace) -> Said:
    """What these passages of the owner say, as far as it is known in `space`."""
    rows = [(pk, signs) for pk, signs in _signs(owner_id, passages, space) if signs]
    sizes = [len(signs) // binary.size(space.dimensions) for _, signs in rows]
    words = binary.columns(binary.read(b"".join(signs for _, signs in rows), space.dimensions))
    return Said(np.array([pk for pk, _ in rows], dtype=np.int64), Groups(words, np.array(sizes, dtype=np.int64)))


def match(asked: Signs, said: Said, dimensions: int) -> dict[int, Matches]:
    """How well each passage says each of the words whose signs are `asked` (0 to 1), by its id."""
    if not len(asked) or not len(said.passages):
        return {}
    differing = binary.differing(binary.columns(asked), said.words.values)
    alike = binary.likeness(np.minimum.reduceat(differing, said.words.starts, axis=1).T, dimensions)
    weighed = np.where(alike > UNRELATED, alike**2, np.float32(0))
    return dict(zip(said.passages.tolist(), weighed, strict=True))


def _signs(owner_id: int, passages: Collection[int], space: EmbeddingSpace) -> list[tuple[int, bytes]]:
    """The signs of these passages' words, some thousand bytes each."""
    if not passages:
        return []
    with stored.binary_cursor() as cursor:
        cursor.execute(_SIGNS, {"owner": owner_id, "passages": list(passages), "space": space.pk})
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
