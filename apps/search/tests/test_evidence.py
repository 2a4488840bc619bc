"""Not in your library: what can be answered is, what cannot is not, in libraries of any size."""

from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.library import writing
from apps.search.evidence import FLOOR, FLOOR_OF_WORDS, is_enough
from apps.search.hits import Hit
from apps.search.retrieval import retrieve
from apps.search.tests.keeping import LEASE, TEA, keep, keep_library


def enough(question: str, user: User) -> bool:
    return is_enough(question, retrieve(question, user))


def hit(words: float, meaning: float, language: str = "en", alike: float = 0.0) -> Hit:
    return Hit(1, 1, "", None, "x", language, ((0, 1),), (0, 1), words + meaning, meaning, words, alike, ("words",))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "question",
    [
        "How long does oolong want?",
        "Which tea is steamed after picking?",
        "押金是多少？",
        "誰負責修繕水管",
        "谁负责修缮水管",
        "When was v2.3.1 released?",
        "Why does the sea rise twice a day?",
        "屋頂壞了由誰負責修繕？",
        "Who repairs the roof and the water pipes?",
        "oolong",
        "租金",
    ],
)
def test_what_the_library_says_is_answered(owner: User, question: str) -> None:
    keep_library(owner)
    assert enough(question, owner)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "question",
    [
        "法國的首都是哪裡",
        "What is the capital of France?",
        "誰發明了電話？",
        "How tall is the highest mountain on earth?",
        "Wer hat das Telefon erfunden?",
        "量子力學是什麼",
        "best restaurants in Taipei",
        "股票怎麼買",
    ],
)
def test_what_it_does_not_say_is_not(owner: User, question: str) -> None:
    keep_library(owner)
    assert not enough(question, owner)


@pytest.mark.django_db
def test_a_library_of_one_article_answers_what_it_says_and_nothing_else(owner: User) -> None:
    keep(owner, *LEASE)
    assert enough("押金是幾個月的租金？", owner)
    assert enough("租金什麼時候付", owner)
    assert not enough("法國的首都是哪裡", owner)


@pytest.mark.django_db
def test_an_article_just_saved_may_answer_by_its_words_alone(owner: User) -> None:
    writing.save_article(owner, *TEA)
    assert enough("Which tea is steamed after picking?", owner)
    assert not enough("What is the capital of France?", owner)


def test_nothing_found_is_not_enough() -> None:
    assert not is_enough("anything", [])


def test_letter_other_words_and_meaning_make_up_for_each_other() -> None:
    question = "How long does the oolong tea want to rest?"
    assert is_enough(question, [hit(FLOOR - 0.1, 0.1)])
    assert is_enough(question, [hit(FLOOR - 0.7, 0.3, alike=0.4)])
    assert not is_enough(question, [hit(FLOOR - 0.5, 0.4)])


def test_before_there_are_vectors_words_must_say_a_good_part_of_it() -> None:
    question = "How long does the oolong tea want to rest?"
    assert is_enough(question, [hit(FLOOR_OF_WORDS, 0.0)])
    assert not is_enough(question, [hit(FLOOR_OF_WORDS - 0.1, 0.0)])


def test_any_hit_may_be_the_answer_not_only_the_first() -> None:
    assert is_enough("How long does the oolong tea want to rest?", [hit(0.0, 0.2, "zh"), hit(0.6, 0.4, alike=0.5)])


def test_in_another_language_other_words_must_say_it() -> None:
    question = "烏龍茶要泡多久？"
    assert is_enough(question, [hit(0.0, 0.3, alike=0.4)])
    assert not is_enough(question, [hit(0.0, 0.3, alike=0.1)])


@pytest.mark.django_db
def test_a_question_in_chinese_is_answered_by_an_english_article(owner: User) -> None:
    keep_library(owner)
    assert enough("烏龍茶要泡多久？", owner)
    assert enough("潮汐為什麼一天漲兩次？", owner)
