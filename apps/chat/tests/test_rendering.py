"""An answer rendered while it grows looks at every moment like a page that knows only its beginning."""

from __future__ import annotations

import random

import pytest

from apps.chat.rendering import Rendering, last_boundary
from apps.core.markdown import answer_html

LINKS = {1: "#source-9-1", 2: "#source-9-2"}
BLOCKS = [
    "A paragraph [1] with **bold**\nand a second line.",
    "- a\n- b",
    "* x\n\n  more\n* y",
    "1. one\n2. two",
    "3) three",
    "> quoted [2]\n> again",
    "> lazy\ncontinued",
    "```py\nx = a[1]\n\ny\n```",
    "~~~\ncode\n~~~",
    "    indented\n\n    more",
    "| a | b |\n|---|--:|\n| 1 | 2 |",
    "# A heading",
    "Set so\n===",
    "---",
    "中文段落，有引用[1]。\n第二行。",
    "- outer\n    - inner\n\n      deep",
    "[1]: https://evil.example/",
    "<div onclick=alert(1)>\nhtml\n</div>",
    "odd \u2028 ends \x0b and \x0c of lines",
    "line\rends\r\nof all kinds",
]


def in_pieces(text: str, sizes: list[int], chance: random.Random) -> str:
    """What a page shows in the end, when the text came in pieces."""
    rendering, settled, cut = Rendering(LINKS), "", 0
    while cut < len(text):
        cut = min(len(text), cut + chance.choice(sizes))
        rendered = rendering.feed(text[:cut])
        settled += rendered.settled
    return settled + rendered.open


def test_finished_blocks_are_settled_and_only_the_open_one_is_drawn_again() -> None:
    rendering = Rendering(LINKS)
    assert rendering.feed("First [1].\n\nSec").settled == '<p>First <a class="cite" href="#source-9-1">1</a>.</p>\n'
    rendered = rendering.feed("First [1].\n\nSecond.")
    assert (rendered.settled, rendered.open) == ("", "<p>Second.</p>\n")


@pytest.mark.parametrize("sizes", [[1], [1, 2, 3], [5, 40], [200]])
def test_in_the_end_it_is_the_same_as_rendered_at_once(sizes: list[int]) -> None:
    chance = random.Random(len(sizes))  # noqa: S311
    for _ in range(150):
        text = chance.choice(["\n\n", "\n"]).join(chance.choices(BLOCKS, k=chance.randint(1, 7)))
        assert in_pieces(text, sizes, chance) == answer_html(text, LINKS)


def test_what_was_settled_never_changes() -> None:
    text, rendering, settled = "\n\n".join(BLOCKS), Rendering(LINKS), ""
    for cut in range(len(text)):
        settled += rendering.feed(text[:cut]).settled
        assert answer_html(text, LINKS).startswith(settled)


def test_half_a_marker_is_not_shown() -> None:
    assert Rendering(LINKS).feed("It is so [1").open == "<p>It is so</p>\n"


def test_an_open_fence_is_shown_as_code() -> None:
    assert "<pre><code" in Rendering(LINKS).feed("```py\nx = 1").open


def test_the_next_item_of_a_list_is_not_taken_for_a_paragraph() -> None:
    assert last_boundary("1. one\n\n2") == 0
    assert last_boundary("1. one\n\n2.") == 0
