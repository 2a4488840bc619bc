"""Pages as read, and what on them is no content: running heads, page numbers, tables of contents."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from apps.indexing.extract.lines import Line

# The part of a page's height at the top and at the bottom where running heads stand.
_MARGIN = 0.18
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_LEADER = re.compile(r"(?:\s?[.·…․]){4,}\s*(\d+|[ivxlc]+)$")
_LEADER_LENGTH = 300
# Fewer pages have no table of contents, and a menu's prices look like one.
_PAGES_WITH_CONTENTS = 8

# Where a running head stands: at the top or not, and its baseline in steps of two points.
Place = tuple[bool, int]


@dataclass(frozen=True)
class Sheet:
    """What stands on one page. `number` is one-based."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    picture: bool = False
    drawn: bool = True

    @property
    def characters(self) -> int:
        return sum(len(line.text) for line in self.lines)


@dataclass
class Habits:
    """What the pages read so far have taught: the size of the body's type, and where the running heads stand."""

    body: float = 0.0
    heads: set[Place] = field(default_factory=set)

    def learn(self, sheets: Sequence[Sheet]) -> None:
        """Adds what these pages show."""
        sizes: Counter[float] = Counter()
        for line in _all_lines(sheets):
            sizes[round(line.size, 1)] += len(line.text)
        self.body = sizes.most_common(1)[0][0] if sizes else self.body
        self.heads |= _places_of_heads(sheets, self.body)


def content(sheet: Sheet, habits: Habits, pages: int) -> Sheet:
    """The page without what only helps to leaf through it. `pages`: how many the document has."""
    heads = {id(line) for place, line in _margins(sheet) if place in habits.heads and _is_small(line, habits.body)}
    lines = [line for line in sheet.lines if id(line) not in heads]
    if pages >= _PAGES_WITH_CONTENTS:
        lines = _without_contents(lines)
    return replace(sheet, lines=tuple(lines))


def _all_lines(sheets: Iterable[Sheet]) -> Iterator[Line]:
    for sheet in sheets:
        yield from sheet.lines


def _places_of_heads(sheets: Sequence[Sheet], body: float) -> set[Place]:
    """Where most pages have a small line apart from the text whose words come again."""
    texts: dict[Place, list[str]] = defaultdict(list)
    for sheet in sheets:
        for place, line in _margins(sheet):
            if _is_small(line, body):
                texts[place].append(_NUMBER.sub("#", line.text.casefold()))
    enough = max(3, len(sheets) // 2)
    return {place for place, found in texts.items() if len(found) >= enough and _recur(found)}


def _is_small(line: Line, body: float) -> bool:
    return line.size <= 1.05 * body


def _recur(texts: list[str]) -> bool:
    """Whether the same words come again; in a longer document the same beginning will do, as in "Chapter 3: …"."""
    if len(set(texts)) <= 0.6 * len(texts):
        return True
    return len(texts) >= 10 and len({text[:8] for text in texts}) <= 0.3 * len(texts)


def _margins(sheet: Sheet) -> Iterator[tuple[Place, Line]]:
    """The lines at the top and at the bottom that stand apart from all the others."""
    rows = sorted(sheet.lines, key=lambda line: line.base)
    for at_top, ordered in ((True, rows), (False, rows[::-1])):
        for line in _apart(ordered):
            depth = line.base if at_top else sheet.height - line.base
            if depth <= _MARGIN * sheet.height:
                yield (at_top, round(line.base / 2)), line


def _apart(ordered: list[Line]) -> list[Line]:
    """The first few lines, when a gap of more than a line divides them from the next; else none."""
    for count, (one, other) in enumerate(pairwise(ordered[:6]), start=1):
        if abs(other.base - one.base) > 1.8 * max(one.size, other.size):
            return ordered[:count]
    return []


def _without_contents(lines: list[Line]) -> list[Line]:
    """Without a table of contents: dotted lines whose page numbers never fall, and what stands between them."""
    dotted = [(i, match[1]) for i, line in enumerate(lines) if (match := _LEADER.search(line.text[-_LEADER_LENGTH:]))]
    numbers = [int(number) for _, number in dotted if number.isdigit()]
    if len(dotted) < 5 or any(b < a for a, b in pairwise(numbers)) or 3 * len(dotted) < len(lines):
        return lines
    rest = lines[: dotted[0][0]] + lines[dotted[-1][0] + 1 :]
    return rest if 4 * len(rest) > len(lines) else []
