"""Comparing texts by their words."""

from __future__ import annotations

import pytest

from apps.ai.generators.wording import joined, likeness, nearest, one_line, terms, width


def test_words_are_taken_whole_and_han_in_pairs() -> None:
    assert terms("The Fee is 30元，會議室") == {"the", "fee", "is", "30", "元", "會議", "議室"}


def test_likeness_goes_from_nothing_to_the_same() -> None:
    assert likeness(terms("one two"), terms("three four")) == 0
    assert likeness(terms("借書證"), terms("借書證")) == pytest.approx(1)
    assert likeness(terms(""), terms("one")) == 0


def test_the_nearest_sentence_is_found_across_inflections_of_the_claim() -> None:
    sentences = ("圖書館星期一休館。", "會員每月可借十冊。", "The fee is 30 dollars.")
    assert nearest("每月可以借十冊書", sentences) == 1
    assert nearest("You pay a fee of 30 dollars", sentences) == 2
    assert nearest("zzz", sentences) is None
    assert nearest("zzz", ()) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n b", "a b"),
        ("會議\n紀錄", "會議紀錄"),
        ("會議\n2026", "會議 2026"),
        (" a\tb ", "a b"),
        ("甲\u3000乙", "甲\u3000乙"),
    ],
)
def test_a_line_break_between_han_characters_leaves_no_space(text: str, line: str) -> None:
    assert one_line(text) == line


def test_sentences_are_joined_as_their_script_wants() -> None:
    assert joined(["甲。", "乙。"]) == "甲。乙。"
    assert joined(["One.", "Two."]) == "One. Two."


def test_a_heading_keeps_its_line_to_itself() -> None:
    assert joined(["圖書館規章", "會員可借十冊。", "逾期罰款。"]) == "圖書館規章\n會員可借十冊。逾期罰款。"
    assert joined(["Hours", "Nine to five (daily).", "Closed"]) == "Hours\nNine to five (daily). Closed"


def test_a_han_character_is_two_wide() -> None:
    assert width("ab") == 2
    assert width("甲。") == 4
