"""The lines of a page put together into paragraphs, list items, code and headings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from apps.indexing.extract.lines import Line
from apps.indexing.extract.scripts import is_han
from apps.indexing.extract.sheets import Sheet

BULLET = re.compile(
    r"^(?:[•‣▪▫◦●○■□◆◇★✓➢►▶·⁃–—*-]\s|[•‣▪◦●■◆]|\(?\d{1,3}[.)]\s|[（(][\d一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|[a-z][.)]\s)"
)
_ENDS = tuple(".!?。！？；;:：…”」』）)")
# Lefts nearer than this are about one margin, in points.
_MARGIN = 5.0
# A step down of more than this many usual steps begins a new paragraph.
_STEP = 1.35

# How far right lines go, by left margin in steps of `_MARGIN` and by size.
Margins = dict[tuple[int, int], float]


def paragraphs(sheet: Sheet) -> list[list[Line]]:
    """The page's lines in reading order, those of one paragraph together."""
    lines = in_columns(sheet.lines, sheet.width)
    margins = _margins(lines)
    found: list[list[Line]] = []
    for run in _runs(lines, _pitch(lines)):
        end = _usual_end(run)
        for line in run:
            if line is not run[0] and _goes_on(found[-1], line, max(end, _margin_end(margins, found[-1][-1]))):
                found[-1].append(line)
            else:
                found.append([line])
    return _over_columns(found, margins)


def _pitch(lines: Sequence[Line]) -> float:
    """The usual step from line to line: the lower quarter, for among short paragraphs most steps lie between them."""
    steps = [b.base - a.base for a, b in pairwise(lines) if 0.5 * a.size < b.base - a.base < 2.5 * a.size]
    return sorted(steps)[len(steps) // 4] if steps else 0.0


def _runs(lines: Sequence[Line], pitch: float) -> list[list[Line]]:
    """Lines of one type that follow each other at the usual step."""
    runs: list[list[Line]] = []
    for line in lines:
        if runs and _follows(runs[-1][-1], line, pitch):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _follows(before: Line, line: Line, pitch: float) -> bool:
    if _is_beside(before, line):
        return True
    if before.mono != line.mono or not 0.88 <= line.size / before.size <= 1.14:
        return False
    return 0 <= line.base - before.base <= _STEP * max(pitch, 0.95 * line.size)


def _margins(lines: Sequence[Line]) -> Margins:
    """How far right the lines go that begin at each margin, by the size of their type: headings end where they like."""
    at: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        at[int(line.left // _MARGIN), round(line.size)].append(line)
    return {place: _usual_end(found) for place, found in at.items()}


def _margin_end(margins: Margins, line: Line) -> float:
    margin = int(line.left // _MARGIN)
    return max(margins.get((margin + near, round(line.size)), 0.0) for near in (-1, 0, 1))


def _usual_end(lines: Sequence[Line]) -> float:
    """How far right they go, but for one in ten: a word too long to break runs over the edge."""
    return sorted(line.right for line in lines)[-1 - len(lines) // 10]


def _goes_on(block: list[Line], line: Line, end: float) -> bool:
    """Whether the line goes on with the paragraph; `end`: how far right its lines might have gone."""
    before = block[-1]
    if _is_beside(before, line) or line.mono:
        return True
    return not (_is_broken(before, line, end) or _is_indented(block, line))


def _over_columns(found: list[list[Line]], margins: Margins) -> list[list[Line]]:
    """Paragraphs that go on at the top of the next column put together."""
    joined: list[list[Line]] = []
    for block in found:
        if joined and _is_next_column(joined[-1][-1], block[0], margins):
            joined[-1] += block
        else:
            joined.append(block)
    return joined


def _is_beside(before: Line, line: Line) -> bool:
    """Whether it stands in the same row: a note's number, a word in another type."""
    shared = min(before.bottom, line.bottom) - max(before.top, line.top)
    least = min(before.bottom - before.top, line.bottom - line.top)
    level = abs(line.base - before.base) < 0.35 * line.size or shared > 0.6 * least
    return level and line.left >= before.right - line.size


def _is_next_column(before: Line, line: Line, margins: Margins) -> bool:
    """Whether the sentence goes on at the top of the next column."""
    if line.base >= before.base or line.left < before.right or before.mono != line.mono:
        return False
    alike = 0.95 <= line.size / before.size <= 1.05
    return alike and not before.text.endswith(_ENDS) and not _is_broken(before, line, _margin_end(margins, before))


def _is_broken(before: Line, line: Line, end: float) -> bool:
    """Whether the line before ended on purpose: a list item follows, or the next word would have fitted."""
    if BULLET.match(line.text) and (line.text[0] in "•‣▪◦●■◆" or before.text.endswith(_ENDS)):
        return True
    return not before.soft and before.right + _first_word(line) + 0.8 * line.size < end


def _first_word(line: Line) -> float:
    """The width of what could not be parted from the line's first character."""
    if is_han(line.text[0]):
        return 2 * line.size
    space = line.text.find(" ")
    return line.rights[space - 1 if space > 0 else -1] - line.left


def _is_indented(block: list[Line], line: Line) -> bool:
    """Whether its indent begins a paragraph, or ends one that hung from its first line."""
    shift = line.left - block[-1].left
    if abs(shift) < 0.8 * line.size:
        return False
    return len(block) > 1 or (shift > 0 and not BULLET.match(block[0].text) and block[-1].text.endswith(_ENDS))


def in_columns(lines: Sequence[Line], width: float) -> list[Line]:
    """Lines that run through two columns taken apart, the left column first."""
    gutter = _gutter(lines, width)
    if gutter is None:
        return list(lines)
    found: list[Line] = []
    waiting: list[Line] = []
    for line in lines:
        sides = _sides(line, gutter)
        if sides is None:
            found += [*waiting, line]
            waiting = []
        else:
            found += sides[0]
            waiting += sides[1]
    return found + waiting


def _gutter(lines: Sequence[Line], width: float) -> float | None:
    """Where a gap divides at least six lines, and most, into two halves of running text."""
    gaps = [gap for line in lines if (gap := _middle_gap(line, width))]
    if len(gaps) < 6 or 2 * len(gaps) < len(lines):
        return None
    left, right = max(gap[0] for gap in gaps), min(gap[1] for gap in gaps)
    return (left + right) / 2 if left < right else None


def _middle_gap(line: Line, width: float) -> tuple[float, float] | None:
    """The widest gap in the middle third of the page with at least a dozen characters on both sides."""
    gaps = [
        (line.lefts[i], line.rights[i])
        for i, character in enumerate(line.text)
        if character == " " and 12 <= i < len(line.text) - 12 and line.rights[i] - line.lefts[i] > 1.2 * line.size
    ]
    left, right = max(gaps, key=lambda gap: gap[1] - gap[0], default=(0.0, 0.0))
    return (left, right) if width / 3 < (left + right) / 2 < 2 * width / 3 else None


def _sides(line: Line, gutter: float) -> tuple[list[Line], list[Line]] | None:
    """What of the line stands left and right of the gutter; `None` when it crosses it."""
    if line.right <= gutter:
        return [line], []
    if line.left >= gutter:
        return [], [line]
    for i, character in enumerate(line.text):
        if character == " " and line.lefts[i] <= gutter <= line.rights[i]:
            return [line.part(0, i)], [line.part(i + 1, len(line.text))]
    return None


def words(lines: Iterable[Line]) -> set[str]:
    """The words that stand within lines, to tell a hyphen that belongs from one that only breaks a word."""
    return {word for line in lines for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text.casefold())[:-1]}
