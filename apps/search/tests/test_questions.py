"""What is searched for: what was typed, made fit."""

from __future__ import annotations

import pytest

from apps.search.questions import CHARACTERS, TERMS, read


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("What is the rent?", {"rent": 1}),
        ("租金是多少？", {"租金": 1, "金是": 0.5}),
        ("誰負責修繕", {"谁负": 0.5, "负责": 1, "责修": 1, "修缮": 1}),
        ("tea tea TEA", {"tea": 1}),
        ("ISO-9001", {"iso-9001": 1, "iso": 1, "9001": 1}),
        ("茶", {"茶": 1}),
    ],
)
def test_words_that_only_ask_are_left_out(typed: str, terms: dict[str, float]) -> None:
    assert read(typed).terms == terms


def test_a_question_of_nothing_else_is_searched_by_all_of_it() -> None:
    assert read("To be or not to be").terms == dict.fromkeys(["to", "be", "or", "not"], 1)
    assert read("是什麼").terms == {"是什": 1, "什幺": 1}


def test_what_is_typed_is_tidied_and_cut() -> None:
    assert read("  two\n words\0 ").text == "two words"
    assert len(read("x" * 100_000).text) == CHARACTERS
    assert len(read(" ".join(map(str, range(1000)))).terms) <= TERMS


def test_nothing_typed_is_nothing_asked() -> None:
    assert read(" \n\u3000\0") == read("")
    assert read("").text == ""
