"""What is a name of a statement, and when its sources have it."""

from __future__ import annotations

import pytest

from apps.chat.checking import names


@pytest.mark.parametrize(
    ("statement", "source", "missing"),
    [
        ("The tower was built by Josiah Crabtree.", "The tower was built by Ruth Pargeter.", ["Josiah", "Crabtree"]),
        # A small word before a name is none; nor is one that begins a sentence by itself.
        ("Because Josiah Crabtree followed the hills, the way was long.", "Josiah Crabtree followed the hills.", []),
        ("Once Mrs Oduya has sent a notice, there are four weeks.", "The clerk, Mrs Oduya, sends a notice.", []),
        # What belongs to a place, and what only begins like one.
        ("It lives on the Albanian coast.", "It lives on the coast of Albania.", []),
        ("It was built by Robertson.", "It was built by Robert.", ["Robertson"]),
        ("It lives on the Alban coast.", "It lives on the coast of Alba.", ["Alban"]),
        ("房東是陳美惠。", "房東是林淑惠。", ["陳美惠"]),
        # As Taiwan calls it, where the source has the mainland's word.
        ("公司設在紐西蘭。", "公司设在新西兰。", []),
        ("公司设在新西兰。", "公司設在紐西蘭。", []),
        ("公司設在埃塞俄比亞。", "公司设在新西兰。", ["埃塞俄比亞"]),
    ],
)
def test_names_that_the_sources_do_not_have(statement: str, source: str, missing: list[str]) -> None:
    assert names.missing(statement, source) == missing
