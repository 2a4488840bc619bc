"""Presentations, read by unstructured: a page is a slide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from apps.indexing.extract import archive
from apps.indexing.extract.blocks import Block, BlockKind
from apps.indexing.extract.sniff import Content

SUFFIXES: tuple[str, ...] = (".pptx",)
MEDIA_TYPES: tuple[str, ...] = ("application/vnd.openxmlformats-officedocument.presentationml.presentation",)
CONTENT: Content = "zip"


def read(path: Path, progress: Callable[[int, int], None]) -> Iterator[Block]:
    """Slide by slide: its title, what stands on it from top to bottom, and its notes; the page is the slide's number.

    Raises Refused: see `archive.check`.
    """
    archive.check(path, "presentationml.presentation.main")
    from apps.indexing.extract import elements

    slides = defaultdict(list)
    for element in elements.partitioner("pptx")(str(path), languages=[""]):
        slides[element.metadata.page_number].append(element)
    notes = _notes(path)
    for number, note in enumerate(notes, start=1):
        # A stable sort: the title first, wherever it stands.
        slide = sorted(slides[number], key=lambda element: element.category != "Title")
        above: tuple[str, ...] = ()
        for block in elements.blocks(slide, page=number):
            above = (block.text,) if block.kind == BlockKind.HEADING else block.headings
            yield block
        if note:
            yield Block(note, page=number, headings=above)
        progress(number, len(notes))


def _notes(path: Path) -> list[str]:
    """The speaker's notes of each slide, "" where there are none."""
    from pptx import Presentation

    return [
        slide.notes_slide.notes_text_frame.text.replace("\0", "").strip()
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame
        else ""
        for slide in Presentation(str(path)).slides
    ]
