"""Words of a text, and how alike two words are in meaning, in one language and between languages."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from apps.ai.embedders import EmbedderFault, embedder
from apps.indexing import binary, vocabulary
from apps.indexing.binary import Signs
from apps.indexing.tests import embedders


def likeness(one: str, other: str) -> float:
    return float(compared(vocabulary.signs([one]), vocabulary.signs([other]))[0, 0])


def compared(some: Signs, others: Signs) -> NDArray[np.float32]:
    differing = binary.differing(binary.columns(some), binary.columns(others))
    return binary.likeness(differing, embedder().dimensions)


def test_words_are_folded_and_come_once_in_their_order() -> None:
    assert vocabulary.words("The Roof, the ROOF and Ｐｉｐｅｓ: café!") == ["the", "roof", "and", "pipes", "cafe"]


def test_a_text_in_han_characters_is_cut_by_a_dictionary_in_either_script() -> None:
    assert vocabulary.words("維爾茨堡的製藥專業什麼時候成立？") == ["维尔茨堡", "制药", "专业", "什么", "时候", "成立"]
    assert vocabulary.words("维尔茨堡的制药专业") == ["维尔茨堡", "制药", "专业"]


def test_both_scripts_in_one_text() -> None:
    assert vocabulary.words("用 Postgres 存向量") == ["postgres", "向量"]


@pytest.mark.parametrize("text", ["", "123 45.6", "…！？", "a b c", "\0\ud800"])
def test_what_says_nothing_by_itself_is_no_word(text: str) -> None:
    assert vocabulary.words(text) == []


def test_a_table_of_words_without_end_is_compared_by_its_first_ones() -> None:
    text = " ".join(f"w{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}{'uvwxyzabcd'[n // 100]}" for n in range(1000))
    assert len(vocabulary.words(text)) == vocabulary.WORDS_OF_ONE


@pytest.mark.parametrize(
    ("one", "other", "unrelated"),
    [("制药", "pharmaceutical", "railway"), ("屋顶", "roof", "tea"), ("financial", "finanzielle", "mountain")],
)
def test_a_word_is_like_its_translation(one: str, other: str, unrelated: str) -> None:
    assert likeness(one, other) > likeness(one, unrelated) + 0.2


def test_a_word_is_itself() -> None:
    assert likeness("roof", "roof") == pytest.approx(1.0)


def test_likeness_is_near_the_cosine_of_the_whole_vectors() -> None:
    words = ["roof", "pipe", "tea", "屋顶", "水管", "financial", "money"]
    vectors = embedder().embed(words)
    signs = vocabulary.signs(words)
    assert np.abs(compared(signs, signs) - vectors @ vectors.T).max() < 0.25


def test_a_word_is_embedded_once() -> None:
    vocabulary.forget()
    embedders.Counting.asked.clear()
    with embedders.using(embedders.Counting):
        first = vocabulary.signs(["oolong", "kettle", "oolong"])
        again = vocabulary.signs(["kettle", "oolong"])
    assert sorted(embedders.Counting.asked) == ["kettle", "oolong"]
    assert (first[[1, 0]] == again).all()


def test_more_words_than_are_kept_in_mind_are_forgotten_and_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "KNOWN", 2)
    before = vocabulary.signs(["roof", "pipe"])
    vocabulary.signs(["tea", "roof", "water"])
    assert (vocabulary.signs(["roof", "pipe"]) == before).all()


def test_an_embedder_that_fails_is_told_and_nothing_is_kept() -> None:
    vocabulary.forget()
    with embedders.using(embedders.Away), pytest.raises(EmbedderFault):
        vocabulary.signs(["oolong"])
    assert vocabulary.signs(["oolong"]).shape == (1, embedder().dimensions // 8)
