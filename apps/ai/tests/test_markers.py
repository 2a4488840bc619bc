"""Source markers in text that is still being written."""

from __future__ import annotations

import random

import pytest

from apps.ai.generators.markers import Markers


def read(text: str, size: int = 1000, *, written: bool = True) -> str:
    """The text after reading it in pieces of `size`, with each marker as <n>."""
    markers = Markers((1, 2, 3, 5), written=written)
    pieces = [piece for at in range(0, len(text), size) for piece in markers.feed(text[at : at + size])]
    return "".join(f"<{piece}>" if isinstance(piece, int) else piece for piece in [*pieces, *markers.rest()])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ten books [1].", "Ten books <1>."),
        ("十冊。【1】", "十冊。<1>"),
        ("十冊［１］。", "十冊<1>。"),
        ("[1,2] [1, 2] [1、2] [1；2]", "<1><2> <1><2> <1><2> <1><2>"),
        ("[1-3] [1–3] [1～3]", "<1><2><3> <1><2><3> <1><2><3>"),
        ("[Source 1] [source: 2] [來源 3] [資料5] [^1] [#2]", "<1> <2> <3> <5> <1> <2>"),
        ("【3†source】", "<3>"),
        ("[1][2]", "<1><2>"),
        ("[[1]]", "[<1>]"),
    ],
)
def test_many_ways_to_write_a_marker_are_understood(text: str, expected: str) -> None:
    assert [read(text, size) for size in (1, 2, 3, 1000)] == [expected] * 4


@pytest.mark.parametrize(
    "text", ["[9]", "[0]", "[2024]", "[x]", "[]", "[ ]", "[see 1]", "a [1", "[1, x]", "(1)", "[9-12]"]
)
def test_what_names_no_known_source_stays_as_it_is(text: str) -> None:
    assert [read(text, size) for size in (1, 2, 1000)] == [text] * 3


def test_an_unknown_source_among_known_ones_is_left_as_text() -> None:
    assert read("[1, 9]") == "<1>[9]"


def test_a_range_without_sense_gives_its_ends() -> None:
    assert read("[3-1] [1-900]") == "<3><1> <1>[900]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`a[1]` [2]", "`a[1]` <2>"),
        ("``a`[1]`` [2]", "``a`[1]`` <2>"),
        ("```py\na[1,2]\n```\n[1]", "```py\na[1,2]\n```\n<1>"),
        ("- ```\n  a[1]\n  ```\n- [1]", "- ```\n  a[1]\n  ```\n- <1>"),
        ("```\na\n````\n[1]", "```\na\n````\n<1>"),
        ("5` wide [1]\n\n[2]", "5` wide [1]\n\n<2>"),
        ("5\\` wide [1]", "5\\` wide <1>"),
    ],
)
def test_code_is_left_alone(text: str, expected: str) -> None:
    assert [read(text, size) for size in (1, 2, 3, 1000)] == [expected] * 4


def test_a_text_whose_writer_sets_no_markers_has_them_escaped() -> None:
    assert read("see [1] and [9], `[1]`, 【1】", written=False) == "see \\[1\\] and \\[9\\], `[1]`, 【1】"


def test_plain_text_is_not_held_back() -> None:
    markers = Markers((1,))
    assert list(markers.feed("Ten books ")) == ["Ten books "]
    assert list(markers.feed("[see the rules")) == ["[see the rules"]
    assert list(markers.feed(" [1")) == [" "]
    assert list(markers.feed("]")) == [1]


def test_no_text_is_lost_however_it_is_cut() -> None:
    chance = random.Random(7)  # noqa: S311
    for _ in range(2000):
        text = "".join(chance.choice("ab [【1２,-]】`\n*~") for _ in range(chance.randint(1, 40)))
        whole = read(text)
        assert [read(text, size) for size in (1, 2, 5)] == [whole] * 3
        assert read(text, written=False).replace("\\[", "[").replace("\\]", "]") == text
