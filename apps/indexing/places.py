"""The place in a document that a passage is at: its text with the sentence marked, its neighbours, its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404

from apps.indexing import derived, locate
from apps.indexing.extract import PICTURE_TYPE, ExtractFault, render_page
from apps.indexing.extract.blocks import Box
from apps.indexing.models import Passage
from apps.indexing.pipeline import local
from apps.library import kinds
from apps.library.models import Document, Revision

__all__ = ["PICTURE_TYPE", "Mark", "Page", "Place", "of", "paged_revision", "picture", "picture_tag", "span"]

# Sharp on a screen with two pixels to the point, in a column as wide as a page is shown.
PICTURE_PIXELS = 1400
# Changes when pages are drawn in another way, so that browsers ask for them anew.
PICTURE_VERSION = 1


@dataclass(frozen=True)
class Mark:
    """A rectangle on a page, in points from its top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Page:
    """A page to show as a picture; `width` and `height` are those of the passage's own page, in points."""

    number: int
    width: float
    height: float
    marks: tuple[Mark, ...]
    earlier: int | None
    later: int | None


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
        page=_page(passage, span, page),
    )


def span(asked: Mapping[str, str], length: int) -> tuple[int, int]:
    """`start` and `end` as they were asked for, within a text of `length`; (0, 0) when they make no sense."""
    try:
        start, end = int(asked.get("start", "")), int(asked.get("end", ""))
    except ValueError:
        return 0, 0
    return (start, min(end, length)) if 0 <= start < min(end, length) else (0, 0)


def _page(passage: Passage, span: tuple[int, int], asked: str) -> Page | None:
    own, last = passage.page, passage.document.page_count
    if own is None or not _has_pages(passage.revision):
        return None
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else own
    number = max(1, min(number, last or own))
    # With no sentence to mark, the passage itself is.
    start, end = span if span[1] else (0, len(passage.text))
    width, height = passage.locator.get("size") or (1, 1)
    return Page(
        number=number,
        width=width,
        height=height,
        marks=tuple(map(_mark, locate.boxes(passage.locator, start, end))) if number == own else (),
        earlier=number - 1 if number > 1 else None,
        later=number + 1 if number < (last or own) else None,
    )


def _mark(box: Box) -> Mark:
    left, top, right, bottom = box
    return Mark(left, top, round(right - left, 1), round(bottom - top, 1))


def _has_pages(revision: Revision) -> bool:
    return bool(revision.file) and revision.media_type == kinds.PDF


def paged_revision(document: Document, number: int) -> Revision:
    """The revision of a document that has a page of this number. Raises `Http404`."""
    revision = document.revision
    if revision is None or not _has_pages(revision) or not 1 <= number <= (document.page_count or 0):
        raise Http404
    return revision


def picture_tag(revision: Revision, number: int) -> str:
    """What changes when a page's picture does: an ETag."""
    return f'"{revision.pk}-{number}-{PICTURE_VERSION}"'


def picture(revision: Revision, number: int) -> bytes | None:
    """A page's picture, drawn when it is first asked for; `None` when it cannot be."""

    def draw() -> bytes:
        with local(revision.file) as path:
            return render_page(path, number, PICTURE_PIXELS)

    try:
        return derived.kept(revision, f"page-{number}-{PICTURE_VERSION}", draw)
    except ExtractFault:
        return None
