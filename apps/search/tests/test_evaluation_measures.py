"""The measures, against figures worked out by hand."""

from __future__ import annotations

import pytest

from apps.search.evaluation.measures import mean, ndcg, percentile, recall, reciprocal_rank


def test_ndcg_of_one_answer_falls_with_its_rank() -> None:
    ranked = [ndcg(list(ranking), {"a": 1}, 10) for ranking in ("abc", "bac", "bca")]
    # 1 / log2(2), 1 / log2(3), 1 / log2(4)
    assert ranked == pytest.approx([1, 0.6309, 0.5], abs=1e-4)


def test_ndcg_of_several_is_measured_against_the_best_order() -> None:
    # (1 + 1 / log2(4)) / (1 + 1 / log2(3)) = 1.5 / 1.6309
    assert ndcg(list("axb"), {"a": 1, "b": 1}, 10) == pytest.approx(0.9197, abs=1e-4)
    assert ndcg(list("ab"), {"a": 1, "b": 1}, 10) == 1


def test_ndcg_tells_better_answers_from_good_ones() -> None:
    # (1 + 3 / log2(3)) / (3 + 1 / log2(3)) = 2.8928 / 3.6309
    assert ndcg(list("ba"), {"a": 3, "b": 1}, 10) == pytest.approx(0.7967, abs=1e-4)


def test_ndcg_looks_no_deeper_than_it_is_told() -> None:
    assert ndcg(list("bca"), {"a": 1}, 2) == 0
    # With more answers than places, full places are as good as can be.
    assert ndcg(list("ab"), {"a": 1, "b": 1, "c": 1}, 2) == 1


def test_the_reciprocal_rank_is_that_of_the_first_answer() -> None:
    assert reciprocal_rank(list("xab"), {"a", "b"}, 10) == 0.5
    assert reciprocal_rank(list("xxa"), {"a"}, 2) == 0


def test_recall_is_the_share_of_the_answers() -> None:
    assert recall(list("axyb"), {"a", "b"}, 3) == 0.5
    assert recall(list("axyb"), {"a", "b"}, 4) == 1


def test_of_a_question_without_answers_nothing_is_found() -> None:
    assert (ndcg(["a"], {}, 10), reciprocal_rank(["a"], {}, 10), recall(["a"], {}, 10)) == (0, 0, 0)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [15.0, 20.0, 35.0, 40.0, 50.0]
    assert [percentile(values, percent) for percent in (5, 30, 40, 50, 95, 99, 100)] == [15, 20, 20, 35, 50, 50, 50]
    assert percentile([7.0], 50) == 7
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


def test_nothing_has_no_mean() -> None:
    assert mean([]) is None
    assert mean([0.0, 1.0]) == 0.5
