"""A PDF's bookmarks: which headings stand on which page, and how deep."""

from __future__ import annotations

import ctypes
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pypdfium2_raw as raw

_MOST = 5_000
_DEEPEST = 8
# What may differ between a bookmark and its heading: spaces, punctuation, case.
_NOISE = re.compile(r"[\W_]+")
_LEADING_NUMBER = re.compile(r"^[\dA-Z]?[\d.]*\s+")

# Page number, then the key of a heading, gives its depth; the outermost is 1.
Outline = dict[int, dict[str, int]]


def key(heading: str) -> str:
    """What a heading and its bookmark have in common: no numbering, spaces or punctuation."""
    return _NOISE.sub("", _LEADING_NUMBER.sub("", heading.strip())).casefold()


def outline(document: Any) -> Outline:
    """Every bookmark that leads to a page of the document; bookmarks that go round in circles are cut off."""
    found: Outline = defaultdict(dict)
    for bookmark, depth in _walk(document):
        target = raw.FPDFBookmark_GetDest(document, bookmark)
        number = raw.FPDFDest_GetDestPageIndex(document, target) + 1 if target else 0
        if number > 0 and (title := key(_title(bookmark))):
            found[number].setdefault(title, depth)
    return dict(found)


def _walk(document: Any) -> Iterator[tuple[Any, int]]:
    waiting = [(raw.FPDFBookmark_GetFirstChild(document, None), 1)]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST:
        bookmark, depth = waiting.pop()
        address = bookmark and ctypes.cast(bookmark, ctypes.c_void_p).value
        if not address or address in seen or depth > _DEEPEST:
            continue
        seen.add(address)
        yield bookmark, depth
        waiting.append((raw.FPDFBookmark_GetNextSibling(document, bookmark), depth))
        waiting.append((raw.FPDFBookmark_GetFirstChild(document, bookmark), depth + 1))


def _title(bookmark: Any) -> str:
    length = raw.FPDFBookmark_GetTitle(bookmark, None, 0)
    if not 2 < length <= 2_000:
        return ""
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFBookmark_GetTitle(bookmark, buffer, length)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")
