"""Numbers that are right only together: the day and its month, the hour and its minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from apps.chat.checking.amounts import Values, in_smaller_units
from apps.chat.checking.numbers import numbers, text_of
from apps.indexing import lexemes

_MONTH, _CLOCK = "month of the year", "clock"
_DATE = frozenset([_MONTH, "day"])
# What may be together, either way round, and what then stands between the two in a statement.
_TOGETHER = {
    _DATE: re.compile(r"\s*(?:of|月|(?:st|nd|rd|th)|,|\.)?\s*(?:of|the)?\s*"),
    frozenset(["hour", "minute"]): re.compile(r"\s*(?:个?小时|个?钟头|hours?|hrs?|h)\s*(?:and|又)?\s*"),
    frozenset([_CLOCK]): re.compile(r"\s*[时点]\s*"),
}
_HAN = re.compile(r"[㐀-鿿]")
# In a source so many characters, half as many of them Han: it lists and spans, from 3 to 5 May, 5月3日至7日.
FAR = 24

Reading = frozenset[str]


class Pair(NamedTuple):
    """[start, end) of it in a folded text, as what it may be read, and what it counts; of hours all the `minutes`."""

    start: int
    end: int
    readings: list[Reading]
    units: frozenset[str]
    minutes: frozenset[str]


def parted(words: str, sources: Sequence[str], known: Values) -> list[tuple[int, int]]:
    """[start, end) in `words` of pairs that no source has together, though one has either part with another.

    As where the 21st of November and the 3rd of October are there, and the statement says the 21st of October. A time
    whose minutes are `known` in all was written otherwise.
    """
    folded, places = lexemes.folded_in_place(words)
    mine = list(_pairs(folded, is_close=True))
    there = [pair for source in sources for pair in _pairs(lexemes.folded(source), is_close=False)] if mine else []
    return [(places[pair.start], places[pair.end - 1] + 1) for pair in mine if _is_parted(pair, there, known)]


def _is_parted(pair: Pair, there: Sequence[Pair], known: Values) -> bool:
    others = [reading for other in there if other.units == pair.units for reading in other.readings]
    is_there = any(reading in others for reading in pair.readings)
    is_split = any(reading & other for reading in pair.readings for other in others)
    return is_split and not is_there and not pair.minutes & known.keys()


def _pairs(folded: str, *, is_close: bool) -> Iterator[Pair]:
    every = [number for number in numbers(folded) if not number.is_vague or number.unit == _MONTH]
    for at, number in enumerate(every):
        clocks = [reading for reading in number.readings if len(reading) == 2]
        if number.unit == _CLOCK and clocks:
            yield Pair(number.start, number.end, clocks, frozenset([_CLOCK]), frozenset())
        for other in every[at + 1 :]:
            between = folded[number.end : other.start]
            if len(between) + len(_HAN.findall(between)) > FAR:
                break
            units = frozenset([number.unit, other.unit])
            # From Monday 9 to Wednesday 11 June.
            units = _DATE if not is_close and units == {_MONTH, ""} else units
            signs = _TOGETHER.get(units)
            if signs and (not is_close or signs.fullmatch(between)):
                readings = [one | two for one in number.readings for two in other.readings]
                minutes = [value for value, unit in in_smaller_units([number, other]) if unit == "minute"]
                in_all = frozenset(map(text_of, minutes[-1:]))
                yield Pair(number.start, other.end, readings, units, in_all)
