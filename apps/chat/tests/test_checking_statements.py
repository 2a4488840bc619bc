"""An answer is cut into what it states, each sentence with the sources that it cites."""

from __future__ import annotations

import pytest

from apps.chat.checking.statements import statements


def said(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(" ".join(one.words.split()), one.numbers) for one in statements(text)]


def test_a_marker_belongs_to_the_sentence_before_it() -> None:
    assert said("Salt is white. [1] It is dear [2][3]. Bread is not.") == [
        ("Salt is white.", (1,)),
        ("It is dear .", (2, 3)),
        ("Bread is not.", ()),
    ]
    assert said("鹽是白的。[1]鹽很貴[2]。麵包不貴。") == [("鹽是白的。", (1,)), ("鹽很貴 。", (2,)), ("麵包不貴。", ())]


def test_the_span_is_the_sentence_in_the_text_without_the_markers_behind_it() -> None:
    text = "- **Salt is white.** [1]\n- It is dear. [2]\n"
    assert [text[one.start : one.end] for one in statements(text)] == ["Salt is white.", "It is dear."]


def test_lists_quotations_and_numbering_are_no_part_of_it() -> None:
    assert said("1. Salt is white. [1]\n> It is dear. [2]\n- [x] Bread is not. [3]") == [
        ("Salt is white.", (1,)),
        ("It is dear.", (2,)),
        ("Bread is not.", (3,)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Salt is white\n",
        "This is what your library says:\n",
        "以下是文件的說明：\n",
        "---\n",
        "| - | - |\n",
        "…\n",
        "[1]\n",
        "```\nSalt is white [1].\n```\n",
        "The passages do not mention the price of salt.",
        "The document says nothing about pepper.",
        "文件沒有提到鹽的價格。",
        "資料中並未說明原因。",
    ],
)
def test_what_states_nothing_about_the_world_is_no_statement(text: str) -> None:
    assert statements(text) == []


def test_brackets_of_the_source_and_of_code_are_no_markers() -> None:
    assert said(r"See note \[3\] there. [1]") == [(r"See note \[3\] there.", (1,))]
    assert said("Write `a[2]` there. [1]") == [("Write `a[2]` there.", (1,))]


def test_what_ends_with_a_semicolon_shares_the_marker_of_what_goes_on() -> None:
    (whole,) = statements("學生要穿運動服；可以帶零用錢，但最多200元。[1]")
    assert whole.numbers == (1,)
    first, second = statements("學生要穿運動服；[1]可以帶零用錢，但最多200元。[2]")
    assert (first.numbers, second.numbers) == ((1,), (2,))
    (open_end,) = statements("學生要穿運動服；")
    assert open_end.numbers == ()
