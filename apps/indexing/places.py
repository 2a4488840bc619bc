"""The place in a document that a passage is at: its text with the sentence marked, its neighbours, its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from apps.core.markdown import article_html_at
from apps.core.quoting import Quotation
from apps.indexing import pages
from apps.indexing.models import Passage
from apps.indexing.pages import Page
from apps.library import writing


@dataclass(frozen=True)
class Place:
    """A passage where it stands. `before`, `marked` and `after` are together its text.

    `page` only of a PDF; `article` is the whole of an article as it is read, with what is marked in it.
    """

    before: str
    marked: str
    after: str
    headings: tuple[str, ...]
    earlier: Passage | None
    later: Passage | None
    page: Page | None
    article: SafeString | None


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
        article=_as_read(passage, span),
    )


def span(asked: Mapping[str, str], length: int) -> tuple[int, int]:
    """`start` and `end` as they were asked for, within a text of `length`; (0, 0) when they make no sense."""
    try:
        start, end = int(asked.get("start", "")), int(asked.get("end", ""))
    except ValueError:
        return 0, 0
    return (start, min(end, length)) if 0 <= start < min(end, length) else (0, 0)


def _as_read(passage: Passage, span: tuple[int, int]) -> SafeString | None:
    """The passage's article with [start, end) marked; `None` for other documents, and where it is not found in it."""
    start, end = span
    if not passage.document.is_article or not end:
        return None
    title, text = passage.revision.title, passage.revision.text
    begin, _end = passage.locator.get("span") or (0, 0)
    quotation = Quotation(passage.text, start, end, at=begin / max(len(text), 1))
    return article_html_at(writing.without_title(title, text), quotation)
