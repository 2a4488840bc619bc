"""Plain text: paragraphs between blank lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from apps.indexing.extract.blocks import Block
from apps.indexing.extract.encodings import decoded
from apps.indexing.extract.scripts import is_han
from apps.indexing.extract.sniff import Content

SUFFIXES: tuple[str, ...] = (".txt", ".text", ".log")
MEDIA_TYPES: tuple[str, ...] = ("text/plain",)
CONTENT: Content = "text"

_ITEM = re.compile(r"\s*(?:[-*+•·–—>|#]|\(?\d+[.)、]|[（(]?[一二三四五六七八九十]+[)）、]|\s{4,}\S)")
# Lines shorter than this, in columns of a terminal, were not broken to fit a width.
_NARROWEST = 40


def read(path: Path, progress: Callable[[int, int], None]) -> Iterator[Block]:
    """The paragraphs; their spans refer to the text as decoded, with every line end one character."""
    yield from blocks(decoded(path.read_bytes()))


def blocks(text: str) -> Iterator[Block]:
    """The paragraphs of a text."""
    begun, start, end, place = False, 0, 0, 0
    for line in text.split("\n"):
        if line.strip():
            start = start if begun else place
            begun, end = True, place + len(line)
        elif begun:
            yield _block(text, start, end)
            begun = False
        place += len(line) + 1
    if begun:
        yield _block(text, start, end)


def _block(text: str, start: int, end: int) -> Block:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    paragraph = part.strip()
    return Block(text=_unwrapped(paragraph), span=(start, start + len(paragraph)))


def _unwrapped(paragraph: str) -> str:
    """The paragraph with its lines joined, when they were broken only to fit a width."""
    lines = paragraph.split("\n")
    if not _was_wrapped(lines):
        return "\n".join(line.strip() for line in lines)
    joined = lines[0].strip()
    for before, after in pairwise(line.strip() for line in lines):
        joined += ("" if is_han(before[-1]) and is_han(after[0]) else " ") + after
    return joined


def _was_wrapped(lines: list[str]) -> bool:
    widths = [_width(line) for line in lines]
    widest = max(widths)
    return (
        len(lines) > 1
        and widest >= _NARROWEST
        and all(width >= 0.7 * widest for width in widths[:-1])
        and not any(_ITEM.match(line) for line in lines[1:])
    )


def _width(line: str) -> int:
    """Columns of a terminal: two for each wide character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)
