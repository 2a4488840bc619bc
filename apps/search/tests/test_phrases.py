"""Phrases: what is meant exactly, and where in a text it stands."""

from __future__ import annotations

import random

import pytest

from apps.indexing import lexemes
from apps.search.phrases import Phrase


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("exact words", "The Exact, WORDS.", ["Exact, WORDS"]),
        ("exact words", "exact\nwords and exact  words", ["exact\nwords", "exact  words"]),
        ("exact words", "inexact words, exact wordsmith, exact few words", []),
        ("leaves", "He leaves a leaf.", ["leaves"]),
        ("leave", "He leaves a leaf.", []),
        ("租約", "這份租约", ["租约"]),
        ("租金額", "退租金額與租金，額外", ["租金額"]),
        ("DocuMind 是", "ＤｏｃｕＭｉｎｄ是", ["ＤｏｃｕＭｉｎｄ是"]),
        ("iPhone手機", "iPhone 手機", ["iPhone 手機"]),
        ("租金，押金", "租金、押金", ["租金、押金"]),
        ("naive cafe", "a naïve café", ["naïve café"]),
        ("cafe", "cafe\u0301s, cafe\u0301", ["cafe\u0301"]),
        ("STRASSE", "die Straße dort", ["Straße"]),
        ("1,024", "1024 or 1,024 or 11,024", ["1024", "1,024"]),
        ("A-1024", "編號Ａ‑1024號、A-10245、AA-1024", ["Ａ‑1024"]),
        ("RFC 9110", "RFC 9110, RFC-9110, RFC 91100", ["RFC 9110", "RFC-9110"]),
        ("v1.2.3", "v1.2.3. v1.2.31 v1.2.3.4", ["v1.2.3"]),
        ("2.3", "v2.3 2.3.1 1.2.3 2.3", ["2.3"]),
        ("2026-11-23", "on 2026-11-23, not 2026-11-2", ["2026-11-23"]),
        ("10", "10² and 10½", ["10", "10"]),
        ("頂", "屋頂与顶", ["頂", "顶"]),
        ("ガ", "ｶﾞ", ["ｶﾞ"]),
        ("C++", "C and C++, or C+", ["C++"]),
        ("!?", "What!?", []),
        ("", "anything", []),
    ],
)
def test_a_phrase_stands_where_its_words_do_in_any_spelling(phrase: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in Phrase(phrase).spans(text)] == found
    assert Phrase(phrase).is_in(text) is bool(found)


def test_an_inexact_one_may_be_the_beginning_of_a_word() -> None:
    assert Phrase("leas", False).begins_in("A Lease")
    assert not Phrase("leas", False).begins_in("Please")
    assert not Phrase("leas").begins_in("A Lease")
    assert Phrase("租", False).begins_in("房屋租約")


def test_the_index_tells_alone_of_one_or_two_han_characters_and_of_an_inexact_word() -> None:
    for told in Phrase("租金"), Phrase("頂"), Phrase("頂", False), Phrase("teas", False), Phrase("A-1024", False):
        assert told.is_told_by_index
    for not_told in Phrase("租金額", False), Phrase("tea"), Phrase("ガ"), Phrase("A棟二樓", False), Phrase("頂 樓"):
        assert not not_told.is_told_by_index


def odd_text(chance: random.Random) -> str:
    pieces = [
        *"租金額頂麼裏 ,.-'\n_A1aé½²，１ﬁßｶﾞがガ한ไ’‑ﷺ\0\u202e",
        "1,024",
        "e\u0301",
        "v2.3",
        "C++",
        "\ud800",
        "\U0001f600",
    ]
    return "".join(chance.choices(pieces, k=chance.randint(0, 12)))


def test_whatever_the_text_its_phrases_are_found_in_it_and_the_index_knows() -> None:
    chance = random.Random(7)  # noqa: S311
    for _ in range(3000):
        text, around = odd_text(chance), odd_text(chance)
        phrase = Phrase(text)
        whole = f"{around} {text} {around}"
        spans = phrase.spans(whole)
        assert bool(spans) is phrase.is_in(whole) is phrase.says_something, (text, around)
        assert all(0 <= start < end <= len(whole) for start, end in spans)
        assert set(phrase.terms) <= set(lexemes.terms(whole)), (text, around)
        assert phrase.terms or not phrase.says_something or any(each in whole for each in phrase.characters)
