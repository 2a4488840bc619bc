"""One ranking of all that is known: words decide within a language and never against another one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from apps.search.fusion import alike, fuse
from apps.search.words import Covered


def best(
    covered: dict[int, Covered], meaning: dict[int, float], language: str, said: Mapping[int, float] | None = None
) -> list[int]:
    said = {pk: (said or {}).get(pk, 0.0) for pk in covered}
    scores = fuse(covered, meaning, said, language)
    return sorted(scores, key=lambda pk: -scores[pk])


def test_in_one_language_both_legs_add_up() -> None:
    covered = {1: Covered("en", 0.2), 2: Covered("en", 0.6), 3: Covered("en", 0.0)}
    assert best(covered, {1: 0.5, 2: 0.4, 3: 0.6}, "en") == [2, 1, 3]


def test_what_is_said_in_other_words_adds_to_what_is_said_to_the_letter() -> None:
    covered = {1: Covered("en", 0.4), 2: Covered("en", 0.3), 3: Covered("en", 0.0)}
    assert best(covered, dict.fromkeys(covered, 0.4), "en", said={1: 0.4, 2: 0.8, 3: 0.1}) == [2, 1, 3]


def test_a_passage_in_another_language_does_not_lose_for_want_of_common_words() -> None:
    covered = {1: Covered("zh", 0.5), 2: Covered("zh", 0.45), 3: Covered("en", 0.0)}
    assert best(covered, {1: 0.3, 2: 0.3, 3: 0.6}, "zh") == [3, 1, 2]


def test_a_translation_that_stands_out_among_the_passages_of_its_language_wins() -> None:
    covered = {1: Covered("zh", 0.5), 2: Covered("zh", 0.4), 3: Covered("en", 0.0), 4: Covered("en", 0.0)}
    said = {1: 0.5, 2: 0.5, 3: 0.9, 4: 0.1}
    assert best(covered, dict.fromkeys(covered, 0.4), "zh", said)[0] == 3


def test_a_passage_that_stands_out_in_the_questions_language_still_wins() -> None:
    covered = {1: Covered("zh", 0.9), 2: Covered("zh", 0.2), 3: Covered("en", 0.0)}
    assert best(covered, {1: 0.5, 2: 0.5, 3: 0.7}, "zh") == [1, 3, 2]


def test_where_many_say_what_is_asked_one_in_another_language_does_not_come_between() -> None:
    covered = {**{pk: Covered("zh", 1.2) for pk in range(1, 9)}, 9: Covered("en", 0.0)}
    assert best(covered, {**dict.fromkeys(range(1, 9), 0.3), 9: 0.6}, "zh")[-1] == 9


def test_shared_names_help_a_passage_in_another_language_a_little() -> None:
    covered = {1: Covered("en", 0.15), 2: Covered("en", 0.0)}
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


def test_a_passage_whose_words_are_not_known_yet_says_what_it_says_to_the_letter() -> None:
    covered = {1: Covered("en", 0.7), 2: Covered("en", 0.1)}
    said = alike(covered, {2: np.array([1.0, 0.0], dtype=np.float32)}, "en")
    assert said[1] == 0.7
    assert 0 < said[2] < 1


def test_words_are_weighed_among_the_passages_of_one_side() -> None:
    covered = {1: Covered("zh", 0.0), 2: Covered("en", 0.0), 3: Covered("en", 0.0)}
    matches = {pk: np.array(each, dtype=np.float32) for pk, each in {1: (1, 1), 2: (1, 0), 3: (1, 1)}.items()}
    said = alike(covered, matches, "zh")
    # Both English passages say the first word, so the second one is what tells them apart.
    assert said[1] == said[3] == 1.0
    assert said[2] < 0.5


def test_nothing_makes_nothing() -> None:
    assert fuse({}, {}, {}, "en") == {}
    assert alike({}, {}, "en") == {}
