"""Small numbers that count what the source only lists: four departures, of a timetable with four times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from apps.chat.checking import units
from apps.chat.checking.amounts import Values
from apps.chat.checking.numbers import Number, numbers
from apps.chat.checking.telling import tells
from apps.indexing import lexemes

# A wrong number stands where the source has another one of the same. What it counts nowhere was counted by who sums up.
LEAST, MOST = 2, 12
# Words behind a number that may be what it counts; in the source, where one may stand before it, rather too many.
BEHIND = 2
BEHIND_THERE, BEFORE_THERE = 3, 1
_WORD = re.compile(r"[^\W\d_]+")
# How often, is no count of things.
_TIMES = re.compile(r"\s*(?:times?\b|[次倍])")
_ANY_HAN = re.compile(r"[㐀-鿿]")
_HAN = re.compile(r"\s*个?([㐀-鿿]{1,2})")


def values(folded: str, sources: Iterable[str]) -> Values:
    """The small numbers of a statement that count what none of the sources has a number of, with their units.

    All texts as `lexemes.folded` makes them.
    """
    small = [number for number in numbers(folded) if _is_small(number) and not _TIMES.match(folded, number.end)]
    sources = list(sources)
    if not small or not all(bool(_ANY_HAN.search(folded)) == bool(_ANY_HAN.search(source)) for source in sources):
        # In another language it has another word.
        return {}
    counted = {
        what
        for source in sources
        for number in numbers(source)
        for what in _counted(number, source, BEHIND_THERE, BEFORE_THERE)
    }
    found = {}
    for number in small:
        what = set(_counted(number, folded))
        if what and not what & counted:
            found[min(number.readings[0])] = frozenset([number.unit])
    return found


def _is_small(number: Number) -> bool:
    [*first] = number.readings[0]
    is_one = len(first) == 1 and first[0].isdigit() and LEAST <= int(first[0]) <= MOST
    return is_one and not number.is_vague and not units.is_measure(number.unit)


def _counted(number: Number, text: str, behind: int = BEHIND, before: int = 0) -> Iterator[str]:
    """What it may count: its unit, and the words around it that tell something."""
    if number.unit:
        yield number.unit
    if han := _HAN.match(text, number.end):
        yield han[1]
        return
    words = _WORD.findall(text[number.end : number.end + 60])[:behind]
    words += _WORD.findall(text[max(number.start - 30, 0) : number.start])[-before:] if before else []
    yield from (stem for word in words if tells(stem := lexemes.stem(word)))
