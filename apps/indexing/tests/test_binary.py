"""Signs of vectors, and how they tell which vectors are near."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from apps.indexing import binary

DIMENSIONS = (8, 64, 100, 512)


def vectors(count: int, dimensions: int, seed: int = 1) -> NDArray[np.float32]:
    made = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    found: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return found


def differing(asked: NDArray[np.float32], among: NDArray[np.float32]) -> NDArray[np.uint16]:
    columns = (binary.columns(binary.signs(some)) for some in (asked, among))
    return binary.differing(*columns)


@pytest.mark.parametrize("dimensions", DIMENSIONS)
@pytest.mark.parametrize("count", [0, 1, 3, 20_000])
def test_differing_signs_are_counted_one_by_one(dimensions: int, count: int) -> None:
    asked, among = vectors(2, dimensions), vectors(count, dimensions, seed=2)
    found = differing(asked, among)
    assert found.shape == (2, count)
    for row, vector in zip(found, asked, strict=True):
        assert (row == ((vector > 0) != (among > 0)).sum(axis=1)).all()


@pytest.mark.parametrize("dimensions", DIMENSIONS)
def test_signs_are_read_as_they_were_stored(dimensions: int) -> None:
    made = binary.signs(vectors(5, dimensions))
    stored = b"".join(row.tobytes() for row in made)
    assert len(stored) == 5 * binary.size(dimensions)
    assert (binary.read(stored, dimensions) == made).all()


@pytest.mark.parametrize("dimensions", DIMENSIONS)
def test_the_first_digit_of_numbers_is_their_sign(dimensions: int) -> None:
    (vector,) = vectors(1, dimensions)
    assert (binary.planes(vector, 1) == binary.signs(vector[None, :])).all()
    assert (binary.planes(vector, 4)[:1] == binary.signs(vector[None, :])).all()
    assert binary.planes(vector, 4).shape == (4, binary.size(dimensions))


def test_a_vector_of_nothing_has_digits_too() -> None:
    assert binary.planes(np.zeros(64, dtype=np.float16), 4).shape == (4, 8)


def test_more_digits_tell_the_inner_product_better() -> None:
    (asked,), among = vectors(1, 512), vectors(2000, 512, seed=2)
    nearness = [
        -(np.exp2(-np.arange(count)) @ binary.differing(binary.columns(planes), binary.columns(binary.signs(among))))
        for count in (1, 4)
        for planes in [binary.planes(asked, count)]
    ]
    signs, digits = (np.corrcoef(told, among @ asked)[0, 1] for told in nearness)
    assert 0.5 < signs < digits
    # What is left is what the others' signs alone do not say: the square root of 2 / π.
    assert digits == pytest.approx((2 / np.pi) ** 0.5, abs=0.02)


def test_likeness_is_the_cosine_that_signs_tell() -> None:
    (asked,), near = vectors(1, 512), vectors(200, 512, seed=2) * 0.5
    near = near + asked
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    told = binary.likeness(differing(asked[None, :], near)[0], 512)
    assert told.mean() == pytest.approx((near @ asked).mean(), abs=0.02)
