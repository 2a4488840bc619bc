"""The page of a PDF that a passage is on: its size, what is marked on it, its words, and the pages beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.indexing import locate, pictures
from apps.indexing.extract.blocks import Box
from apps.indexing.models import Passage

# What is shown above a mark, and beside it, when the page is opened there: in points.
_ABOVE, _BESIDE = 110, 24
# Where letters stand within the height of their line.
_BASELINE = 0.2


@dataclass(frozen=True)
class Mark:
    """A rectangle on a page, in points from its top left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def foot(self) -> float:
        return round(self.top + self.height, 1)


@dataclass(frozen=True)
class Line:
    """Words where they stand on a page: from `left`, `width` wide, on the baseline `foot`, of this size; in points."""

    words: str
    left: float
    foot: float
    width: float
    size: float


@dataclass(frozen=True)
class Page:
    """A page to show as a picture; `width` and `height` are its own, in points, or those of the passage's page.

    `aim` is what should be in sight of the page when it is opened: the first mark with something around it. `texts`
    are the passages on the page, `lines` their words where they stand.
    """

    number: int
    width: float
    height: float
    marks: tuple[Mark, ...]
    aim: Mark | None
    lines: tuple[Line, ...]
    texts: tuple[Passage, ...]
    earlier: int | None
    later: int | None


def of(passage: Passage, span: tuple[int, int], asked: str = "") -> Page | None:
    """The passage's page with [start, end) of its text marked, or another page of the file; `None` without pages."""
    own, last = passage.page, passage.document.page_count
    if own is None or not pictures.has_pages(passage.revision):
        return None
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else own
    number = max(1, min(number, last or own))
    # With no sentence to mark, the passage itself is.
    start, end = span if span[1] else (0, len(passage.text))
    marks = tuple(map(_mark, locate.boxes(passage.locator, start, end))) if number == own else ()
    on_page = Passage.objects.filter(revision=passage.revision_id, page=number).order_by("ordinal").defer("terms")
    texts = tuple(on_page)
    width, height = (texts[0] if texts else passage).locator.get("size") or (1, 1)
    return Page(
        number=number,
        width=width,
        height=height,
        marks=marks,
        aim=_aim(marks),
        lines=tuple(_lines(texts)),
        texts=texts,
        earlier=number - 1 if number > 1 else None,
        later=number + 1 if number < (last or own) else None,
    )


def _mark(box: Box) -> Mark:
    left, top, right, bottom = box
    return Mark(left, top, round(right - left, 1), round(bottom - top, 1))


def _aim(marks: tuple[Mark, ...]) -> Mark | None:
    if not marks:
        return None
    left = max(0, min(mark.left for mark in marks) - _BESIDE)
    right = max(mark.left + mark.width for mark in marks) + _BESIDE
    top = max(0, marks[0].top - _ABOVE)
    return Mark(round(left, 1), round(top, 1), round(right - left, 1), round(marks[0].foot - top, 1))


def _lines(passages: Iterable[Passage]) -> Iterator[Line]:
    for passage in passages:
        for line in passage.locator.get("lines", ()):
            start, end = line["span"]
            left, right = min(line["lefts"]), max(line["rights"])
            words, height = passage.text[start:end], line["bottom"] - line["top"]
            if words.strip() and height > 0 and right > left:
                foot = round(line["bottom"] - _BASELINE * height, 1)
                yield Line(words, left, foot, round(right - left, 1), round(height, 1))
