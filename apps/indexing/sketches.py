"""Makes the sketches of passages, by which a large library is searched before vectors are compared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from apps.indexing import binary
from apps.indexing.vectors import Batch


def rows(batch: Batch) -> Iterator[tuple[int, bytes]]:
    """The sketch of each passage of a batch, after the passage's id: the signs of the whole, then of each sentence."""
    signs = [row.tobytes() for row in binary.signs(batch.vectors)]
    together = zip(batch.keys, batch.rows, strict=True)
    for passage_id, made in groupby(together, lambda one: one[0].passage_id):
        # The whole's level comes before that of sentences.
        ordered = sorted((key.level, key.ordinal, row) for key, row in made)
        yield passage_id, b"".join(signs[row] for *_, row in ordered)
