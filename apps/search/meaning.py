"""The vector leg: which passages mean what the question means.

A passage is as near as its best sentence and the whole of it say together: one vector for each passage alone finds far
less. All of the owner's vectors are compared, so the result is exact; of a large library, those of the passages that
are nearest by their sketches, which is measured to find the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from apps.ai.embedders import embedder
from apps.indexing.models import EmbeddingSpace, Sketch, Vector
from apps.search.filters import EVERYTHING, Scope

SENTENCE_SHARE, PASSAGE_SHARE = 0.6, 0.4

# An owner with more passages than this has the vectors of so many compared that their sketches say are nearest, and no
# others. Of the ten nearest hardly one in a thousand is lost at 600; the rest is for a hundred of them to be right, by
# which the final ranking compares. Of a very large library it takes more: one of so many (docs/decisions/0008).
LARGE = 2000
CANDIDATES = 1000
ONE_OF = 60

# Of the sentences of one part; many passages have no more than half as many. What is not there is null, which LEAST
# passes over.
_SENTENCES = [f"signs[{at}] <~> %(signs)s::varbit" for at in range(2, Sketch.SENTENCES + 2)]
_FIRST, _OTHERS = _SENTENCES[: Sketch.SENTENCES // 2], _SENTENCES[Sketch.SENTENCES // 2 :]
_FARNESS = {
    "whole": "(signs[1] <~> %(signs)s::varbit)",
    "sentence": f"LEAST({', '.join(_FIRST)}, CASE WHEN signs[{len(_FIRST) + 2}] IS NOT NULL THEN "
    f"LEAST({', '.join(_OTHERS)}) END)",
}
# Signs are weighed as vectors are. The few long passages have several rows, of which the nearest counts. What is in
# the trash or outdated takes no candidate's place: as many more are taken as there are of it.
_CANDIDATES = """
hidden AS MATERIALIZED (
    SELECT passage.id AS passage_id
    FROM library_document AS document
    JOIN indexing_passage AS passage ON passage.document_id = document.id
    WHERE document.owner_id = %(owner)s
        AND (document.state <> 'ready' OR document.trashed_at IS NOT NULL)
        AND (document.revision_id IS DISTINCT FROM passage.revision_id OR document.trashed_at IS NOT NULL)
),
candidate AS MATERIALIZED (
    (
        SELECT passage_id
        FROM (
            SELECT passage_id,
                %(passage_share)s * {whole} + %(sentence_share)s * coalesce({sentence}, {whole}) AS farness
            FROM indexing_sketch
            WHERE owner_id = %(owner)s AND space_id = %(space)s {scope}
            ORDER BY farness, passage_id
            LIMIT 5 * %(candidates)s / 4 + 2 * (SELECT count(*) FROM hidden)
        ) AS nearest
        WHERE passage_id NOT IN (SELECT passage_id FROM hidden)
        GROUP BY passage_id
        ORDER BY min(farness), passage_id
        LIMIT %(candidates)s
    )
    UNION SELECT unnest(%(also)s::bigint[])
),
"""
# The vectors have length 1, so that their inner product is their cosine, cheaper. Aggregates over all of the owner's
# rows, and `+ 0`, leave nothing to an index on the embeddings, which would lose rows of small libraries in silence.
# `OFFSET 0` keeps Postgres from carrying the embeddings along into the grouping, where they would be sorted on disk.
_OF_ALL = """
    SELECT passage_id,
        max(cosine) FILTER (WHERE level = %(sentence)s) AS sentence,
        max(cosine) FILTER (WHERE level = %(passage)s) AS whole
    FROM (
        SELECT passage_id, level, -(embedding <#> %(question)s::halfvec) + 0 AS cosine
        FROM indexing_vector
        WHERE owner_id = %(owner)s AND space_id = %(space)s {scope}
        OFFSET 0
    ) AS compared
    GROUP BY passage_id
"""
# LATERAL: of each candidate by itself, and never by a look at all vectors of the owner.
_OF_CANDIDATES = """
    SELECT passage_id, compared.sentence, compared.whole
    FROM candidate
    CROSS JOIN LATERAL (
        SELECT
            max(-(embedding <#> %(question)s::halfvec)) FILTER (WHERE level = %(sentence)s) AS sentence,
            max(-(embedding <#> %(question)s::halfvec)) FILTER (WHERE level = %(passage)s) AS whole
        FROM indexing_vector AS vector
        WHERE vector.passage_id = candidate.passage_id AND space_id = %(space)s AND owner_id = %(owner)s
        HAVING count(*) > 0
    ) AS compared
    WHERE true {scope}
"""
_NEAREST = """
WITH {candidates} near AS ({near}),
weighed AS MATERIALIZED (
    SELECT passage_id,
        %(sentence_share)s * coalesce(sentence, whole, 0) + %(passage_share)s * coalesce(whole, sentence, 0) AS meaning
    FROM near
)
(
    SELECT best.passage_id, best.meaning
    FROM (SELECT * FROM weighed ORDER BY meaning DESC, passage_id) AS best
    CROSS JOIN LATERAL (
        SELECT 1
        FROM indexing_passage AS passage
        JOIN library_document AS document ON document.id = passage.document_id
        WHERE passage.id = best.passage_id
            AND passage.owner_id = %(owner)s
            AND document.revision_id = passage.revision_id
            AND document.trashed_at IS NULL
        OFFSET 0
    ) AS kept
    LIMIT %(most)s
)
UNION
SELECT passage_id, meaning FROM weighed WHERE passage_id = ANY(%(also)s::bigint[])
"""
_SENTENCES_OF = """
SELECT passage_id, array_agg(-(embedding <#> %(question)s::halfvec) ORDER BY ordinal)
FROM indexing_vector
WHERE owner_id = %(owner)s AND passage_id = ANY(%(passages)s::bigint[]) AND space_id = %(space)s
    AND level = %(sentence)s
GROUP BY passage_id
"""
_SPACE = """SELECT * FROM "indexing_embeddingspace" WHERE model_id = %s AND weight_hash = %s AND state <> 'retired'"""


@dataclass(frozen=True)
class Embedded:
    """A question as passages are compared with it: its vector (float16, as long as the space's), and the space."""

    space: EmbeddingSpace
    vector: NDArray[np.float16]

    @cached_property
    def values(self) -> dict[str, Any]:
        """Of the names that statements have for it."""
        return {
            "space": self.space.pk,
            # A list of numbers is written as Postgres reads it, and sooner than by its own adapter.
            "question": str(self.vector.tolist()),
            "signs": "".join(map(str, np.where(self.vector > 0, 1, 0))),
            "sentence": Vector.Level.SENTENCE.value,
            "passage": Vector.Level.PASSAGE.value,
        }


def embed(question: str) -> Embedded | None:
    """The question as it is compared; nothing before anything was indexed by the embedder. Raises `EmbedderFault`."""
    space = _searched_space()
    return Embedded(space, embedder().embed([question])[0].astype(np.float16)) if space else None


def find(
    owner_id: int, asked: Embedded, also: Iterable[int], most: int, scope: Scope = EVERYTHING, *, passages: int = 0
) -> dict[int, float]:
    """How near up to `most` passages are that are nearest to the question, and those of `also`: cosines, by their ids.

    All are of `scope`. `passages` is about how many the owner has, which decides how it is done. Passages without
    vectors in the space are left out.
    """
    given = {
        **asked.values,
        "owner": owner_id,
        "sentence_share": SENTENCE_SHARE,
        "passage_share": PASSAGE_SHARE,
        "also": f"{{{','.join(map(str, also))}}}",
        "most": most,
        "candidates": max(CANDIDATES, passages // ONE_OF),
        **scope.values,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(scope, is_large=passages > LARGE), given)
        return dict(cursor.fetchall())


def of_sentences(owner_id: int, asked: Embedded, passages: Iterable[int]) -> dict[int, tuple[float, ...]]:
    """How near each sentence of these passages is to the question: cosines in their order, by the passages' ids."""
    with connection.cursor() as cursor:
        cursor.execute(_SENTENCES_OF, {**asked.values, "owner": owner_id, "passages": list(passages)})
        return {pk: tuple(cosines) for pk, cosines in cursor.fetchall()}


def _statement(scope: Scope, *, is_large: bool) -> str:
    narrowed = scope.of_vectors
    if not is_large:
        return _NEAREST.format(candidates="", near=_OF_ALL.format(scope=narrowed))
    candidates = _CANDIDATES.format(scope=narrowed, **_FARNESS)
    return _NEAREST.format(candidates=candidates, near=_OF_CANDIDATES.format(scope=narrowed))


def _searched_space() -> EmbeddingSpace | None:
    model = embedder()
    # Asked for by every search, and three times faster than a QuerySet is made.
    found = EmbeddingSpace.objects.raw(_SPACE, [model.model_id, model.weight_hash])
    return next(iter(found), None)
