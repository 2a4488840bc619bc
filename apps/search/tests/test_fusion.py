"""One ranking of both legs: words decide within a language and never against another one."""

from __future__ import annotations

from apps.search.fusion import SHARED, fuse
from apps.search.meaning import Near
from apps.search.words import Covered


def best(covered: dict[int, Covered], meaning: dict[int, float], language: str) -> list[int]:
    scores = fuse(covered, {pk: Near(value, ()) for pk, value in meaning.items()}, language)
    return sorted(scores, key=lambda pk: -scores[pk])


def test_in_one_language_both_legs_add_up() -> None:
    covered = {1: Covered("en", 0.2), 2: Covered("en", 0.6), 3: Covered("en", 0.0)}
    assert best(covered, {1: 0.5, 2: 0.4, 3: 0.6}, "en") == [2, 1, 3]


def test_a_passage_in_another_language_does_not_lose_for_want_of_common_words() -> None:
    covered = {1: Covered("zh", 0.5), 2: Covered("zh", 0.45), 3: Covered("en", 0.0)}
    assert best(covered, {1: 0.3, 2: 0.3, 3: 0.6}, "zh") == [3, 1, 2]


def test_a_passage_that_stands_out_in_the_questions_language_still_wins() -> None:
    covered = {1: Covered("zh", 0.9), 2: Covered("zh", 0.2), 3: Covered("en", 0.0)}
    assert best(covered, {1: 0.5, 2: 0.5, 3: 0.7}, "zh") == [1, 3, 2]


def test_where_many_say_what_is_asked_one_in_another_language_does_not_come_between() -> None:
    covered = {**{pk: Covered("zh", 1.2) for pk in range(1, 9)}, 9: Covered("en", 0.0)}
    assert best(covered, {**dict.fromkeys(range(1, 9), 0.3), 9: 0.6}, "zh")[-1] == 9


def test_shared_names_help_a_passage_in_another_language_a_little() -> None:
    covered = {1: Covered("en", SHARED), 2: Covered("en", 0.0)}
    assert best(covered, {1: 0.5, 2: 0.52}, "zh") == [1, 2]


def test_a_passage_whose_language_was_mistaken_does_not_rise_above_all() -> None:
    covered = {1: Covered("en", 0.6), 2: Covered("en", 0.5), 3: Covered("fr", 0.5)}
    assert best(covered, {1: 0.5, 2: 0.5, 3: 0.4}, "en")[0] == 1


def test_passages_and_questions_without_a_language_are_like_the_others() -> None:
    covered = {1: Covered("en", 0.6), 2: Covered("", 0.5), 3: Covered("en", 0.5)}
    assert best(covered, {1: 0.5, 2: 0.5, 3: 0.4}, "en") == [1, 2, 3]
    assert best(covered, {1: 0.5, 2: 0.5, 3: 0.4}, "") == [1, 2, 3]


def test_without_vectors_words_decide() -> None:
    covered = {1: Covered("en", 0.2), 2: Covered("en", 0.6)}
    assert best(covered, {}, "en") == [2, 1]
    assert best({**covered, 3: Covered("en", 0.0)}, {1: 0.3, 3: 0.3}, "en") == [2, 1, 3]


def test_nothing_makes_nothing() -> None:
    assert fuse({}, {}, "en") == {}
