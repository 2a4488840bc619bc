"""Finds a quotation in clean HTML and marks it: in its text, whatever elements the words stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from django.utils.html import escape

# What is compared: all that can be seen, or else letters and figures alone, without the numbers and boxes of lists.
_SEEN = re.compile(r"\S")
_LETTER = re.compile(r"[^\W_]")
_OF_A_LIST = re.compile(r"^(?:\d{1,9}\. )?(?:\[[ xX]\] )?", re.MULTILINE)

_WITHIN_LINES = re.compile(r"</?(?:a|code|del|em|strong|sup)\b")


@dataclass(frozen=True)
class Quotation:
    """[start, end) of `text`, the plain words of a part of a source; `at` tells how far in it begins: 0 to 1."""

    text: str
    start: int
    end: int
    at: float = 0


def marked(html: str, quotation: Quotation) -> str | None:
    """`html`, as a sanitiser wrote it, with <mark> around the quotation; `None` when it does not say so.

    It may go through several elements: each part has a <mark> of its own, the first with the id "mark".
    """
    read = _Reader(html)
    found = _found(read.text, quotation)
    return "".join(_with_marks(read.pieces, *found)) if found else None


class _Reader(HTMLParser):
    """HTML in pieces, each a tag or a text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        # (whether it is text, the tag or the text)
        self.pieces: list[tuple[bool, str]] = []
        self.feed(html)
        self.close()
        self.text = "".join(piece for is_text, piece in self.pieces if is_text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pieces.append((False, self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.pieces.append((False, f"</{tag}>"))

    def handle_data(self, data: str) -> None:
        self.pieces.append((True, data))


def _found(text: str, quotation: Quotation) -> tuple[int, int] | None:
    """[start, end) of the quotation in the text: amid the words around it, or else the nearest of its like."""
    for amid in (True, False):
        for kept in (_SEEN, _LETTER):
            if place := _place(text, quotation, kept, amid=amid):
                return _whole(text, *place, quotation.text[quotation.start : quotation.end])
    return None


def _place(text: str, quotation: Quotation, kept: re.Pattern[str], *, amid: bool) -> tuple[int, int] | None:
    start, end = quotation.start, quotation.end
    parts = (quotation.text[:start], quotation.text[start:end], quotation.text[end:])
    before, words, after = ("".join(kept.findall(_bare(part, kept))) for part in parts)
    places = [match.start() for match in kept.finditer(text)]
    packed = "".join(text[place] for place in places)
    expected = int(quotation.at * len(packed))
    if amid:
        at = _nearest(packed, before + words + after, expected)
        at += len(before) if at >= 0 else 0
    else:
        at = _nearest(packed, words, expected + len(before))
    return (places[at], places[at + len(words) - 1] + 1) if words and at >= 0 else None


def _bare(text: str, kept: re.Pattern[str]) -> str:
    return _OF_A_LIST.sub("", text) if kept is _LETTER else text


def _nearest(text: str, words: str, expected: int) -> int:
    """Where the words stand in the text nearest to a place; -1 when nowhere."""
    before, after = text.rfind(words, 0, expected + len(words)), text.find(words, expected)
    if min(before, after) < 0:
        return max(before, after)
    return before if expected - before < after - expected else after


def _whole(text: str, start: int, end: int, words: str) -> tuple[int, int]:
    """[start, end) with the punctuation around it that belongs to the words."""
    words = words.strip()
    head, tail = (re.search(pattern, words) for pattern in (r"^[\W_]+", r"[\W_]+$"))
    if head and text.endswith(head[0], 0, start):
        start -= len(head[0])
    if tail and text.startswith(tail[0], end):
        end += len(tail[0])
    return start, end


def _with_marks(pieces: list[tuple[bool, str]], start: int, end: int) -> Iterator[str]:
    at, name, tag = 0, ' id="mark"', ""
    for is_text, piece in pieces:
        if not is_text:
            tag = piece
            yield tag
            continue
        first, last = (min(max(place - at, 0), len(piece)) for place in (start, end))
        at += len(piece)
        # A space that only parts two blocks, such as the rows of a table, is no place for an element.
        if piece[first:last].strip() or (first < last and _WITHIN_LINES.match(tag)):
            yield f"{escape(piece[:first])}<mark{name}>{escape(piece[first:last])}</mark>{escape(piece[last:])}"
            name = ""
        else:
            yield escape(piece)
