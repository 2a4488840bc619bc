"""Which paragraphs of a PDF are headings, and what stands under which."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.indexing.extract.lines import Line
from apps.indexing.extract.outline import Outline, key

_LONGEST = 200
_NO_END = re.compile(r"[.。，,；;：:、]$")
_LETTER = re.compile(r"[^\W\d_]")


class Path:
    """The headings above the place reached, outermost first, each with its rank: the smaller the higher."""

    def __init__(self) -> None:
        self._open: list[tuple[float, str]] = []

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(title for _, title in self._open)

    def enter(self, rank: float, title: str) -> tuple[str, ...]:
        """Puts a heading in its place and returns those above it."""
        while self._open and self._open[-1][0] >= rank:
            self._open.pop()
        above = self.titles
        self._open.append((rank, title))
        return above


def by_outline(outline: Outline, page: int, text: str) -> float | None:
    """The depth of the bookmark that leads to this text on this page."""
    if len(text) > _LONGEST:
        return None
    depth = outline.get(page, {}).get(key(text))
    return None if depth is None else float(depth)


def is_title(lines: Sequence[Line], text: str, body: float) -> bool:
    """Whether it is set so large that it is a heading, bookmarked or not: a title page, "Chapter 2"."""
    return len(text) <= _LONGEST and bool(_LETTER.search(text)) and max(line.size for line in lines) >= 1.3 * body


def by_type(lines: Sequence[Line], text: str, body: float) -> float | None:
    """A rank from the type: larger than the body, or a bold line of its own that ends like no sentence."""
    size = round(max(line.size for line in lines) * 2) / 2
    if len(text) > _LONGEST or len(lines) > 4 or not _LETTER.search(text):
        return None
    if size >= 1.12 * body:
        return -size
    bold = len(lines) == 1 and lines[0].bold and size >= 0.95 * body
    return -body if bold and len(text) <= 80 and not _NO_END.search(text) else None
