"""Server-sent events: whatever an answer says, the page gets the events we sent and no others."""

from __future__ import annotations

import random

import pytest

from apps.chat.streaming import sse
from apps.chat.tests.reading import Event, parsed, waits
from apps.core.tests.attacks import ATTACKS, numbered

PIECES = [
    *("\r", "\n", "\r\n", "\n\n", "\r\r", "\0", " ", ":", "data", "data:", "event:", "event: done", "id:", "id: 7"),
    *("retry: 1", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\ufeff", "中文", "[1]", "<p>", "é", "𠮷"),
]


def test_one_line_is_one_event() -> None:
    assert sse("open", "<p>Good</p>") == b"event: open\ndata: <p>Good</p>\n\n"


def test_an_id_comes_first() -> None:
    assert sse("open", "x", id=3) == b"id: 3\nevent: open\ndata: x\n\n"


def test_nothing_is_an_event_too() -> None:
    assert parsed(sse("whole", "")) == [Event("whole", "")]


def test_text_cannot_end_its_event_and_begin_another() -> None:
    forged = "well\n\nevent: done\ndata: forged\n\n"
    assert parsed(sse("open", forged)) == [Event("open", forged)]


def test_line_ends_of_every_kind_arrive_as_line_feeds() -> None:
    assert parsed(sse("open", "a\rb\r\nc\nd")) == [Event("open", "a\nb\nc\nd")]


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_what_is_no_line_end_to_a_browser_arrives_as_it_is(odd: str) -> None:
    assert parsed(sse("open", f"a{odd}b")) == [Event("open", f"a{odd}b")]


def test_ten_thousand_strange_texts_arrive_as_they_were_sent() -> None:
    chance = random.Random(7)  # noqa: S311
    for _ in range(10_000):
        texts = ["".join(chance.choices(PIECES, k=chance.randint(0, 12))) for _ in range(3)]
        stream = b"".join(sse("settled", text) for text in texts)
        assert parsed(stream) == [Event("settled", text.replace("\r\n", "\n").replace("\r", "\n")) for text in texts]


@pytest.mark.parametrize("attack", ATTACKS, ids=numbered)
def test_b3_an_attack_in_two_events_stays_in_them(attack: str) -> None:
    for cut in range(len(attack) + 1):
        texts = (attack[:cut], attack[cut:])
        stream = b"".join(sse("settled", text) for text in texts)
        assert parsed(stream) == [Event("settled", text.replace("\r\n", "\n").replace("\r", "\n")) for text in texts]
        assert waits(stream) == []
