"""The vector leg: which passages mean what the question means.

A passage is as near as its best sentence and the whole of it say together: one vector for each passage alone finds far
less. All of the owner's vectors are compared, so the result is exact; of a large library, those of the passages that
are nearest by their sketches, which is measured to find the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from apps.ai.embedders import embedder
from apps.indexing import vocabulary
from apps.indexing.binary import Signs
from apps.indexing.models import EmbeddingSpace, Vector
from apps.search import candidates
from apps.search.candidates import Choice
from apps.search.filters import EVERYTHING, Scope

SENTENCE_SHARE, PASSAGE_SHARE = 0.6, 0.4

# An owner with more passages than this has the vectors of so many compared that their sketches say are nearest, and no
# others. Of the ten nearest hardly one in a thousand is lost at 300; the rest is for a hundred of them to be right, by
# which the final ranking compares. Of a very large library it takes more: one of so many (docs/decisions/0008).
LARGE = 1000
CANDIDATES = 500
ONE_OF = 200
# Passages may go between the choice of candidates and their comparison, but not for ever.
_TIMES = 5

_WEIGHED = """
    %(sentence_share)s * coalesce({sentence}, {whole}) + %(passage_share)s * coalesce({whole}, {sentence})
""".format(
    sentence="max(cosine) FILTER (WHERE level = %(sentence)s)",
    whole="max(cosine) FILTER (WHERE level = %(passage)s)",
)
# The vectors have length 1, so that their inner product is their cosine, cheaper. Aggregates over all of the owner's
# rows, and `+ 0`, leave nothing to an index on the embeddings, which would lose rows of small libraries in silence.
# `OFFSET 0` keeps Postgres from carrying the embeddings along into the grouping, where they would be sorted on disk.
_OF_ALL = """
    SELECT passage_id, {weighed} AS meaning
    FROM (
        SELECT passage_id, level, -(embedding <#> %(question)s::halfvec) + 0 AS cosine
        FROM indexing_vector
        WHERE owner_id = %(owner)s AND space_id = %(space)s {scope}
        OFFSET 0
    ) AS compared
    GROUP BY passage_id
"""
# LATERAL: of each candidate by itself, and never by a look at all vectors of the owner. Nothing is said of how near a
# passage is that has none.
_OF_CANDIDATES = """
    SELECT passage_id, compared.meaning
    FROM (SELECT DISTINCT unnest(%(candidates)s::bigint[] || %(also)s::bigint[]) AS passage_id) AS candidate
    CROSS JOIN LATERAL (
        SELECT {weighed} AS meaning
        FROM (
            SELECT level, -(embedding <#> %(question)s::halfvec) AS cosine
            FROM indexing_vector AS vector
            WHERE vector.passage_id = candidate.passage_id AND space_id = %(space)s AND owner_id = %(owner)s
        ) AS compared
    ) AS compared
"""
_NEAREST = """
WITH near AS MATERIALIZED ({near})
(SELECT passage_id, meaning FROM near WHERE meaning IS NOT NULL ORDER BY meaning DESC, passage_id LIMIT %(most)s)
UNION
SELECT passage_id, meaning FROM near WHERE meaning IS NULL OR passage_id = ANY(%(also)s::bigint[])
"""
# The space; and of the library's documents those in the trash, and those of which another revision is being read.
_GROUND = """
SELECT space.*, ARRAY(
    SELECT document.id
    FROM library_document AS document
    WHERE document.owner_id = %(owner)s
        AND (document.state <> 'ready' OR document.trashed_at IS NOT NULL)
        AND (document.trashed_at IS NOT NULL OR EXISTS (
            SELECT 1
            FROM indexing_passage AS passage
            WHERE passage.owner_id = %(owner)s
                AND passage.document_id = document.id
                AND passage.revision_id IS DISTINCT FROM document.revision_id
        ))
) AS hidden
FROM indexing_embeddingspace AS space
WHERE space.model_id = %(model)s AND space.weight_hash = %(weights)s AND space.state <> 'retired'
"""
_NOT_HIDDEN = """AND passage_id NOT IN (
    SELECT id FROM indexing_passage WHERE owner_id = %(owner)s AND document_id = ANY(%(hidden)s::bigint[])
)"""
_SENTENCES_OF = """
SELECT passage_id, array_agg(-(embedding <#> %(question)s::halfvec) ORDER BY ordinal)
FROM indexing_vector
WHERE owner_id = %(owner)s AND passage_id = ANY(%(passages)s::bigint[]) AND space_id = %(space)s
    AND level = %(sentence)s
GROUP BY passage_id
"""


@dataclass(frozen=True)
class Ground:
    """Where is searched: whose library, in which space, about how large it is, and the sketches of a large one.

    `hidden` are documents of it that are not to be found.
    """

    owner_id: int
    space: EmbeddingSpace
    scope: Scope
    hidden: Sequence[int]
    passages: int
    choice: Choice | None

    @property
    def candidates(self) -> int:
        """How many passages have their vectors compared."""
        return max(CANDIDATES, self.passages // ONE_OF)


@dataclass(frozen=True)
class Embedded:
    """A question as passages are compared with it: its vector (float16, as long as the space's) and its words' signs.

    `candidates` are the passages of a large library that may be nearest.
    """

    ground: Ground
    vector: NDArray[np.float16]
    words: Signs
    candidates: Sequence[int] = ()

    @cached_property
    def values(self) -> dict[str, Any]:
        """Of the names that statements have for it."""
        return {
            "owner": self.ground.owner_id,
            "space": self.ground.space.pk,
            # A list of numbers is written as Postgres reads it, and sooner than by its own adapter.
            "question": str(self.vector.tolist()),
            "sentence": Vector.Level.SENTENCE.value,
            "passage": Vector.Level.PASSAGE.value,
        }


def ground(owner_id: int, scope: Scope = EVERYTHING, *, passages: int = 0) -> Ground | None:
    """Where to search the owner's library of about so many passages; nothing before the embedder indexed anything."""
    model = embedder()
    asked = {"owner": owner_id, "model": model.model_id, "weights": model.weight_hash}
    # Asked for by every search, and three times faster than a QuerySet is made.
    for space in EmbeddingSpace.objects.raw(_GROUND, asked):
        hidden = space.hidden  # type: ignore[attr-defined]
        choice = candidates.choice(owner_id, space, hidden, scope) if passages > LARGE else None
        return Ground(owner_id, space, scope, hidden, passages, choice)
    return None


def embed(question: str, on: Ground, words: Sequence[str] = ()) -> Embedded:
    """The question and some words of it as they are compared. Raises `EmbedderFault`.

    Asks the database nothing: it may be done in another thread.
    """
    vector = embedder().embed([question])[0].astype(np.float16)
    return Embedded(on, vector, vocabulary.signs(words), _candidates(on, vector))


def _candidates(on: Ground, vector: NDArray[np.float16]) -> Sequence[int]:
    return on.choice.nearest(vector, on.candidates, (SENTENCE_SHARE, PASSAGE_SHARE)) if on.choice else ()


def find(asked: Embedded, also: Iterable[int], most: int) -> dict[int, float]:
    """How near up to `most` passages are that are nearest to the question, and those of `also`: cosines, by their ids.

    All are of the scope that is searched, as those of `also` must be. Passages without vectors are left out.
    """
    on = asked.ground
    given = {
        **asked.values,
        "sentence_share": SENTENCE_SHARE,
        "passage_share": PASSAGE_SHARE,
        "also": _array(also),
        "most": most,
    }
    if on.choice is None:
        scope = f"{on.scope.of_vectors} {_NOT_HIDDEN if on.hidden else ''}"
        statement = _NEAREST.format(near=_OF_ALL.format(weighed=_WEIGHED, scope=scope))
        return _compared(statement, {**given, **on.scope.values, "hidden": on.hidden})[0]
    near, statement = asked.candidates, _NEAREST.format(near=_OF_CANDIDATES.format(weighed=_WEIGHED))
    gone: set[int] = set()
    for _again in range(_TIMES):
        found, unknown = _compared(statement, {**given, "candidates": _array(near)})
        if not (new := unknown.intersection(near)):
            break
        # Others have their place.
        gone |= new
        candidates.forget(on.owner_id, on.space, len(near), new)
        on = replace(on, choice=candidates.choice(on.owner_id, on.space, on.hidden, on.scope, gone))
        near = _candidates(on, asked.vector)
    return found


def of_sentences(asked: Embedded, passages: Iterable[int]) -> dict[int, tuple[float, ...]]:
    """How near each sentence of these passages is to the question: cosines in their order, by the passages' ids."""
    with connection.cursor() as cursor:
        cursor.execute(_SENTENCES_OF, {**asked.values, "passages": list(passages)})
        return {pk: tuple(cosines) for pk, cosines in cursor.fetchall()}


def _compared(statement: str, given: Mapping[str, Any]) -> tuple[dict[int, float], set[int]]:
    """The cosines that a statement finds, and the passages that it knows none of."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows = dict(cursor.fetchall())
    unknown = {pk for pk, cosine in rows.items() if cosine is None}
    return {pk: cosine for pk, cosine in rows.items() if cosine is not None}, unknown


def _array(ids: Iterable[int]) -> str:
    """An array as Postgres reads it."""
    return f"{{{','.join(map(str, ids))}}}"
