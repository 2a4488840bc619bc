"""The pages of a PDF as pictures: drawn when they are first asked for, in few widths, and kept."""

from __future__ import annotations

from django.http import Http404

from apps.indexing import derived
from apps.indexing.extract import PICTURE_TYPE, ExtractFault, render_page
from apps.indexing.pipeline import local
from apps.library import kinds
from apps.library.models import Document, Revision

__all__ = ["PICTURE_TYPE", "WIDTHS", "has_pages", "paged_revision", "picture", "tag", "width"]

# In pixels, as addresses say them, made for the 736 of a column on the screen: one pixel to the point, or a phone; two;
# and the page enlarged. Only these are drawn: each costs time and room on the disk.
WIDTHS = {"760": 760, "1520": 1520, "2280": 2280}
USUAL = "1520"
# Changes when pages are drawn in another way, so that browsers ask for them anew.
VERSION = 1


def width(asked: str | None) -> int:
    """The width of a picture in pixels; the usual one when none was asked for. Raises `Http404` for any other."""
    try:
        return WIDTHS[USUAL if asked is None else asked]
    except KeyError as unknown:
        raise Http404 from unknown


def has_pages(revision: Revision) -> bool:
    """Whether its pages can be drawn."""
    return bool(revision.file) and revision.media_type == kinds.PDF


def paged_revision(document: Document, number: int) -> Revision:
    """The revision of a document that has a page of this number. Raises `Http404`."""
    revision = document.revision
    if revision is None or not has_pages(revision) or not 1 <= number <= (document.page_count or 0):
        raise Http404
    return revision


def tag(revision: Revision, number: int, width: int) -> str:
    """What changes when the picture does: an ETag."""
    return f'"{revision.pk}-{number}-{width}-{VERSION}"'


def picture(revision: Revision, number: int, width: int) -> bytes | None:
    """A page's picture, `width` pixels wide or less where the page is very long; `None` when it cannot be drawn."""

    def draw() -> bytes:
        with local(revision.file) as path:
            return render_page(path, number, width)

    try:
        return derived.kept(revision, f"page-{number}-{width}-{VERSION}", draw)
    except ExtractFault:
        return None
