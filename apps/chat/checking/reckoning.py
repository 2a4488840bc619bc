"""Numbers that a source does not have but that follow from those it has: how much in all, what is left, how long.

Only where the statement says that it reckons: by chance much else is the sum or the difference of something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import combinations, pairwise

from apps.chat.checking.numbers import Number, Values, in_smaller_units, numbers, text_of

# As `lexemes.folded` writes them.
_SAYS_A_SUM = re.compile(
    r"总共|一共|合计|共计|总计|加起来|整体|总[时烘长额和]"
    r"|\b(?:(?:in|a) total|total(?:s|led|ling)?|altogether|in all|combined|together|overall)\b"
)
# "More than 60 mg" is a limit, and "no longer" nothing of the kind.
_SAYS_A_DIFFERENCE = re.compile(
    r"相差|差距|[长多晚早慢]了|\d岁|比[^,，。]{1,20}[多少长短高低大重轻早晚快慢]|[年月周天]之?后|小时后|分钟后|之后|经过|历时|为期|持续|其余|剩"
    r"|\b(?:remaining|remainder|rest|left over|took(?! place)|takes(?! place)|lasts|lasted|difference|apart|gap|kept back|spann(?:ed|ing)"
    r"|spans?|later)\b"
    r"|(?<!\bno )\b(?:longer|shorter|more|less|fewer|cheaper|dearer|older|younger|earlier|higher|lower)\b"
    r"(?! than (?:about )?(?:\d|half|two|three|four|five|six|seven|eight|nine|ten\b|\w+teen|\w+ty\b))"
)
_SAYS_A_DAY_ON = re.compile(r"[前后隔翌次]一?[天日]|\b(?:day (?:before|after)|(?:previous|following|next) day)\b")
_CLOCK = re.compile(r"(\d{1,2})[:.点时](\d{2})")
_YEARS = (1000, 2100)
# A source of more numbers would have nearly every sum and difference.
MOST = 30
# So many numbers in a row may be what is summed up.
LONGEST_SUM = 4
_HOUR = 60
_AGES = ((0, "year"), (0, "岁"), (1, "岁"))

# The amounts that are one number each, by what they count.
Amounts = Mapping[str, Sequence[Decimal]]


def values(folded: str, sources: Iterable[str]) -> Values:
    """The values that a statement may have reckoned from the numbers of any of the sources, with their units.

    All texts as `lexemes.folded` makes them. Empty where the statement does not say that it reckons.
    """
    ways = [way for says, way in _WAYS if says.search(folded)]
    found: dict[str, set[str]] = {}
    for source in sources if ways else ():
        every = [number for number in numbers(source) if not number.is_vague]
        if len(every) > MOST:
            continue
        amounts = _by_unit(every)
        for value, unit in (pair for way in ways for pair in way(amounts, source)):
            found.setdefault(text_of(value), set()).add(unit)
    return {value: frozenset(units) for value, units in found.items()}


def _sums(by_unit: Amounts, _source: str) -> Iterator[tuple[Decimal, str]]:
    for unit, amounts in by_unit.items():
        for first in range(len(amounts)):
            for last in range(first + 2, min(first + LONGEST_SUM, len(amounts)) + 1):
                yield sum(amounts[first:last], Decimal(0)), unit
            # 15 minutes and 10 to 12 more.
            yield from ((amounts[first] + other, unit) for other in amounts[first + 2 : first + 3])


def _differences(by_unit: Amounts, source: str) -> Iterator[tuple[Decimal, str]]:
    for unit, amounts in by_unit.items():
        # What counts nothing may be the name of something: a version, a line.
        for one, other in combinations(amounts if unit else (), 2):
            yield abs(one - other), unit
    shares = by_unit.get("percent", [])
    # What is left of the whole.
    yield from ((100 - share, "percent") for share in shares)
    yield from ((100 - one - other, "percent") for one, other in pairwise(shares))
    years = [amount for amounts in by_unit.values() for amount in amounts if _is_year(amount)]
    # One less is somebody's age before the birthday.
    yield from ((abs(one - other) - less, unit) for one, other in combinations(years, 2) for less, unit in _AGES)
    clocks = [int(hour) * _HOUR + int(minute) for hour, minute in _CLOCK.findall(source)]
    for begin, end in combinations(clocks, 2):
        yield Decimal(abs(begin - end)), "minute"
        yield Decimal(abs(begin - end)) / _HOUR, "hour"


def _a_day_on(by_unit: Amounts, _source: str) -> Iterator[tuple[Decimal, str]]:
    yield from ((day + step, "day") for day in by_unit.get("day", []) for step in (-1, 1))


_WAYS = ((_SAYS_A_SUM, _sums), (_SAYS_A_DIFFERENCE, _differences), (_SAYS_A_DAY_ON, _a_day_on))


def _is_year(amount: Decimal) -> bool:
    return _YEARS[0] <= amount <= _YEARS[1] and amount == amount.to_integral_value()


def _by_unit(every: Sequence[Number]) -> Amounts:
    found: dict[str, list[Decimal]] = {}
    for value, unit in in_smaller_units(every):
        found.setdefault(unit, []).append(value)
    for number in every:
        try:
            [value] = number.readings[0]
            found.setdefault(number.unit, []).append(Decimal(value))
        except (ValueError, InvalidOperation):
            continue
    return found
