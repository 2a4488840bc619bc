"""Reads the times of day of a text: 7:30, 七點半, 3 pm, and 0655 in a timetable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.chat.checking import numerals
from apps.chat.checking.numbers import is_timetable

_HAN = "".join(numerals.DIGITS) + "".join(numerals.SMALL_UNITS)
_CLOCK = re.compile(
    rf"""
      (?<![\d.])(?P<hour>\d{{1,2}})[:.](?P<minute>[0-5]\d)(?!\d|[.:]\d)
    | (?P<han_hour>\d{{1,2}}|[{_HAN}]{{1,3}})\s*[点时](?!间|候|代|期)\s*(?P<han_minute>\d{{1,2}}|半|[{_HAN}]{{1,3}})?
    | (?<![\d.])(?P<short>\d{{1,2}})\s*(?P<half>[ap])\.?m\b
    | (?<![\d.,])(?P<run>(?:[01]\d|2[0-3])[0-5]\d)(?!\d|[.,]\d)
    """,
    re.VERBOSE,
)
_HOUR, _DAY = 60, 24 * 60


def clocks(folded: str) -> list[int]:
    """In minutes since midnight, or noon where the text does not say; of a text that `lexemes.folded` has made."""
    is_listed = is_timetable(folded)
    found = (minutes for match in _CLOCK.finditer(folded) for minutes in _read(match, is_listed))
    return [minutes for minutes in found if 0 <= minutes < _DAY]


def _read(match: re.Match[str], is_listed: bool) -> Iterator[int]:
    if match["hour"]:
        yield int(match["hour"]) * _HOUR + int(match["minute"])
    elif match["han_hour"]:
        minute = match["han_minute"] or "0"
        yield int(numerals.of_han(match["han_hour"])) * _HOUR + (30 if minute == "半" else int(numerals.of_han(minute)))
    elif match["short"]:
        hour = int(match["short"]) % 12 + (12 if match["half"] == "p" else 0)
        yield hour * _HOUR
    elif is_listed:
        yield int(match["run"][:2]) * _HOUR + int(match["run"][2:])
