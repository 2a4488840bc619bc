"""Makes the sketches of passages, by which a large library is searched before vectors are compared.

The sign of each number tells nearly as much of the angle between two vectors as the numbers do (M. Charikar,
"Similarity Estimation Techniques from Rounding Algorithms", 2002): enough to choose which vectors to compare.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from apps.indexing.models import Sketch, Vector
from apps.indexing.vectors import Batch

# What the index can hold in one row: of very long vectors, fewer.
BYTES = 2400
# Postgres' number for the type `bit varying`.
_VARBIT = 1562


def rows(batch: Batch) -> Iterator[tuple[int, int, bytes]]:
    """The sketches of a batch: passage, part, and the signs as Postgres receives an array of them."""
    signs = [row.tobytes() for row in np.packbits(batch.vectors > 0, axis=1)]
    together = zip(batch.keys, batch.rows, strict=True)
    for passage_id, made in groupby(together, lambda one: one[0].passage_id):
        found = {(key.level, key.ordinal): signs[row] for key, row in made}
        whole = found.pop((Vector.Level.PASSAGE.value, 0))
        for part, some in enumerate(parts(whole, [found[key] for key in sorted(found)])):
            yield passage_id, part, _received(some, batch.vectors.shape[1])


def parts(whole: bytes, sentences: Sequence[bytes]) -> list[list[bytes]]:
    """What each row holds: the whole's signs, and those of as many sentences as fit."""
    fitting = min(Sketch.SENTENCES, max(BYTES // (len(whole) + 8) - 1, 1))
    return [[whole, *sentences[at : at + fitting]] for at in range(0, max(len(sentences), 1), fitting)]


def _received(signs: Sequence[bytes], bits: int) -> bytes:
    """An array's dimensions, that it holds no nulls, its type, length and first index; then each with its length."""
    head = struct.pack("!iiIii", 1, 0, _VARBIT, len(signs), 1)
    return head + b"".join(struct.pack("!ii", len(row) + 4, bits) + row for row in signs)
