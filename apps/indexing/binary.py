"""Binary quantisation: of a vector its signs alone, a bit for each number, which tell how near two vectors are.

M. Charikar, "Similarity Estimation Techniques from Rounding Algorithms", 2002: the share of differing signs tells the
angle between two vectors. It is told better when one of them keeps more than its signs, as a question can: J. Gao and
C. Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound", 2024.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Signs = NDArray[np.uint8]
Columns = NDArray[np.uint64]


def signs(vectors: NDArray[np.floating]) -> Signs:
    """Whether each number is positive: shape (len(vectors), dimensions / 8), rounded up."""
    return np.packbits(vectors > 0, axis=1)


def planes(vector: NDArray[np.floating], count: int) -> Signs:
    """A vector's numbers in 2 ** `count` even steps, as many below zero as above, a binary digit of all in each row.

    Shape (count, dimensions / 8); the first row is the signs. Against the signs of another vector, the sum of the rows'
    `differing`, each weighing half of the one before, falls as the inner product with them grows.
    """
    steps = 2**count
    widest = np.abs(vector).max() or 1
    levels = np.clip(np.floor((vector / widest + 1) * (steps / 2)), 0, steps - 1).astype(np.uint64)
    return np.packbits([levels >> digit & 1 for digit in reversed(range(count))], axis=1)


def read(together: bytes, dimensions: int) -> Signs:
    """Signs as they were stored, one row a vector."""
    return np.frombuffer(together, dtype=np.uint8).reshape(-1, size(dimensions))


def size(dimensions: int) -> int:
    """The bytes of one vector's signs."""
    return -(-dimensions // 8)


def columns(rows: Signs) -> Columns:
    """The same as numbers of 64 bits, a vector in each column, as they are compared: shape (bytes / 8, len(rows))."""
    missing = -rows.shape[1] % 8
    filled = np.pad(rows, ((0, 0), (0, missing))) if missing else np.ascontiguousarray(rows)
    return np.ascontiguousarray(filled.view(np.uint64).T)


def differing(asked: Columns, among: Columns) -> NDArray[np.uint16]:
    """In how many signs each vector of `asked` (a row of the result) differs from each of `among` (its columns)."""
    counts = np.zeros((asked.shape[1], among.shape[1]), dtype=np.uint16)
    for at, one in enumerate(asked.T):
        for number, column in zip(one, among, strict=True):
            counts[at] += np.bitwise_count(column ^ number)
    return counts


def likeness(differing: NDArray[np.uint16], dimensions: int) -> NDArray[np.float32]:
    """How alike vectors are that differ in so many of `dimensions` signs: the cosine of the angle told, -1 to 1."""
    alike: NDArray[np.float32] = np.cos(np.pi * differing.astype(np.float32) / dimensions)
    return alike
