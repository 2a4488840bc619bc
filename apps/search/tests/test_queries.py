"""What is typed: phrases, operators, and what only looks like one. Nothing that is typed is lost or refused."""

from __future__ import annotations

import random
from datetime import date

import pytest
from django.utils import translation

from apps.search.filters import Filters
from apps.search.phrases import Phrase
from apps.search.queries import Query, read, read_day
from apps.search.questions import CHARACTERS


def types(*names: str) -> Filters:
    return Filters(types=frozenset(names))


@pytest.mark.parametrize(
    ("typed", "text", "filters"),
    [
        ("How long does tea take?", "How long does tea take?", Filters()),
        ('"exact words" tea', '"exact words" tea', Filters(phrases=(Phrase("exact words"),))),
        ("“curly” „low“", "“curly” „low“", Filters(phrases=(Phrase("curly"), Phrase("low")))),
        ("請問「押金」是多少", "請問「押金」是多少", Filters(phrases=(Phrase("押金"),))),
        ("什麼是『押金』＂租約＂", "什麼是『押金』＂租約＂", Filters(phrases=(Phrase("押金"), Phrase("租約")))),
        ("tea -milk", "tea", Filters(without=(Phrase("milk", False),))),
        ('tea -"of milk" －「牛奶」', "tea", Filters(without=(Phrase("of milk"), Phrase("牛奶")))),
        ("type:pdf roof", "roof", types("pdf")),
        ("roof TYPE:PDF", "roof", types("pdf")),
        ("類型：文章 租金", "租金", types("article")),
        ("类型:简报", "", types("pptx")),
        ("ｔｙｐｅ：ｐｄｆ", "", types("pdf")),
        ("type:pdf,docx type:.md", "", types("pdf", "docx", "markdown")),
        ("-type:pdf tea", "tea", Filters(without_types=frozenset({"pdf"}))),
        ("title:lease roof", "roof", Filters(titles=(Phrase("lease", False),))),
        ('title:"two words"', "", Filters(titles=(Phrase("two words"),))),
        ("標題：「租約」 押金", "押金", Filters(titles=(Phrase("租約"),))),
        ("-title:draft tea", "tea", Filters(without_titles=(Phrase("draft", False),))),
        ("after:2025-01 tea", "tea", Filters(after=date(2025, 1, 1))),
        ("before：2025-06-30, tea", "tea", Filters(before=date(2025, 6, 30))),
        ("之後:2025年1月 早於:２０２６", "", Filters(after=date(2025, 1, 1), before=date(2026, 1, 1))),
        ("after:2025 after:2026 before:2028 before:2027", "", Filters(after=date(2026, 1, 1), before=date(2027, 1, 1))),
        ("type:pdf ?!", "", types("pdf")),
    ],
)
def test_what_narrows_is_told_from_what_is_asked(typed: str, text: str, filters: Filters) -> None:
    query = read(typed)
    assert (query.text, query.filters, query.remarks) == (text, filters, ())


@pytest.mark.parametrize(
    "typed",
    [
        "well-known A-1024 RFC 9110",
        "- a list - of things -- --flag",
        'a 3" disk and a 5" disk',
        'the word"s',
        '"unclosed',
        "「未完",
        '"" 「」 "!?" -"!" -',
        "12:30 https://example.org/a?b=c:d 10:1",
        "問題：押金是多少？",
        "type: title: after:",
        "std::vector",
        "it's ‘single’",
    ],
)
def test_what_only_looks_like_an_operator_is_asked_as_it_stands(typed: str) -> None:
    assert read(typed) == Query(typed, Filters())


