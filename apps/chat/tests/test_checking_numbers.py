"""Numbers and dates are the same number however they are written, and another one when they are."""

from __future__ import annotations

import pytest

from apps.chat.checking import amounts, numbers
from apps.indexing import lexemes


def missing(words: str, source: str) -> list[str]:
    known = amounts.values(lexemes.folded(source))
    return [words[start:end] for start, end in amounts.missing(words, known)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("兩年", "2年"),
        ("125萬元", "1,250,000 元"),
        ("$1.25 million", "1,250,000 dollars"),
        ("十二億五千萬", "12.5 億"),
        ("12億5000萬", "1250000000"),
        ("一百二十五", "125"),
        ("百分之五", "5%"),
        ("five percent", "5 %"),
        ("三成二", "32%"),
        ("兩成", "20%"),
        ("2024年3月5日", "March 5, 2024"),
        ("5 March 2024", "2024-03-05"),
        ("民國113年", "2024年"),
        ("一九二七年", "1927 年"),
        ("二〇〇九年", "2009年"),
        ("1:30", "１：３０"),
        ("晚上八點半", "8 點 30 分"),
        ("七點四十分", "19:40"),
        ("7:30 p.m.", "19:30"),
        ("二點一公尺", "2.1 公尺"),
        ("twelve arches", "12 arches"),
        ("twenty-five hundred", "2,500"),
        ("12 400 vehicles", "12,400 vehicles"),
        ("£186,000, nearly", "186000"),
        ("the 30th", "day 30"),
        ("廿一天", "21 天"),
        ("十冊", "10 冊"),
        ("three weeks", "3 weeks"),
    ],
)
def test_the_same_number_written_otherwise_is_there(one: str, other: str) -> None:
    assert missing(one, other) == []
    assert missing(other, one) == []


@pytest.mark.parametrize(
    ("words", "source", "wrong"),
    [
        ("共 126 萬元", "125萬元", ["126 萬"]),
        ("版本 4.3.1", "4.2.1", ["4.3.1"]),
        ("押金為三個月的租金", "三日內；兩個月的租金", ["三"]),
        ("at 8:30", "at 7:30, for 30 days", ["8:30"]),
        ("in September", "in October", ["September"]),
        ("1%", "0.1%", ["1"]),
        ("５０元", "15 元", ["５０"]),
        ("二點三公尺", "二點一公尺，三層", ["二點三"]),
        ("十歲以下", "百分之十；十二歲以下", ["十"]),
        ("2023年8月", "2024年8月", ["2023"]),
    ],
)
def test_another_number_is_named_as_it_is_written(words: str, source: str, wrong: list[str]) -> None:
    assert missing(words, source) == wrong


@pytest.mark.parametrize(
    "words", ["一起去", "三明治很好吃", "the second one", "you may go", "march on", "萬一", "三分之一"]
)
def test_what_only_looks_like_a_number_is_none(words: str) -> None:
    assert missing(words, "nothing") == []


@pytest.mark.parametrize(
    "words", ["9" * 50_000, "萬億" * 20_000, "一" * 50_000, "1:" * 20_000, "點" * 10_000, "1.1." * 9000]
)
def test_no_text_is_too_much(words: str) -> None:
    assert isinstance(amounts.values(lexemes.folded(words)), dict)
    assert isinstance(numbers.spelled_out(lexemes.folded(words)), str)


@pytest.mark.parametrize(
    ("words", "source"),
    [
        ("扣除後，2,811萬元以下稅率10%。", "淨額2,811萬元以下：10%"),
        ("A charge takes 2.5 hours.", "It takes two and a half hours to charge."),
        ("In the first two weeks add four fish.", "No more than four fish in the first fortnight."),
        ("大約每7天回來一次。", "每隔約一週回來一次。"),
        ("加賽60秒。", "加賽一分鐘。"),
        ("Change 25% of the water.", "Change a quarter of the water."),
        ("Three quarters of the plot.", "75% of the plot."),
        ("規約在2023年修訂。", "社區規約（112年修訂）"),
    ],
)
def test_the_same_number_written_in_another_way_is_there(words: str, source: str) -> None:
    assert amounts.missing(words, amounts.values(lexemes.folded(source))) == []
