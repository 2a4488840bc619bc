"""Terms: two spellings of one word meet, numbers stay exact, and nothing breaks out of the literals."""

from __future__ import annotations

import random

import pytest
from django.db import connection

from apps.indexing import lexemes
from apps.indexing.lexemes import terms

HOSTILE = [
    "it's",
    "a\\'b\\",
    "'; DROP TABLE indexing_passage; --",
    "nul\0inside",
    "& | ! ( ) <-> :* :A",
    "%s %(owner)s",
    "字" * 10_000,
    "\ud800 half a pair",
    "\U0001f600\u202e\ufeff",
]


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("會議記錄", "会议记录"),
        ("什麼", "什么"),
        ("看著", "看着"),
        ("裡面", "裏面"),
        ("皇后後來", "皇后后来"),
        ("臺灣", "台湾"),
        ("ＤｏｃｕＭｉｎｄ１２３", "documind123"),
        ("Café naïve", "cafe NAIVE"),
        ("Straße", "STRASSE"),
        ("company's", "companies"),
        ("making", "makes"),
        ("hopped", "hop"),
        ("changed", "changes"),
        ("1,234,567", "1234567"),
        ("L’homme", "homme"),
    ],
)
def test_two_spellings_of_one_word_have_the_same_terms(one: str, another: str) -> None:
    assert terms(one) == terms(another) != []


@pytest.mark.parametrize(
    ("one", "another"),
    [("hoping", "hopping"), ("news agency", "new agent"), ("10²", "102"), ("6½", "61"), ("v2.3.1", "v2.3.2")],
)
def test_what_differs_stays_apart(one: str, another: str) -> None:
    assert terms(one) != terms(another)


def test_han_becomes_overlapping_pairs() -> None:
    assert terms("會議記錄") == ["会议", "议记", "记录"]


def test_a_lone_han_character_stays_as_itself() -> None:
    assert terms("A 組, 3 章") == ["a", "组", "3", "章"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [("see v2.3.1.", "v2.3.1"), ("ISO-9001:", "iso-9001"), ("on 2024-05-01,", "2024-05-01"), ("(3.14)", "3.14")],
)
def test_numbers_and_identifiers_stay_whole(text: str, whole: str) -> None:
    assert whole in terms(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RFC 9110", ["rfc", "9110"]),
        ("ＲＦＣ　９１１０號", ["rfc", "9110", "号"]),
        ("編號A-1024號", ["编号", "a-1024", "1024", "号"]),
        ("A‑1024", ["a-1024", "1024"]),
        ("v1.2.3", ["v1.2.3", "v1"]),
        ("2026-11-23", ["2026-11-23", "2026", "11", "23"]),
        ("2026年11月23日", ["2026", "年", "11", "月", "23", "日"]),
        ("NT$1,024.50元", ["nt", "1024.50", "元"]),
        ("192.168.0.1", ["192.168.0.1"]),
        ("x86_64", ["x86_64", "x86", "64"]),
    ],
)
def test_nothing_but_the_whole_and_its_parts_stands_for_an_identifier(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("RFC 9110", "RFC 9111"),
        ("2026-11-23", "2026-11-24"),
        ("v1.2.3", "v1.2.31"),
        ("A-1024", "B-1024"),
        ("1.5", "15"),
    ],
)
def test_another_identifier_has_a_term_of_its_own(one: str, another: str) -> None:
    assert set(terms(one)) - set(terms(another))
    assert set(terms(another)) - set(terms(one))


def test_a_folded_text_knows_where_it_comes_from() -> None:
    chance = random.Random(3)  # noqa: S311
    pieces = [*"租麼裏額A1½²,.１，ﬁßŐ’‑ﷺｶﾞがé \n\ud800", "1,024", "e\u0301", "か\u3099"]
    for _ in range(3000):
        text = "".join(chance.choices(pieces, k=chance.randint(0, 12)))
        folded, places = lexemes.folded_in_place(text)
        assert folded == lexemes.folded(text)
        assert len(places) == len(folded) + 1
        assert places == sorted(places)
        assert places[-1] == len(text)


def test_the_parts_of_an_identifier_are_found_too() -> None:
    assert {"iso", "9001"} <= set(terms("ISO-9001"))
    assert {"2024", "05"} <= set(terms("2024-05-01"))
    assert {"state", "art"} <= set(terms("state-of-the-art"))


def test_names_of_programming_languages_keep_their_signs() -> None:
    assert terms("C++, C# and C") == ["c++", "c#", "and", "c"]


def test_kana_hangul_and_thai_become_pairs_and_keep_their_marks() -> None:
    assert terms("がく") == ["がく"] != terms("かく")
    assert terms("한국어") == ["한국", "국어"]
    assert terms("ไทย") == ["ไท", "ทย"]


def test_signs_and_nothing_have_no_terms() -> None:
    assert terms("") == terms("\0'\\ & | ! <-> %_—。") == []


def test_a_word_without_end_is_cut() -> None:
    assert [len(term) for term in terms("x" * 10_000)] == [lexemes.WORD_CHARACTERS]
    assert all(len(term.encode()) < lexemes.LEXEME_BYTES for text in HOSTILE for term in terms(text))


def test_folding_is_settled_after_once() -> None:
    table = lexemes.han_table()
    assert not [chr(after) for after in table.values() if after in table]


def test_the_same_text_has_the_same_terms_inside_any_other() -> None:
    assert set(terms("發展")) <= set(terms("頭髮與發展")) & set(terms("乾淨的發展史"))


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
def test_postgres_reads_the_literals_of_anything(text: str) -> None:
    raw = {text, text[::-1], *terms(text)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(%s::tsvector)", [lexemes.tsvector(7, raw)])
        found = cursor.fetchone()[0]
        assert found
        assert all(lexeme.startswith("7:") for lexeme in found)
        for term in raw:
            cursor.execute(
                "SELECT %s::tsvector @@ %s::tsquery, %s::tsvector @@ %s::tsquery",
                [
                    lexemes.tsvector(7, raw),
                    lexemes.tsquery(7, term),
                    lexemes.tsvector(8, raw),
                    lexemes.tsquery(7, term),
                ],
            )
            assert cursor.fetchone() == (True, False)


@pytest.mark.django_db
def test_positions_stay_within_what_postgres_holds() -> None:
    many = ["often", *(f"word{number}" for number in range(20_000)), *["often"] * 1000]
    literal = lexemes.tsvector(7, many)
    with connection.cursor() as cursor:
        cursor.execute("SELECT length(%s::tsvector)", [literal])
        assert cursor.fetchone()[0] == 20_001
        cursor.execute(
            "SELECT lexeme, positions FROM unnest(%s::tsvector) WHERE lexeme IN ('7:often', '7:word9')", [literal]
        )
        assert cursor.fetchall() == [("7:often", [1]), ("7:word9", [11])]
    assert lexemes.tsvector(7, ["a"] * 1000).count(",") == lexemes.POSITIONS_OF_ONE - 1
