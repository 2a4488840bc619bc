"""Web pages, read by unstructured from their text alone: nothing they link to is fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from apps.indexing.extract.blocks import Block
from apps.indexing.extract.encodings import decoded
from apps.indexing.extract.sniff import Content

SUFFIXES: tuple[str, ...] = (".html", ".htm", ".xhtml")
MEDIA_TYPES: tuple[str, ...] = ("text/html", "application/xhtml+xml")
CONTENT: Content = "text"

_CHARSET = re.compile(rb"""<(?:meta\b[^>]*\bcharset|\?xml\b[^>]*\bencoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HEAD = 20_000
# lxml takes the declared encoding for the text's own, which is decoded by now; a document type may name entities.
_DECLARATION = re.compile(r"<\?xml[^>]*\?>|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)


def read(path: Path, progress: Callable[[int, int], None]) -> Iterator[Block]:
    """Headings, paragraphs, list items, tables and code, without scripts and styles."""
    from apps.indexing.extract import elements

    yield from elements.blocks(elements.partitioner("html")(text=source(path.read_bytes()), languages=[""]))


def source(data: bytes) -> str:
    """The page's text in the encoding that it declares, without the declaration."""
    match = _CHARSET.search(data[:_HEAD])
    text = decoded(data, match[1].decode("ascii") if match else "")
    return _DECLARATION.sub("", text[:_HEAD], count=2) + text[_HEAD:]
