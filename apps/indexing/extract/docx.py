"""Word documents, read by unstructured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from apps.indexing.extract import archive
from apps.indexing.extract.blocks import Block
from apps.indexing.extract.sniff import Content

SUFFIXES: tuple[str, ...] = (".docx",)
MEDIA_TYPES: tuple[str, ...] = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",)
CONTENT: Content = "zip"


def read(path: Path, progress: Callable[[int, int], None]) -> Iterator[Block]:
    """Paragraphs, list items and tables under the headings that its styles name; headers and footers are left out.

    Raises Refused: see `archive.check`.
    """
    archive.check(path, "wordprocessingml.document.main")
    from apps.indexing.extract import elements

    yield from elements.blocks(elements.partitioner("docx")(str(path), languages=[""]))
