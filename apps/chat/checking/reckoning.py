"""Numbers that a source does not have but that follow from those it has: how much in all, what is left, how long.

Only where the statement says that it reckons: by chance much else is the sum or the difference of something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import combinations, pairwise

from apps.chat.checking.numbers import Number, Values, numbers, text_of

# As `lexemes.folded` writes them.
_SAYS_A_SUM = re.compile(
    r"总共|一共|合计|共计|总计|加起来|整体|总[时烘长额和]"
    r"|\b(?:(?:in|a) total|total(?:s|led|ling)?|altogether|in all|combined|together|overall)\b"
)
# "More than 60 mg" is a limit, and "no longer" nothing of the kind.
_SAYS_A_DIFFERENCE = re.compile(
    r"相差|差距|比[^,，。]{1,20}[多少长短高低大重轻早晚快慢]|[年月周天]之?后|小时后|分钟后|之后|经过|历时|为期|持续|其余|剩"
    r"|\b(?:remaining|remainder|rest|left over|took|takes|lasts|lasted|difference|apart|gap|kept back|spann(?:ed|ing)"
    r"|spans?|later)\b"
    r"|(?<!\bno )\b(?:longer|shorter|more|less|fewer|cheaper|dearer|older|younger|earlier|higher|lower)\b"
    r"(?! than (?:about )?(?:\d|half|two|three|four|five|six|seven|eight|nine|ten\b|\w+teen|\w+ty\b))"
)
_CLOCK = re.compile(r"(\d{1,2})[:.点时](\d{2})")
_YEARS = (1000, 2100)
# A source of more numbers would have nearly every sum and difference.
MOST = 30
# So many numbers in a row may be what is summed up.
LONGEST_SUM = 4
_HOUR = 60

# The amounts that are one number each, by what they count.
Amounts = Mapping[str, Sequence[Decimal]]


def values(folded: str, sources: Iterable[str]) -> Values:
    """The values that a statement may have reckoned from the numbers of any of the sources, with their units.

    All texts as `lexemes.folded` makes them. Empty where the statement does not say that it reckons.
    """
    is_sum, is_difference = bool(_SAYS_A_SUM.search(folded)), bool(_SAYS_A_DIFFERENCE.search(folded))
    found: dict[str, set[str]] = {}
    for source in sources if is_sum or is_difference else ():
        every = [number for number in numbers(source) if not number.is_vague]
        if len(every) > MOST:
            continue
        amounts = _by_unit(every)
        reckoned = [*(_sums(amounts) if is_sum else ()), *(_differences(amounts, source) if is_difference else ())]
        for value, unit in reckoned:
            found.setdefault(text_of(value), set()).add(unit)
    return {value: frozenset(units) for value, units in found.items()}


def _sums(by_unit: Amounts) -> Iterator[tuple[Decimal, str]]:
    for unit, amounts in by_unit.items():
        for first in range(len(amounts)):
            for last in range(first + 2, min(first + LONGEST_SUM, len(amounts)) + 1):
                yield sum(amounts[first:last], Decimal(0)), unit


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
    yield from ((abs(one - other), "year") for one, other in combinations(years, 2))
    clocks = [int(hour) * _HOUR + int(minute) for hour, minute in _CLOCK.findall(source)]
    for begin, end in combinations(clocks, 2):
        yield Decimal(abs(begin - end)), "minute"
        yield Decimal(abs(begin - end)) / _HOUR, "hour"


def _is_year(amount: Decimal) -> bool:
    return _YEARS[0] <= amount <= _YEARS[1] and amount == amount.to_integral_value()


def _by_unit(every: Iterable[Number]) -> Amounts:
    found: dict[str, list[Decimal]] = {}
    for number in every:
        try:
            [value] = number.readings[0]
            found.setdefault(number.unit, []).append(Decimal(value))
        except (ValueError, InvalidOperation):
            continue
    return found
