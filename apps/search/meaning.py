"""The vector leg: which passages mean what the question means.

A passage is as near as its best sentence and the whole of it say together: one vector for each passage alone finds far
less. A small library is compared in memory (whole.py), a large one in two steps (large.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.ai.embedders import embedder
from apps.indexing import vocabulary
from apps.indexing.binary import Signs
from apps.indexing.models import EmbeddingSpace
from apps.search import large, whole
from apps.search.filters import EVERYTHING, Scope

SENTENCE_SHARE, PASSAGE_SHARE = 0.6, 0.4
# An owner with more passages than this has a large library.
LARGE = 1000

# The space; of the library's documents those in the trash, and those of which another revision is being read; and of a
# small library how many passages have vectors.
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
) AS hidden, CASE WHEN NOT %(is_large)s THEN (
    SELECT count(*) FROM indexing_sketch AS sketch WHERE sketch.owner_id = %(owner)s AND sketch.space_id = space.id
) END AS indexed
FROM indexing_embeddingspace AS space
WHERE space.model_id = %(model)s AND space.weight_hash = %(weights)s AND space.state <> 'retired'
"""

Compared = whole.Compared | large.Compared


@dataclass(frozen=True)
class Ground:
    """Where is searched: a library in the space that its questions are compared in."""

    library: whole.Library | large.Library

    def compared(self, asked: Embedded) -> Compared:
        """What the library says of a question. Asks the database nothing."""
        return self.library.compared(asked.vector, (SENTENCE_SHARE, PASSAGE_SHARE))


@dataclass(frozen=True)
class Embedded:
    """A question as passages are compared with it: its vector, of length 1, and its words' signs."""

    vector: NDArray[np.float16]
    words: Signs


def ground(owner_id: int, scope: Scope = EVERYTHING, *, passages: int = 0) -> Ground | None:
    """Where to search the owner's library of about so many passages; nothing before the embedder indexed anything."""
    model = embedder()
    asked = {
        "owner": owner_id,
        "model": model.model_id,
        "weights": model.weight_hash,
        "is_large": passages > LARGE,
    }
    # Asked for by every search, and three times faster than a QuerySet is made.
    for space in EmbeddingSpace.objects.raw(_GROUND, asked):
        hidden, indexed = space.hidden, space.indexed  # type: ignore[attr-defined]
        if indexed is None:
            return Ground(large.library(owner_id, space, hidden, scope, passages))
        return Ground(whole.library(owner_id, space, hidden, scope, indexed))
    return None


def embed(question: str, words: Sequence[str] = ()) -> Embedded:
    """The question and some words of it. Raises `EmbedderFault`. Asks the database nothing."""
    return Embedded(embedder().embed([question])[0].astype(np.float16), vocabulary.signs(words))
