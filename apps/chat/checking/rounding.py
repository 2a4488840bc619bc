"""Numbers that a statement gives roughly, of those that its source gives exactly: over 60 percent of 64."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from apps.chat.checking import units
from apps.chat.checking.amounts import Values, amount
from apps.chat.checking.numbers import NEAR, Number, numbers, text_of

# In front of a number and behind it, as `lexemes.folded` writes them. A limit is not rounded: at least six hours.
_ROUGHLY = {
    "over": (
        r"(?<!not )(?:more than|over|a little more than|a little over)|超过|逾|不止",
        r"多|余|以上|出头|年代|s\b|\s*or more",
    ),
    "under": (r"(?:nearly|almost|just under|close to)|将近|接近|近", r"(?!)"),
    "about": (r"(?:about|around|roughly|approximately|some)|大约|大概|约", r"左右|上下|\s*or so"),
}
_BEFORE = {way: re.compile(rf"(?:{before})\s*(?:[$€£¥]\s*)?$") for way, (before, _) in _ROUGHLY.items()}
_BEHIND = {way: re.compile(behind) for way, (_, behind) in _ROUGHLY.items()}
_LIMIT = re.compile(r"[不没勿][^,，。]{0,4}$|\b(?:no|not|never|cannot|if)\b[^,.]{0,20}$")
# Between a number and what stands behind it: its unit.
_UNIT = re.compile(r"\s*(?:个)?(?:[^\W\d_]{1,2}|%)?")
_AGES = re.compile(r"\s*(?:岁|years? old|-years?-old)")
# The most that a rounded number may be away, as a share of it.
MOST, ABOUT = Decimal("0.35"), Decimal("0.1")


def values(folded: str, sources: Iterable[str], reckoned: Values) -> Values:
    """The numbers of a statement that round one of the sources, or one `reckoned` from them, with their units.

    All texts as `lexemes.folded` makes them.
    """
    rough = [(number, way) for number in numbers(folded) if (way := _way(number, folded))]
    if not rough:
        return {}
    exact = [pair for source in sources for pair in _exact(source)] + list(_amounts(reckoned))
    return {
        text_of(value): frozenset([number.unit])
        for number, way in rough
        if (value := amount(number)) and any(_rounds(value, number.unit, way, *pair) for pair in exact)
    }


def _way(number: Number, folded: str) -> str:
    """In which of the ways it is said roughly; "" for a number said exactly, for a limit and for an age."""
    before, behind = folded[max(number.start - NEAR, 0) : number.start], folded[number.end : number.end + NEAR]
    if number.is_vague or _LIMIT.search(before) or _AGES.match(behind):
        return ""
    unit = _UNIT.match(behind)
    after = behind[unit.end() :] if unit else behind
    for way in _ROUGHLY:
        if _BEFORE[way].search(before) or _BEHIND[way].match(behind) or _BEHIND[way].match(after):
            return way
    return ""


def _exact(source: str) -> Iterator[tuple[Decimal, str]]:
    for number in numbers(source):
        if not number.is_vague and not _way(number, source) and (value := amount(number)):
            yield value, number.unit


def _amounts(reckoned: Mapping[str, frozenset[str]]) -> Iterator[tuple[Decimal, str]]:
    for text, counted in reckoned.items():
        yield from ((Decimal(text), unit) for unit in counted)


def _rounds(value: Decimal, unit: str, way: str, amount: Decimal, counted: str) -> bool:
    """Whether `value` is the `amount` with fewer digits, or would be in the next smaller unit."""
    step = _step(value)
    times, smaller = units.SMALLER.get(unit, (Decimal(1), ""))
    for scale, name in ((Decimal(1), unit), (times, smaller)):
        if name != counted:
            continue
        low, high = _range(value * scale, step * scale, way)
        if low <= amount <= high and amount != value * scale:
            return True
    return False


def _range(value: Decimal, step: Decimal, way: str) -> tuple[Decimal, Decimal]:
    if way == "about":
        width = min(step / 2, value * ABOUT)
        return value - width, value + width
    width = min(step, value * MOST)
    return (value, value + width) if way == "over" else (value - width, value)


def _step(value: Decimal) -> Decimal:
    """What the last digit that is not 0 counts; a half where that is the last."""
    exponent = int(value.normalize().as_tuple().exponent)
    return Decimal("0.5") if exponent == -1 and value % 1 == Decimal("0.5") else Decimal(10) ** exponent
