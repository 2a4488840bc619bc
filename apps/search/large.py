"""A large library: its vectors stay in the database, and those of the passages that its sketches propose are compared.

It is measured to find the same as comparing all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from apps.indexing.models import EmbeddingSpace, Vector
from apps.search import candidates, wording
from apps.search.candidates import Choice
from apps.search.filters import Scope
from apps.search.wording import Said

# So many passages have their vectors compared: of the ten nearest hardly one in a thousand is lost. Of a very large
# library it takes more: one of so many (docs/decisions/0008).
CANDIDATES = 200
ONE_OF = 200
# Passages may go between the choice of candidates and their comparison, but not for ever.
_TIMES = 5

# The vectors have length 1, so that their inner product is their cosine, cheaper. LATERAL: of each candidate by itself,
# and never by a look at all vectors of the owner. Nothing is said of how near a passage is that has none.
_NEAREST = """
WITH near AS MATERIALIZED (
    SELECT passage_id,
        %(sentence_share)s * coalesce(sentence, whole) + %(whole_share)s * coalesce(whole, sentence) AS meaning
    FROM (SELECT DISTINCT unnest(%(candidates)s::bigint[] || %(also)s::bigint[]) AS passage_id) AS candidate
    CROSS JOIN LATERAL (
        SELECT
            max(cosine) FILTER (WHERE level = %(sentence)s) AS sentence,
            max(cosine) FILTER (WHERE level = %(whole)s) AS whole
        FROM (
            SELECT level, -(embedding <#> %(question)s::halfvec) AS cosine
            FROM indexing_vector AS vector
            WHERE vector.passage_id = candidate.passage_id AND space_id = %(space)s AND owner_id = %(owner)s
        ) AS compared
    ) AS compared
)
(SELECT passage_id, meaning FROM near WHERE meaning IS NOT NULL ORDER BY meaning DESC, passage_id LIMIT %(most)s)
UNION
SELECT passage_id, meaning FROM near WHERE meaning IS NULL OR passage_id = ANY(%(also)s::bigint[])
"""
_SENTENCES_OF = """
SELECT passage_id, array_agg(-(embedding <#> %(question)s::halfvec) ORDER BY ordinal)
FROM indexing_vector
WHERE owner_id = %(owner)s AND passage_id = ANY(%(passages)s::bigint[]) AND space_id = %(space)s
    AND level = %(sentence)s
GROUP BY passage_id
"""


@dataclass(frozen=True)
class Library:
    """An owner's passages in one space, about so many, but for those of documents `hidden` or not in `scope`."""

    owner_id: int
    space: EmbeddingSpace
    hidden: Sequence[int]
    scope: Scope
    passages: int
    choice: Choice

    def compared(self, vector: NDArray[np.float16], shares: tuple[float, float]) -> Compared:
        """What its sketches tell of a vector; `shares` are what the nearest sentence and the whole weigh.

        Asks the database nothing.
        """
        most = max(CANDIDATES, self.passages // ONE_OF)
        return Compared(self, vector, shares, self.choice.nearest(vector, most, shares))


@dataclass(frozen=True)
class Compared:
    """A question and the passages that may be nearest to it, by their ids."""

    library: Library
    vector: NDArray[np.float16]
    shares: tuple[float, float]
    candidates: Sequence[int]

    def nearest(self, also: Iterable[int], most: int) -> dict[int, float]:
        """How near the `most` nearest are, and those of `also`, by their ids; of equals the older ones."""
        asked = {"sentence_share": self.shares[0], "whole_share": self.shares[1], "also": _array(also), "most": most}
        compared, gone = self, set[int]()
        for _again in range(_TIMES):
            found, unknown = compared._found(asked)
            if not (new := unknown.intersection(compared.candidates)):
                break
            # Others have their place.
            gone |= new
            candidates.forget(self.library.owner_id, self.library.space, len(compared.candidates), new)
            compared = compared._without(gone)
        return found

    def of_sentences(self, passages: Iterable[int]) -> dict[int, tuple[float, ...]]:
        """How near each sentence of these passages is, by the passages' ids."""
        with connection.cursor() as cursor:
            cursor.execute(_SENTENCES_OF, {**self._values, "passages": list(passages)})
            return {pk: tuple(cosines) for pk, cosines in cursor.fetchall()}

    def said(self, passages: Collection[int]) -> Said:
        """The words of these passages."""
        return wording.read(self.library.owner_id, passages, self.library.space)

    @cached_property
    def _values(self) -> Mapping[str, Any]:
        """Of the names that statements have for it."""
        return {
            "owner": self.library.owner_id,
            "space": self.library.space.pk,
            # A list of numbers is written as Postgres reads it, and sooner than by its own adapter.
            "question": str(self.vector.tolist()),
            "sentence": Vector.Level.SENTENCE.value,
            "whole": Vector.Level.PASSAGE.value,
        }

    def _without(self, gone: Collection[int]) -> Compared:
        on = self.library
        choice = candidates.choice(on.owner_id, on.space, on.hidden, on.scope, gone)
        return replace(on, choice=choice).compared(self.vector, self.shares)

    def _found(self, asked: Mapping[str, Any]) -> tuple[dict[int, float], set[int]]:
        """The cosines of what is found, and the passages that have none."""
        with connection.cursor() as cursor:
            cursor.execute(_NEAREST, {**self._values, **asked, "candidates": _array(self.candidates)})
            rows = dict(cursor.fetchall())
        unknown = {pk for pk, cosine in rows.items() if cosine is None}
        return {pk: cosine for pk, cosine in rows.items() if cosine is not None}, unknown


def library(owner_id: int, space: EmbeddingSpace, hidden: Sequence[int], scope: Scope, passages: int) -> Library:
    """The owner's library as it is now."""
    return Library(owner_id, space, hidden, scope, passages, candidates.choice(owner_id, space, hidden, scope))


def _array(ids: Iterable[int]) -> str:
    """An array as Postgres reads it."""
    return f"{{{','.join(map(str, ids))}}}"
