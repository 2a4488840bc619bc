"""Sketches: how far passages are by the signs of their vectors."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from apps.indexing import binary
from apps.indexing.models import EmbeddingSpace
from apps.search import candidates, meaning

SHARES = (meaning.SENTENCE_SHARE, meaning.PASSAGE_SHARE)


@pytest.mark.parametrize("dimensions", [8, 100, 512])
def test_the_nearest_sentence_and_the_whole_are_weighed(dimensions: int) -> None:
    random = np.random.default_rng(3)
    sizes = [1, 2, 9, 1, 4, 30]
    vectors = [random.normal(size=(size, dimensions)) for size in sizes]
    rows = [(pk, 10 * pk, binary.signs(some).tobytes()) for pk, some in enumerate(vectors)]
    asked = random.normal(size=dimensions)
    question = binary.planes(asked, 1)
    # In parts, as they come, and some of it taken out again.
    read = candidates.joined([candidates.read(rows[start : start + 2], dimensions) for start in (0, 2, 4)])
    chosen = np.array([True, False, True, True, False, True])
    assert read.farness(question, SHARES).tolist() == pytest.approx([far(asked, some) for some in vectors])
    some = read.only(chosen)
    assert some.farness(question, SHARES).tolist() == pytest.approx(read.farness(question, SHARES)[chosen].tolist())
    assert some.passages.tolist() == [0, 2, 3, 5]
    assert some.documents.tolist() == [0, 20, 30, 50]


def far(asked: NDArray[np.float64], vectors: NDArray[np.float64]) -> float:
    differing = ((asked > 0) != (vectors > 0)).sum(axis=1)
    # A passage without sentences is one.
    return float(SHARES[0] * min(differing[1:], default=differing[0]) + SHARES[1] * differing[0])


def test_of_nothing_nothing_is_near() -> None:
    space = EmbeddingSpace(dimensions=512)
    choice = candidates.Choice(candidates.read([], space.dimensions), np.ones(0, dtype=bool))
    assert choice.nearest(np.ones(512, dtype=np.float16), 5, SHARES) == []