@pytest.mark.parametrize(
    ("typed", "remark"),
    [
        ("after:yesterdayish tea", "“after:yesterdayish” is no date; write after:2026-01-31."),
        ("before:2025-13", "“before:2025-13” is no date; write before:2026-01-31."),
        ("之後:明天", "“之後:明天” is no date; write 之後:2026-01-31."),
        ("type:xls tea", "“type:xls” is no kind of document; there are article, file, pdf, "),
        ("type:pdf,xls", "“type:pdf,xls” is no kind of document"),
        ("author:smith tea", "“author:smith” was taken as words; a search is narrowed by type:, "),
        ("-after:2025", "“-after:2025” was taken as words"),
    ],
)
def test_what_cannot_be_understood_is_words_and_the_reader_is_told(typed: str, remark: str) -> None:
    query = read(typed)
    assert (query.text, query.filters) == (typed, Filters())
    assert len(query.remarks) == 1
    assert query.remarks[0].startswith(remark)


def test_a_phrase_after_an_unknown_operator_is_a_phrase() -> None:
    query = read("Re:「押金」 note:x")
    assert query.filters == Filters(phrases=(Phrase("押金"),))
    assert query.text == "Re:「押金」 note:x"
    assert len(query.remarks) == 1


def test_each_part_may_be_taken_away() -> None:
    query = read('tea "green leaves" -milk type:pdf,docx after:2025-02')
    assert [(part.kind, part.value, part.rest) for part in query.parts] == [
        ("phrase", "green leaves", "tea green leaves -milk type:pdf,docx after:2025-02"),
        ("without", "milk", 'tea "green leaves" type:pdf,docx after:2025-02'),
        ("type", "PDF, Word", 'tea "green leaves" -milk after:2025-02'),
        ("after", "2025-02-01", 'tea "green leaves" -milk type:pdf,docx'),
    ]
    assert not query.is_listing
    assert read("type:pdf").is_listing
    assert not read("").is_listing
    assert read("-type:pdf").parts[0].is_not


def test_a_reader_of_chinese_is_told_in_chinese() -> None:
    with translation.override("zh-hant"):
        assert read("類型:文章").parts[0].value == "文章"
        assert "不是日期" in read("之後:明天").remarks[0]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2025", date(2025, 1, 1)),
        ("2025-06", date(2025, 6, 1)),
        ("2025-06-30", date(2025, 6, 30)),
        ("2025/6/3", date(2025, 6, 3)),
        ("2025.06.30", date(2025, 6, 30)),
        ("20250630", date(2025, 6, 30)),
        ("2025年", date(2025, 1, 1)),
        ("2025年6月", date(2025, 6, 1)),
        ("２０２５年６月３０日", date(2025, 6, 30)),
        ("2025-02-30", None),
        ("0000", None),
        ("202506", None),
        ("25-06-30", None),
        ("2025-06-30T10:00", None),
        ("today", None),
        ("", None),
    ],
)
def test_a_day_a_month_or_a_year_begins_with_its_first_day(typed: str, day: date | None) -> None:
    assert read_day(typed) == day


def odd_text(chance: random.Random) -> str:
    pieces = [
        *'aA5租租約 \u3000 \n""“”「」『』：:--－−.,，%_\\\0\ud800\u202e',
        *(
            "type:",
            "-type:",
            "title:",
            "after:",
            "before：",
            "類型:",
            "pdf",
            "2025-01",
            "9999-12-31",
            "x:y",
            '-"',
            '12"',
        ),
    ]
    return "".join(chance.choices(pieces, k=chance.randint(0, 15)))


def test_whatever_is_typed_is_read_and_every_part_of_it_can_be_taken_away() -> None:
    chance = random.Random(11)  # noqa: S311
    for _ in range(5000):
        typed = odd_text(chance)
        query = read(typed)
        assert bool(query.filters) is bool(query.parts), typed
        assert query.filters or "".join(query.text.split()) == "".join(typed.replace("\0", "").split()), typed
        for _each in range(20):
            if not query.parts:
                break
            query = read(query.parts[0].rest)
        assert not query.parts, typed


def test_pasted_text_is_cut() -> None:
    assert len(read("x " * 100_000).text) <= CHARACTERS
    assert read('"' * 100_000).filters == Filters()
    assert read("a:" * 50_000).filters == Filters()
