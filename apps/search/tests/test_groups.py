from __future__ import annotations

import numpy as np
import pytest

from apps.search.groups import Groups


@pytest.mark.parametrize(
    ("kept", "values", "sizes"),
    [
        ([True, True, True, True], [1, 2, 3, 4, 5, 6], [2, 0, 3, 1]),
        ([True, False, False, True], [1, 2, 6], [2, 1]),
        ([False, True, True, False], [3, 4, 5], [0, 3]),
        ([False, False, False, False], [], []),
    ],
)
def test_kept_are_all_values_of_those_that_are_kept(kept: list[bool], values: list[int], sizes: list[int]) -> None:
    groups = Groups(np.array([[1, 2, 3, 4, 5, 6], [10, 20, 30, 40, 50, 60]]), np.array([2, 0, 3, 1]))
    some = groups.only(np.array(kept))
    assert some.values.tolist() == [values, [10 * value for value in values]]
    assert some.sizes.tolist() == sizes
