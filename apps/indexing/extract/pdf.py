"""PDF, read by pdfium."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.indexing.extract.blocks import Block, BlockKind
from apps.indexing.extract.faults import Refused

if TYPE_CHECKING:
    from apps.indexing.extract.lines import Line
    from apps.indexing.extract.outline import Outline
    from apps.indexing.extract.sheets import Sheet
from apps.indexing.extract.sniff import Content

SUFFIXES: tuple[str, ...] = (".pdf",)
MEDIA_TYPES: tuple[str, ...] = ("application/pdf", "application/x-pdf")
CONTENT: Content = "pdf"

MOST_PAGES = 2_000
# So many pages are read before their paragraphs are made: enough to see what comes again on each of them.
SLICE = 50
# Fewer characters than this on every page, and pictures: a scan.
FEW_CHARACTERS = 20


def read(path: Path, progress: Callable[[int, int], None]) -> Iterator[Block]:
    """The paragraphs page by page, each character with its box.

    Raises Refused: "encrypted", "broken", "too_big" (more than 2,000 pages), "no_text" (scanned), "empty".
    """
    # pdfium is loaded in the child only.
    from apps.indexing.extract import outline, pdfium

    with pdfium.opened(path) as document:
        count = pdfium.page_count(document)
        if count > MOST_PAGES:
            raise Refused("too_big", f"{count} pages")
        yield from _enough(_slices(document, count, progress), outline.outline(document), count)


def _slices(document: Any, count: int, progress: Callable[[int, int], None]) -> Iterator[list[Sheet]]:
    for start in range(1, count + 1, SLICE):
        sheets = []
        for number in range(start, min(start + SLICE, count + 1)):
            if sheet := _sheet(document, number):
                sheets.append(sheet)
            progress(number, count)
        yield sheets


def _sheet(document: Any, number: int) -> Sheet | None:
    from apps.indexing.extract import pdfium
    from apps.indexing.extract.lines import lines
    from apps.indexing.extract.sheets import Sheet

    with pdfium.page(document, number) as page:
        if page is None:
            return None
        found = tuple(lines(page))
        few = sum(len(line.text) for line in found) < FEW_CHARACTERS
        return Sheet(
            number=number,
            width=page.width,
            height=page.height,
            lines=found,
            picture=few and pdfium.has_picture(page),
            drawn=bool(found) or pdfium.is_drawn(page),
        )


def _enough(slices: Iterator[list[Sheet]], bookmarks: Outline, count: int) -> Iterator[Block]:
    """The blocks, once a page has enough text to be no scan; until then they are held back."""
    writer = _Writer(bookmarks, count)
    held: list[Block] = []
    seen: list[Sheet] = []
    enough = False
    for sheets in slices:
        seen += [] if enough else sheets
        enough = enough or any(sheet.characters >= FEW_CHARACTERS for sheet in sheets)
        held += writer.blocks(sheets)
        if enough:
            yield from held
            held = []
    if not enough:
        _refuse_scans(seen)
        yield from held


def _refuse_scans(sheets: Sequence[Sheet]) -> None:
    """Raises Refused when there is nothing to read, saying whether there is something to see."""
    if not sheets:
        raise Refused("broken", "no page could be read")
    text = any(sheet.characters for sheet in sheets)
    if any(sheet.picture for sheet in sheets) or (not text and any(sheet.drawn for sheet in sheets)):
        raise Refused("no_text", f"{len(sheets)} pages")
    if not text:
        raise Refused("empty", f"{len(sheets)} pages")


class _Writer:
    """Makes blocks of pages, slice by slice, and remembers between them what the pages have in common."""

    def __init__(self, bookmarks: Outline, pages: int) -> None:
        from apps.indexing.extract.headings import Path
        from apps.indexing.extract.sheets import Habits

        self._bookmarks = bookmarks
        self._pages = pages
        self._habits = Habits()
        self._path = Path()

    def blocks(self, sheets: Sequence[Sheet]) -> Iterator[Block]:
        from apps.indexing.extract.paragraphs import words
        from apps.indexing.extract.sheets import content

        self._habits.learn(sheets)
        known = {word for sheet in sheets for word in words(sheet.lines)}
        for sheet in sheets:
            yield from self._page(content(sheet, self._habits, self._pages), known)

    def _page(self, sheet: Sheet, known: set[str]) -> Iterator[Block]:
        from apps.indexing.extract.joining import joined
        from apps.indexing.extract.paragraphs import paragraphs

        for lines in paragraphs(sheet):
            kind = _kind(lines)
            text, boxes = joined(lines, known, breaks=kind == BlockKind.CODE)
            kind, above = (kind, self._path.titles) if kind == BlockKind.CODE else self._place(sheet, lines, kind, text)
            yield Block(
                text=text,
                kind=kind,
                page=sheet.number,
                page_size=(round(sheet.width, 1), round(sheet.height, 1)),
                boxes=boxes,
                headings=above,
            )

    def _place(
        self, sheet: Sheet, lines: Sequence[Line], kind: BlockKind, text: str
    ) -> tuple[BlockKind, tuple[str, ...]]:
        """What the paragraph is, and the headings above it."""
        from apps.indexing.extract import headings

        rank = headings.by_outline(self._bookmarks, sheet.number, text)
        if not self._bookmarks:
            rank = headings.by_type(lines, text, self._habits.body)
        if rank is not None:
            return BlockKind.HEADING, self._path.enter(rank, text)
        if self._bookmarks and headings.is_title(lines, text, self._habits.body):
            return BlockKind.HEADING, ()
        return kind, self._path.titles


def _kind(lines: Sequence[Line]) -> BlockKind:
    from apps.indexing.extract.paragraphs import BULLET

    code = sum(len(line.text) for line in lines if line.mono)
    if code > 0.8 * sum(len(line.text) for line in lines):
        return BlockKind.CODE
    return BlockKind.LIST_ITEM if BULLET.match(lines[0].text) else BlockKind.TEXT
