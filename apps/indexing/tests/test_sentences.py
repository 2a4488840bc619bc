"""Where sentences begin and end."""

from __future__ import annotations

import random

import pytest

from apps.indexing.sentences import LONGEST, spans
from apps.indexing.tokens import estimate


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Roses need sun. Do they? They do!", ["Roses need sun.", "Do they?", "They do!"]),
        ("玫瑰需要陽光。真的嗎？是的！；好", ["玫瑰需要陽光。", "真的嗎？", "是的！；", "好"]),
        ("玫瑰需要太陽;水也要", ["玫瑰需要太陽;水也要"]),
        ("他說：「要澆水。」然後走了。", ["他說：「要澆水。」", "然後走了。"]),
        ('He said "water them." Then he left (early.) And', ['He said "water them."', "Then he left (early.)", "And"]),
        ("Dr. Hsu met J. R. Smith on 3 p.m. of Jan. 5.", ["Dr. Hsu met J. R. Smith on 3 p.m. of Jan. 5."]),
        ("See Fig. 3 and No. 5. The sun set.", ["See Fig. 3 and No. 5.", "The sun set."]),
        ("He said no. Then 2.5 l of water in 1999. End", ["He said no.", "Then 2.5 l of water in 1999.", "End"]),
        ("1. Cut. 2.1. Water them well.", ["1. Cut.", "2.1. Water them well."]),
        ("e.g. roses, i.e. Rosa. Done", ["e.g. roses, i.e. Rosa.", "Done"]),
        ("See https://a.org/b?c=d!e and v1.2.3 of it", ["See https://a.org/b?c=d!e and v1.2.3 of it"]),
        ("Wait... what?! Yes… no.", ["Wait... what?!", "Yes… no."]),
        ("one line\nanother\n\n  a third  ", ["one line", "another", "a third"]),
        ("Python 3.11 很好。OK!好", ["Python 3.11 很好。", "OK!", "好"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_they_end(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


@pytest.mark.parametrize(
    "text", ["玫瑰需要陽光，" * 60, "roses need sun, " * 90, "roses " * 200, "a" * 3_000, "玫瑰" * 400]
)
def test_a_sentence_without_end_is_cut_all_the_same(text: str) -> None:
    pieces = cut(text)
    assert all(estimate(piece) <= LONGEST + 1 for piece in pieces)
    assert all(estimate(piece) >= LONGEST / 4 for piece in pieces[:-1])
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


def test_a_long_sentence_is_cut_at_a_comma_before_a_space() -> None:
    assert all(piece.endswith(",") for piece in cut("roses and peonies need sun, " * 60))
    assert all(piece.endswith("，") for piece in cut("玫瑰和牡丹都需要陽光，" * 60))


def test_nothing_is_lost_and_nothing_is_said_twice() -> None:
    chance = random.Random(7)  # noqa: S311
    alphabet = "ab玫瑰。！？.!? \n\t「」()\"'，,;:1２…\u3000é\U0001f33f"
    for _ in range(300):
        text = "".join(chance.choices(alphabet, k=chance.randrange(400)))
        found = spans(text)
        covered = {index for start, end in found for index in range(start, end)}
        assert sum(end - start for start, end in found) == len(covered)
        assert all(character.isspace() or index in covered for index, character in enumerate(text))
        assert found == sorted(found)
        assert all(text[start:end].strip() == text[start:end] != "" for start, end in found)


@pytest.mark.parametrize("text", ["." * 200_000, "!?" * 100_000, "a. " * 70_000, "1. " * 70_000, "etc. a " * 30_000])
def test_c4_rows_of_full_stops_take_no_more_than_their_length(text: str) -> None:
    assert sum(end - start for start, end in spans(text)) == sum(not character.isspace() for character in text) + sum(
        text[start:end].count(" ") for start, end in spans(text)
    )
