"""The vector leg: which passages mean what the question means.

A passage is as near as its best sentence and the whole of it say together: one vector for each passage alone finds far
less. All of the owner's vectors are compared, so the result is exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from pgvector import HalfVector

from apps.ai.embedders import embedder
from apps.indexing.models import EmbeddingSpace, Vector
from apps.search.filters import EVERYTHING, Scope

SENTENCE_SHARE, PASSAGE_SHARE = 0.6, 0.4

# The vectors have length 1, so that their inner product is their cosine, cheaper. Aggregates over all of the owner's
# rows, and `+ 0`, leave nothing to an index on the embeddings, which would lose rows of small libraries in silence.
# `OFFSET 0` keeps Postgres from carrying the embeddings along into the grouping, where they would be sorted on disk.
_NEAREST = """
WITH near AS (
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
),
weighed AS MATERIALIZED (
    SELECT passage_id,
        %(sentence_share)s * coalesce(sentence, whole, 0) + %(passage_share)s * coalesce(whole, sentence, 0) AS meaning
    FROM near
),
found AS (
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
    SELECT passage_id, meaning FROM weighed WHERE passage_id = ANY(%(also)s)
)
SELECT found.passage_id, found.meaning, ARRAY(
    SELECT -(embedding <#> %(question)s::halfvec) + 0
    FROM indexing_vector
    WHERE owner_id = %(owner)s AND passage_id = found.passage_id AND space_id = %(space)s AND level = %(sentence)s
    ORDER BY ordinal
)
FROM found
"""


@dataclass(frozen=True)
class Near:
    """How near a passage is to the question: `meaning` as a whole, `sentences` each (cosines)."""

    meaning: float
    sentences: tuple[float, ...]


def find(
    owner_id: int, question: str, also: Iterable[int], most: int, space: EmbeddingSpace, scope: Scope = EVERYTHING
) -> dict[int, Near]:
    """Up to `most` passages nearest to the question and those of `also`, however far, by their ids.

    All are of `scope`. Passages without vectors in `space` are left out. Raises `EmbedderFault`.
    """
    asked: dict[str, Any] = {
        "owner": owner_id,
        "space": space.pk,
        "question": HalfVector(embedder().embed([question])[0]).to_text(),
        "sentence_share": SENTENCE_SHARE,
        "passage_share": PASSAGE_SHARE,
        "sentence": Vector.Level.SENTENCE.value,
        "passage": Vector.Level.PASSAGE.value,
        "also": list(also),
        "most": most,
        **scope.values,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST.format(scope=scope.of_vectors), asked)
        return {pk: Near(float(near), tuple(sentences)) for pk, near, sentences in cursor.fetchall()}


def searched_space() -> EmbeddingSpace | None:
    """The space in which a question is compared; none before anything was indexed by the configured embedder."""
    model = embedder()
    spaces = EmbeddingSpace.objects.filter(model_id=model.model_id, weight_hash=model.weight_hash)
    return spaces.exclude(state=EmbeddingSpace.State.RETIRED).first()
