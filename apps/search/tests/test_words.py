"""The keyword leg: what a term is worth, how often it is said, who proposes passages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.indexing import lexemes
from apps.library import writing
from apps.search import libraries, words
from apps.search.words import cover, find, idf


def article(owner: User, text: str, title: str = "") -> int:
    """The id of the only passage of a new article."""
    document = writing.save_article(owner, title or "x", text)
    return int(document.passages.get().pk)


def shares(owner: User, question: str) -> dict[int, float]:
    library = libraries.of(owner)
    weighed, found = find(owner.pk, dict.fromkeys(lexemes.terms(question), 1.0), library, most=10)
    return {pk: each.share for pk, each in cover(owner.pk, found, weighed, library).items()}


def test_a_rare_term_is_worth_more_and_none_is_worth_nothing() -> None:
    assert idf(1, 1000) > idf(10, 1000) > idf(900, 1000) > 0


def test_in_a_small_library_a_word_that_is_everywhere_still_counts() -> None:
    assert idf(3, 3) > idf(0, 3) / 2


@pytest.mark.django_db
@pytest.mark.parametrize("times", [1, 2, 3, 10, 100])
def test_how_often_a_term_is_said_is_read_from_the_index(owner: User, times: int) -> None:
    passage = article(owner, "The whale " + "whale " * (times - 1) + "swims.")
    weighed, found = find(owner.pk, {"whale": 1.0}, libraries.of(owner), most=10)
    assert found == [passage]
    library = libraries.Library(1, {"en": 0.0})
    expected = times * (words.K1 + 1) / (times + words.K1)
    assert cover(owner.pk, found, weighed, library)[passage].share == pytest.approx(expected)


@pytest.mark.django_db
def test_who_covers_more_of_the_question_is_ahead(owner: User) -> None:
    one = article(owner, "The whale swims in the ocean.")
    both = article(owner, "The whale sings in the ocean.")
    article(owner, "The harbour is closed.")
    found = shares(owner, "whale sings")
    assert set(found) == {one, both}
    assert found[both] > found[one] > 0
    assert found[both] == pytest.approx(1, abs=0.2)


@pytest.mark.django_db
def test_a_term_that_tells_half_weighs_half(owner: User) -> None:
    library = libraries.of(owner)
    weighed, _found = find(owner.pk, {"租金": 1.0, "金是": 0.5}, library, most=10)
    assert weighed.weights[1] == weighed.weights[0] / 2


@pytest.mark.django_db
def test_a_title_counts_for_every_passage_under_it(owner: User) -> None:
    passage = article(owner, "It swims and sings.", title="The whale")
    assert list(shares(owner, "whales")) == [passage]


@pytest.mark.django_db
def test_a_single_han_character_finds_the_words_that_begin_with_it(owner: User) -> None:
    passage = article(owner, "茶葉要放在陰涼的地方。")
    article(owner, "咖啡要現磨現泡。")
    assert list(shares(owner, "茶")) == [passage]


@pytest.mark.django_db
def test_common_terms_only_rank_what_others_propose(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "COMMON", 3)
    many = [article(owner, f"The whale number {number} swims.") for number in range(5)]
    rare = article(owner, "A narwhal is a whale with a tusk.")
    library = libraries.of(owner)
    weighed, found = find(owner.pk, {"narwhal": 1.0, "whale": 1.0}, library, most=10)
    assert found == [rare]
    assert weighed.weights[0] > weighed.weights[1] == pytest.approx(idf(6, 6))
    assert library.frequencies == {lexemes.tsquery(owner.pk, "whale"): 6}
    covered = cover(owner.pk, [rare, *many], weighed, library)
    assert covered[rare].share > covered[many[0]].share > 0


@pytest.mark.django_db
def test_a_question_of_common_terms_alone_is_proposed_some(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "COMMON", 3)
    many = [article(owner, f"The whale number {number} swims.") for number in range(6)]
    _weighed, found = find(owner.pk, {"whale": 1.0, "swim": 1.0}, libraries.of(owner), most=10)
    assert found
    assert set(found) <= set(many)


@pytest.mark.django_db
def test_terms_known_to_be_common_are_not_looked_up_and_find_the_same(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "COMMON", 3)
    for number in range(6):
        article(owner, f"The whale number {number} swims{' and swims' * (number % 2)}.")
    article(owner, "A narwhal is a whale with a tusk, which it's said to need.")
    library = libraries.of(owner)
    for terms in {"narwhal": 1.0, "whale": 1.0}, {"whale": 1.0, "swim": 1.0}, {"swim": 1.0}, {"none": 1.0, "swim": 1.0}:
        weighed, found = find(owner.pk, terms, libraries.Library(7, library.lengths), most=10)
        find(owner.pk, terms, library, most=10)
        with CaptureQueriesContext(connection) as captured:
            again, found_again = find(owner.pk, terms, library, most=10)
        assert (again.weights.tolist(), found_again) == (weighed.weights.tolist(), found)
        assert found
        if "narwhal" in terms:
            assert lexemes.tsquery(owner.pk, "whale")[1:-1] not in captured[0]["sql"]


@pytest.mark.django_db
def test_a1_nothing_of_anothers_is_proposed_or_covered(owner: User, other: User) -> None:
    theirs = article(other, "The whale swims.")
    weighed, found = find(owner.pk, {"whale": 1.0}, libraries.of(owner), most=10)
    assert found == []
    assert cover(owner.pk, [theirs], weighed, libraries.of(owner)) == {}
