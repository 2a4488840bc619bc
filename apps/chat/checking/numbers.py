"""Reads the numbers and dates of a text, however they are written: 兩年, 2 years, 125萬, 1.25 million, 民國113年."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from apps.chat.checking import numerals, units

_HAN = "".join(numerals.DIGITS) + "".join(numerals.SMALL_UNITS)
_LARGE = "".join(numerals.LARGE_UNITS)
_SCALE = "|".join(numerals.SCALES)
_MONTH_NAMES = """january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep
october oct|november nov|december dec"""
_MONTHS = {name: at for at, names in enumerate(re.split(r"[|\n]", _MONTH_NAMES), 1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
# "10 may be" names no month.
_MONTH_BEHIND = re.compile(rf"\s*(?:of\s+)?(?:{_MONTH})\b(?!(?<=may)\s+(?:be|not|have|also|only)\b)")
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTH})\.?\s+(?:the\s+)?$")
# Words and names as well: months only beside a day or a year.
_AMBIGUOUS_MONTHS = frozenset(["may", "mar", "march", "sep", "dec", "jan"])
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# What a time by the calendar or the clock begins with.
TIME = rf"(?:\d|(?:{_MONTH}|{'|'.join(_WEEKDAYS)})\b)"
# As timetables write times of day: 0655, and then 2135 is one as well.
_EARLY = r"(?<![\d.,])0\d[0-5]\d(?!\d|[.,]\d)"
_TIMETABLE, _RUN = re.compile(_EARLY), re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_SPELLED = numerals.WORDS | numerals.TIMES
_WORD = "|".join(sorted({*numerals.WORDS, *numerals.TIMES} - {"zero"}, key=len, reverse=True))
_NUMBER = re.compile(
    rf"""
      (?P<named>第?[一二]次(?:世界)?大战|第二[天日]|百分点)
    | (?P<and_half>(?P<half_of>\d+|[{_HAN}]+)\s*个半)
    | \b(?P<word_half>(?P<half_word>{_WORD}|\d+)\s+and\s+a\s+half\b)
    | (?P<half_hour>半\s*(?:个)?\s*(?:小时|钟头)|\bhalf\s+an\s+hour\b)
    | (?P<version>(?<![a-z\d.])\d+(?:\.\d+){{2,}}(?![a-z.]*\d))
    | (?P<iso>(?<!\d)(?P<iso_year>\d{{4}})[-/.](?P<iso_month>\d{{1,2}})[-/.](?P<iso_day>\d{{1,2}})(?!\d))
    | (?P<clock>(?<![\d:])(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?![\d:]))
    | (?P<timetable>{_EARLY})
    | (?:星期|周|礼拜)(?P<day_of_week>[一二三四五六日天])
    | \b(?P<weekday>{"|".join(_WEEKDAYS)})s?\b
    | (?P<an_hour>\ban\s+hour\b)
    | (?P<listed>[二两三四](?=[种项类]|方面))
    | (?P<roc>民国\s*(?P<roc_year>\d{{1,3}}|[{_HAN}]+)\s*年)
    | (?P<percent>百分之\s*(?P<percent_of>[{_HAN}]+(?:点[{_HAN}]+)?|\d+(?:\.\d+)?))
    | (?P<fraction>[一二两三四五六七八九十\d]+分之[一二两三四五六七八九十\d]+)
    | (?P<tenths>(?<![{_HAN}\d])(?P<tenths_of>[一二两三四五六七八九])成(?P<tenths_more>[一二三四五六七八九半])?
        (?![立为本功长员熟]))
    | (?P<half>(?<=[点时])半)
    | \b(?P<fortnight>fortnights?)\b
    | (?P<share>\b(?:a|one)\s+quarter\b|\bthree\s+quarters\b|\bhalf\b|一半)
    | (?P<plain>(?P<whole>(?<![\d.])(?<![a-z](?=\d[a-z]))(?:\d{{1,3}}(?:[\ \u00a0\u202f]\d{{3}})+(?!\d)|\d+)(?:\.\d+)?)
        (?P<unit>\s?[十百千{_LARGE}]+(?:\d+(?:\.\d+)?[十百千{_LARGE}]+)*(?:\d+(?![\d.]))?|[\s-]?(?:{_SCALE}|bn|k|m)\b)?
        (?:st|nd|rd|th)?)
    | (?P<han>(?!千万[不别要勿莫记])[{_HAN}]+(?:点[{_HAN}]+)?(?:[{_LARGE}](?:[{_HAN}]+[{_LARGE}]?)*)?)
    | \b(?P<month>{_MONTH})\b
    | \b(?P<word>(?:{_WORD})(?:[\s-](?:{_SCALE}|and|{_WORD}))*)\b
    | \b(?P<ordinal>{"|".join(numerals.ORDINALS)})\b
    """,
    re.VERBOSE,
)
# 18.30 may be half past six.
_DOTTED_CLOCK = re.compile(r"([01]?\d|2[0-3])\.([0-5]\d)")
# In percent, by the word they begin with.
_SHARES = {"a": "25", "one": "25", "three": "75", "half": "50", "一半": "50"}
_CURRENCIES = ("$", "€", "£", "¥")
# 10 to 12 minutes are minutes both.
_RANGE = re.compile(r"\s*(?:[-–—~至到]|to)\s*\d+(?:\.\d+)?")
# Characters before a number in which what belongs to it is looked for.
NEAR = 40
# A sum is a sum whatever it is of; these say in front of a numeral that one is meant.
_ANNOUNCED = "第约达共逾近每周期"


@dataclass(frozen=True)
class Number:
    """A number of a text: [start, end) in the text, folded, and what it may be, each a set of values that go together.

    8:30 is {8, 30}, and {20, 30} too. `unit` is what it counts, where that is known. `is_vague` when it may be no
    number at all: "one" of them, 一樣.
    """

    start: int
    end: int
    readings: tuple[frozenset[str], ...]
    is_vague: bool = False
    unit: str = ""


@lru_cache(maxsize=1024)
def numbers(folded: str) -> tuple[Number, ...]:
    """The numbers of a text that `lexemes.folded` has made."""
    return tuple(number for match in _NUMBER.finditer(folded) if (number := _read(match, folded)))


@lru_cache(maxsize=1024)
def is_timetable(folded: str) -> bool:
    """Whether the text writes times of day without a colon: 0655, and so 2135."""
    return bool(_TIMETABLE.search(folded))


def spelled_out(folded: str) -> str:
    """The text with every number in figures, so that 三日內 and "3 日內" have the same words."""
    pieces, at = [], 0
    for number in numbers(folded):
        if number.is_vague:
            continue
        pieces += [folded[at : number.start], " ", " ".join(sorted(number.readings[0])), " "]
        at = number.end
    return "".join([*pieces, folded[at:]])


def left_out(folded: str) -> str:
    """The text without its numbers and their units."""
    pieces, at = [], 0
    for number in numbers(folded):
        pieces += [folded[at : number.start], " "]
        at = units.end(folded, number.end)
    return "".join([*pieces, folded[at:]])


def _read(match: re.Match[str], text: str) -> Number | None:
    if match["named"]:
        return None
    readings, is_vague = _readings(match, text)
    return (
        Number(match.start(), match.end(), tuple(map(frozenset, readings)), is_vague, _unit(match, text))
        if readings
        else None
    )


# What some ways to write a number say of its unit.
_UNITS = {
    "percent": "percent",
    "tenths": "percent",
    "clock": "clock",
    "timetable": "clock",
    "fortnight": "day",
    "an_hour": "hour",
    "roc": "year",
    "month": "month of the year",
}


def _unit(match: re.Match[str], text: str) -> str:
    for way, unit in _UNITS.items():
        if match[way]:
            return unit
    is_money = text[: match.start()].rstrip()[-1:] in _CURRENCIES
    if match["plain"] and _beside_a_month(match, text):
        return "day"
    # 兩百多尾, 三十餘年
    end = match.end() + (text[match.end() : match.end() + 1] in ("多", "余"))
    if through := _RANGE.match(text, end):
        end = through.end()
    return units.unit(text, end) or ("money" if is_money else "")


def _readings(match: re.Match[str], text: str) -> tuple[list[set[str]], bool]:
    """What the number may be, and whether it may be none."""
    if (certain := _in_time(match) or _in_parts(match)) is not None:
        return certain, False
    if match["plain"]:
        return _figures(match, text)
    if match["han"]:
        return _numerals(match, text)
    if match["month"]:
        name = match["month"]
        return [{str(_MONTHS[name])}], name in _AMBIGUOUS_MONTHS and not _is_dated(match, text)
    if match["ordinal"]:
        return [{str(numerals.ORDINALS[match["ordinal"]])}], True
    if match["share"]:
        return [{_SHARES[match["share"].split()[0]]}], True
    if match["fortnight"]:
        return [{"14"}], False
    if match["an_hour"]:
        return [{"1"}], True
    if match["listed"]:
        # What is listed is counted by whoever sums it up.
        return [{text_of(numerals.of_han(match["listed"]))}], True
    if match["fraction"] or match["half"]:
        return [{match["fraction"] or "30"}], True
    words = [word for word in re.split(r"[\s-]+", match["word"]) if word != "and"]
    return [{text_of(numerals.of_words(words))}], words in (["one"], ["once"])


def _in_time(match: re.Match[str]) -> list[set[str]] | None:
    """Of a date, a weekday or a time."""
    if match["iso"]:
        return [{_plain(match[name]) for name in ("iso_year", "iso_month", "iso_day")}]
    if match["day_of_week"]:
        return [{f"weekday {min('一二三四五六日天'.index(match['day_of_week']), 6)}"}]
    if match["weekday"]:
        return [{f"weekday {_WEEKDAYS.index(match['weekday'])}"}]
    if match["clock"]:
        return _clock(int(match["hour"]), int(match["minute"]))
    if match["timetable"]:
        return _clock(int(match["timetable"][:2]), int(match["timetable"][2:]))
    if match["roc"]:
        year = numerals.of_han(match["roc_year"])
        return [{text_of(year + 1911)}, {text_of(year)}]
    return [{"0.5"}, {"30"}] if match["half_hour"] else None


def _in_parts(match: re.Match[str]) -> list[set[str]] | None:
    """Of a version, a percentage, or so much and a half."""
    if match["version"]:
        return [{match["version"]}]
    if match["percent"]:
        return [{text_of(numerals.of_han(match["percent_of"]))}]
    if match["tenths"]:
        more = match["tenths_more"]
        rest = 5 if more == "半" else numerals.DIGITS[more] if more else 0
        return [{str(numerals.DIGITS[match["tenths_of"]] * 10 + rest)}]
    if match["and_half"] or match["word_half"]:
        whole = match["half_of"] or match["half_word"]
        value = numerals.of_words([whole]) if whole in _SPELLED else numerals.of_han(whole)
        return [{text_of(value + Decimal("0.5"))}]
    return None


def _clock(hour: int, minute: int) -> list[set[str]]:
    hours = [hour, hour - 12 if hour > 12 else hour + 12]
    return [{str(each), str(minute)} if minute else {str(each)} for each in hours]


def _figures(match: re.Match[str], text: str) -> tuple[list[set[str]], bool]:
    whole = re.sub(r"[ \u00a0\u202f]", "", match["whole"])
    unit = (match["unit"] or "").strip(" -\u00a0")
    readings = [{_plain(whole)}]
    if unit in numerals.SHORT_SCALES:
        readings.append({text_of(Decimal(whole) * numerals.SHORT_SCALES[unit])})
    elif unit in numerals.SCALES:
        readings = [{text_of(Decimal(whole) * numerals.SCALES[unit])}]
    elif unit:
        readings = [{text_of(numerals.of_han(whole + unit))}]
    clock = _DOTTED_CLOCK.fullmatch(whole)
    if clock and _unit(match, text) in ("", "clock"):
        readings += _clock(int(clock[1]), int(clock[2]))
    if re.search(r"[ \u00a0\u202f]", match["whole"]):
        readings.append(set(map(_plain, re.split(r"[ \u00a0\u202f]", match["whole"]))))
    if len(whole) == len("2135") and is_timetable(text) and (run := _RUN.fullmatch(whole)):
        readings += _clock(int(run[1]), int(run[2]))
    if text[match.end() : match.end() + 2].lstrip()[:1] in ("点", "时") or re.match(
        r"\s*[ap]\.?m", text[match.end() :]
    ):
        hour = int(Decimal(whole))
        readings.append({str(hour - 12 if hour > 12 else hour + 12)})
    return readings, False


def _numerals(match: re.Match[str], text: str) -> tuple[list[set[str]], bool]:
    run = match["han"]
    before, after = text[: match.start()][-1:], text[match.end() :].lstrip()[:1]
    if "点" in run:
        hour, _, minute = run.partition("点")
        is_decimal = all(numerals.DIGITS.get(digit, 10) < 10 for digit in minute)
        # 七点四十 is a time, and 二点一 may be one, but not 二点一公尺.
        is_time = not is_decimal or units.unit(text, match.end()) in ("", "clock")
        readings = [{text_of(numerals.of_han(run))}] if is_decimal else []
        readings += _clock(int(numerals.of_han(hour)), int(numerals.of_han(minute))) if is_time else []
    else:
        readings = [{text_of(numerals.of_han(run))}]
        if after and after in "点时":
            hour_ = int(numerals.of_han(run))
            readings.append({str(hour_ - 12 if hour_ > 12 else hour_ + 12)})
    if len(run) == 2 and set(run) <= set("一二两三四五六七八九") and after != "年":
        # 三五 may be thirty-five, or three and five.
        readings.append({str(numerals.DIGITS[digit]) for digit in run})
    is_counted = (after and after in units.COUNTED) or (before and before in _ANNOUNCED)
    is_one = run in ("一", "零", "〇") and not (after and after in "月日号")
    return readings, (len(run) == 1 and not is_counted) or is_one


def _beside_a_month(match: re.Match[str], text: str) -> bool:
    """Whether it is a day: 9 May, May 9th, 9th of May."""
    is_short = len(match["whole"]) <= len("31")
    before = text[max(match.start() - NEAR, 0) : match.start()]
    return is_short and bool(_MONTH_BEHIND.match(text, match.end()) or _MONTH_BEFORE.search(before))


def _is_dated(match: re.Match[str], text: str) -> bool:
    """Whether a day or a year stands beside a word that may be a month."""
    return bool(re.match(r"\.?\s+\d", text[match.end() :]) or re.search(r"\d\s+$", text[: match.start()]))


def _plain(figures: str) -> str:
    return text_of(Decimal(figures))


def text_of(value: Decimal) -> str:
    """The value as every number of a text is written here: 1.50 is 1.5."""
    try:
        return format(value.normalize(), "f")
    except InvalidOperation:
        return str(value)
