"""Presentations, read by unstructured: a page is a slide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from apps.indexing.extract import archive
from apps.indexing.extract.blocks import Block
from apps.indexing.extract.sniff import Content

SUFFIXES: tuple[str, ...] = (".pptx",)
MEDIA_TYPES: tuple[str, ...] = ("application/vnd.openxmlformats-officedocument.presentationml.presentation",)
CONTENT: Content = "zip"


def read(path: Path, progress: Callable[[int, int], None]) -> Iterator[Block]:
    """What stands on the slides from top to bottom, and their notes, with the slide's number as the page.

    Raises Refused: see `archive.check`.
    """
    archive.check(path, "presentationml.presentation.main")
    from apps.indexing.extract import elements

    found = elements.partitioner("pptx")(str(path), languages=[""], include_slide_notes=True)
    yield from elements.blocks(found, paged=True)
