"""The place in a document that a passage is at: its text with the sentence marked, its neighbours, its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from apps.indexing import pages
from apps.indexing.models import Passage
from apps.indexing.pages import Page


@dataclass(frozen=True)
class Place:
    """A passage where it stands. `before`, `marked` and `after` are together its text; `page` only of a PDF."""

    before: str
    marked: str
    after: str
    headings: tuple[str, ...]
    earlier: Passage | None
    later: Passage | None
    page: Page | None


def of(passage: Passage, span: tuple[int, int], page: str = "") -> Place:
    """The place of a passage, [start, end) of its text marked; `page` asks for the picture of another page."""
    start, end = span
    beside = Passage.objects.filter(
        revision=passage.revision_id, ordinal__in=(passage.ordinal - 1, passage.ordinal + 1)
    )
    neighbours = {each.ordinal: each for each in beside.defer("terms", "locator")}
    return Place(
        before=passage.text[:start],
        marked=passage.text[start:end],
        after=passage.text[end:],
        headings=tuple(passage.locator.get("headings", ())),
        earlier=neighbours.get(passage.ordinal - 1),
        later=neighbours.get(passage.ordinal + 1),
        page=pages.of(passage, span, page),
    )


def span(asked: Mapping[str, str], length: int) -> tuple[int, int]:
    """`start` and `end` as they were asked for, within a text of `length`; (0, 0) when they make no sense."""
    try:
        start, end = int(asked.get("start", "")), int(asked.get("end", ""))
    except ValueError:
        return 0, 0
    return (start, min(end, length)) if 0 <= start < min(end, length) else (0, 0)
