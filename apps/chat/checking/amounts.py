"""Compares the numbers of two texts: by what they come to, in any unit, and what they count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import zip_longest

from apps.chat.checking import units
from apps.chat.checking.numbers import Number, numbers, text_of
from apps.indexing import lexemes

# Values as texts, each with the units that it has.
Values = Mapping[str, frozenset[str]]

# "A week" is seven days, though "one" may be no number.
_COUNTED_BY_ONE = ("hour", "minute", "week")
# Years of the Republic that a text may name without saying 民国: 112年 is 2023.
_REPUBLIC = range(60, 200)
# Longer ones are compared as they are written: a decimal has 28 digits.
MOST = 10**12
# And what so many of them are about, but not the other way round.
_LONGER = {"hour": (24, "day"), "day": (30, "month")}
_TENS = (10, 100, 1000)


@lru_cache(maxsize=1024)
def values(folded: str) -> Values:
    """Every value that a number of the text may have, with the units it has there; "" where none is named."""
    found: dict[str, set[str]] = {}
    every = numbers(folded)
    for number in every:
        for value in set().union(*number.readings):
            found.setdefault(value, set()).add(number.unit)
    for value, unit in _converted(every):
        found.setdefault(value, set()).add(unit)
    return {value: frozenset(units) for value, units in found.items()}


def _converted(every: Sequence[Number]) -> Iterator[tuple[str, str]]:
    """What amounts are in the next smaller or larger unit: 2 hours 50 minutes are 170, 90 minutes 1.5 hours."""
    yield from ((text_of(value), unit) for value, unit in in_smaller_units(every))
    for number in filter(_is_amount, every):
        value = _first(number)
        if number.unit == "year" and value in _REPUBLIC:
            yield text_of(value + 1911), "year"
        if number.unit in _LONGER and value % _LONGER[number.unit][0] == 0:
            few, longer = _LONGER[number.unit]
            yield text_of(value / few), longer
        for larger, (times, smaller) in units.SMALLER.items():
            if number.unit == smaller and (times in _TENS or value % times in (0, times / 2)):
                yield text_of(value / times), larger


def in_smaller_units(every: Sequence[Number]) -> Iterator[tuple[Decimal, str]]:
    """What amounts are in the next smaller unit, alone and together with the number after them."""
    for number, following in zip_longest(every, every[1:]):
        if _is_amount(number) and number.unit in units.SMALLER:
            times, smaller = units.SMALLER[number.unit]
            yield _first(number) * times, smaller
            if following and following.unit == smaller:
                yield _first(number) * times + _first(following), smaller


def _is_amount(number: Number) -> bool:
    is_certain = not number.is_vague or number.unit in _COUNTED_BY_ONE
    return bool(number.unit) and is_certain and _first(number) < MOST


def amount(number: Number) -> Decimal | None:
    """What it comes to, where it is one amount only; `None` for what is too large to reckon with."""
    try:
        [text] = number.readings[0]
        value = Decimal(text)
    except (ValueError, InvalidOperation):
        return None
    return value if value < MOST else None


def _first(number: Number) -> Decimal:
    try:
        return Decimal(min(number.readings[0]))
    except InvalidOperation:
        return Decimal(0)


def missing(words: str, known: Values) -> list[tuple[int, int]]:
    """[start, end) in `words` of the numbers that have no reading among the `known` values, or count something else."""
    return [place for place, _unit in _missing(words, known)]


def displaced(words: str, there: Values) -> list[tuple[int, int]]:
    """Those of the `missing` in whose stead another number of the same unit is `there`."""
    counted = set().union(*there.values())
    return [place for place, unit in _missing(words, there) if unit in counted]


def _missing(words: str, known: Values) -> Iterator[tuple[tuple[int, int], str]]:
    folded, places = lexemes.folded_in_place(words)
    for number in numbers(folded):
        if not number.is_vague and not _is_known(number, known):
            yield (places[number.start], places[number.end - 1] + 1), number.unit


def _is_known(number: Number, known: Values) -> bool:
    return any(all(_has(known.get(value), number.unit) for value in reading) for reading in number.readings)


def _has(there: frozenset[str] | None, unit: str) -> bool:
    if there is None:
        return False
    is_counted = bool(unit) and not units.is_measure(unit)
    return not unit or "" in there or unit in there or (is_counted and not all(map(units.is_measure, there)))
