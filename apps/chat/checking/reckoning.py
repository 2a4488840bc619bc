"""Numbers that a source does not have but that follow from those it has: how much in all, what is left, how long.

Only where the statement says that it reckons: by chance much else is the sum or the difference of something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, combinations, pairwise, product

from apps.chat.checking.amounts import Values, amount, in_smaller_units
from apps.chat.checking.clocks import clocks
from apps.chat.checking.numbers import Number, numbers, text_of

# As `lexemes.folded` writes them.
_SAYS_A_SUM = re.compile(
    r"总共|一共|合计|合起来|共计|总计|加起来|整体|总[时烘长额和距]|，共|共\d"
    r"|\b(?:(?:in|a) total|total(?:s|led|ling)?|altogether|in all|combined|together|overall)\b"
)
# "More than 60 mg" is a limit, and "no longer" nothing of the kind.
_SAYS_A_DIFFERENCE = re.compile(
    r"相差|差距|\d岁|比[^,，。]{1,20}[多少长短高低大重轻早晚快慢]|[年月周天]之?后|小时后|分钟后|之后|经过|历时|为期|持续|其余|剩"
    r"|[多少高低长短快慢早晚贵宜涨降升](?:了|出)|便宜|缩短|增加|减少|提高|降低|延长|上升|下降|节省"
    r"|前后|花了|[一总]共"
    r"|\b(?:remaining|remainder|rest|left over|(?:took|takes)(?! place)|lasts|lasted|difference|apart|gap|kept back"
    r"|spann(?:ed|ing)|spans?|later|saves?)\b"
    r"|\b(?:cut|reduc|increas|rose|rise|fell|fall|grew|grow|dropp?|won|lost|rais)\w*\b[^.]{0,60}\bby\b"
    r"|(?<!\bno )\b(?:longer|shorter|more|less|fewer|cheaper|dearer|older|younger|earlier|higher|lower)\b"
    r"(?! than (?:about )?(?:\d|half|two|three|four|five|six|seven|eight|nine|ten\b|\w+teen|\w+ty\b))"
)
_SAYS_A_DAY_ON = re.compile(r"[前后隔翌次]一?[天日]|\b(?:day (?:before|after)|(?:previous|following|next) day)\b")
_SAYS_A_TIME_ON = re.compile(r"[抵到]达|到站|结束|\b(?:arriv\w+|gets? (?:in|to)|reach\w*|ends?|until)\b")
_SAYS_A_PRODUCT = re.compile(
    r"等于|平均|一年下来|总共|合计|\b(?:comes? to|works? out|altogether|in all|in total|on average)\b"
)
_PARTS = {
    re.compile(r"半价|一半|对半|\bhalf\b"): [Decimal("0.5")],
    re.compile(r"三分之[一二]|\bthirds?\b"): [Decimal(1) / 3, Decimal(2) / 3],
    re.compile(r"四分之[一三]|\bquarters?\b"): [Decimal("0.25"), Decimal("0.75")],
}
_YEARS = (1000, 2100)
# More amounts of one unit would have nearly every sum and difference.
MOST = 20
# So many numbers in a row may be what is summed up.
LONGEST_SUM = 4
_HOUR = 60
_AGES = ((0, "year"), (0, "岁"), (1, "岁"))
# Characters between what is multiplied.
FAR = 60

Reckoned = Iterator[tuple[Decimal, str]]


@dataclass(frozen=True)
class Told:
    """What a source, folded, tells in numbers: the amounts that are one number each, by what they count; and the times
    of day, in minutes."""

    text: str
    every: Sequence[Number]
    amounts: Mapping[str, Sequence[Decimal]]
    clocks: Sequence[int]


def values(folded: str, sources: Iterable[str]) -> Values:
    """The values that a statement may have reckoned from the numbers of any of the sources, with their units.

    All texts as `lexemes.folded` makes them. Empty where the statement does not say that it reckons.
    """
    ways = [way for says, way in _WAYS if says.search(folded)]
    found: dict[str, set[str]] = {}
    for source in sources:
        every = [number for number in numbers(source) if not number.is_vague]
        told = Told(source, every, _by_unit(every), clocks(source)[:MOST])
        for value, unit in chain(_parts(told), *(way(told) for way in ways)):
            found.setdefault(text_of(value), set()).add(unit)
    return {value: frozenset(units) for value, units in found.items()}


def _sums(told: Told) -> Reckoned:
    for unit, amounts in told.amounts.items():
        for first in range(len(amounts)):
            for last in range(first + 2, min(first + LONGEST_SUM, len(amounts)) + 1):
                yield sum(amounts[first:last], Decimal(0)), unit
            # 15 minutes and 10 to 12 more.
            yield from ((amounts[first] + other, unit) for other in amounts[first + 2 : first + 3])


def _differences(told: Told) -> Reckoned:
    for unit, amounts in told.amounts.items():
        # What counts nothing may be the name of something: a version, a line.
        for one, other in combinations(amounts if unit else (), 2):
            yield abs(one - other), unit
    shares = told.amounts.get("percent", [])
    # What is left of the whole.
    yield from ((100 - share, "percent") for share in shares)
    yield from ((100 - one - other, "percent") for one, other in pairwise(shares))
    years = [amount for amounts in told.amounts.values() for amount in amounts if _is_year(amount)]
    # One less is somebody's age before the birthday.
    yield from ((abs(one - other) - less, unit) for one, other in combinations(years, 2) for less, unit in _AGES)
    for begin, end in combinations(told.clocks, 2):
        yield from _lasting(abs(begin - end))


def _lasting(minutes: int) -> Reckoned:
    """As minutes, as hours, and as hours and minutes."""
    yield Decimal(minutes), "minute"
    yield Decimal(minutes) / _HOUR, "hour"
    yield Decimal(minutes // _HOUR), "hour"
    yield Decimal(minutes % _HOUR), "minute"


def _a_day_on(told: Told) -> Reckoned:
    yield from ((day + step, "day") for day in told.amounts.get("day", []) for step in (-1, 1))


def _a_time_on(told: Told) -> Reckoned:
    """When it is so many minutes after a time of day."""
    for begin, minutes in product(told.clocks, told.amounts.get("minute", [])):
        hour, minute = divmod(int(begin + minutes), _HOUR)
        yield from ((Decimal(value), "clock") for value in (hour % 24, hour % 12, minute))


def _products(told: Told) -> Reckoned:
    """So much so many times, and what one of so many is."""
    alone = [(number, value) for number in told.every if (value := amount(number))]
    for (one, many), (other, much) in combinations(alone if len(alone) <= MOST else (), 2):
        if other.start - one.end > FAR:
            continue
        for unit in {one.unit, other.unit}:
            yield many * much, unit
            yield from ((a / b, unit) for a, b in ((many, much), (much, many)))


def _parts(told: Told) -> Reckoned:
    """The half of a price, where the source says so beside it."""
    for number in told.every:
        if number.unit != "money" or not (value := amount(number)):
            continue
        around = told.text[max(number.start - FAR, 0) : number.end + FAR]
        yield from ((value * part, "money") for says, parts in _PARTS.items() if says.search(around) for part in parts)


_WAYS: Sequence[tuple[re.Pattern[str], Callable[[Told], Reckoned]]] = (
    (_SAYS_A_SUM, _sums),
    (_SAYS_A_DIFFERENCE, _differences),
    (_SAYS_A_DAY_ON, _a_day_on),
    (_SAYS_A_TIME_ON, _a_time_on),
    (_SAYS_A_PRODUCT, _products),
)


def _is_year(amount: Decimal) -> bool:
    return _YEARS[0] <= amount <= _YEARS[1] and amount == amount.to_integral_value()


def _by_unit(every: Sequence[Number]) -> Mapping[str, Sequence[Decimal]]:
    found: dict[str, list[Decimal]] = {}
    for value, unit in in_smaller_units(every):
        found.setdefault(unit, []).append(value)
    for number in every:
        if (alone := amount(number)) is not None:
            found.setdefault(number.unit, []).append(alone)
    return {unit: amounts for unit, amounts in found.items() if len(amounts) <= MOST}
