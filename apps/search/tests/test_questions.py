"""What is searched for: what was typed, made fit."""

from __future__ import annotations

import pytest

from apps.search.questions import CHARACTERS, TERMS, read


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("What is the rent?", ("rent",)),
        ("租金是多少？", ("租金", "金是")),
        ("誰負責修繕", ("谁负", "负责", "责修", "修缮")),
        ("tea tea TEA", ("tea",)),
        ("ISO-9001", ("iso-9001", "iso", "9001")),
    ],
)
def test_words_that_only_ask_are_left_out(typed: str, terms: tuple[str, ...]) -> None:
    assert read(typed).terms == terms


def test_a_question_of_nothing_else_is_searched_by_all_of_it() -> None:
    assert read("To be or not to be").terms == ("to", "be", "or", "not")
    assert read("是什麼").terms == ("是什", "什幺")


def test_what_is_typed_is_tidied_and_cut() -> None:
    assert read("  two\n words\0 ").text == "two words"
    assert len(read("x" * 100_000).text) == CHARACTERS
    assert len(read(" ".join(map(str, range(1000)))).terms) <= TERMS


def test_nothing_typed_is_nothing_asked() -> None:
    assert read(" \n\u3000\0") == read("")
    assert read("").text == ""
