"""Markdown: headings, paragraphs, list items, tables and code, each with its place in the source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from apps.indexing.extract.blocks import Block, BlockKind
from apps.indexing.extract.encodings import decoded
from apps.indexing.extract.scripts import is_han
from apps.indexing.extract.sniff import Content

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SUFFIXES: tuple[str, ...] = (".md", ".markdown", ".mdown", ".mkd")
MEDIA_TYPES: tuple[str, ...] = ("text/markdown", "text/x-markdown")
CONTENT: Content = "text"

# The parser's own line ends, so that its line numbers are ours.
_LINE_END = re.compile(r"\r\n|\r|\n")
_HIDDEN = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")

_Span = tuple[int, int]


def read(path: Path, progress: Callable[[int, int], None]) -> Iterator[Block]:
    """The blocks; their spans refer to the text as decoded, with every line end one character."""
    yield from blocks(decoded(path.read_bytes()))


def blocks(text: str) -> list[Block]:
    """The blocks of a Markdown text in order, as plain words; the span of each refers to `text` as it was given."""
    reader = _Reader(_Source(text))
    for token in _parser().parse(text):
        reader.take(token)
    return [block for block in reader.found if block.text]


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Enough for any outline a person writes, and few enough for Python's stack.
    return MarkdownIt("commonmark", {"maxNesting": 60}).enable(["table", "strikethrough"])


class _Source:
    """The text with its line starts."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]

    def start(self, line: int) -> int:
        return self._starts[min(line, len(self._starts) - 1)]

    def span(self, token: Token, content: str = "") -> _Span:
        """[start, end) of the token's lines, or of `content` alone when its first and last line are found in them."""
        first, last = token.map or (0, 0)
        start, end = self.start(first), self.start(last)
        start, end = self._trimmed(start, end)
        lines = content.strip().split("\n")
        head, tail = self.text.find(lines[0].strip(), start, end), self.text.rfind(lines[-1].strip(), start, end)
        if not content.strip() or head < 0 or tail < 0:
            return start, end
        return head, max(tail, head) + len(lines[-1].strip())

    def _trimmed(self, start: int, end: int) -> _Span:
        part = self.text[start:end]
        return start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))


@dataclass
class _Reader:
    """Takes the tokens one by one and remembers what is open."""

    source: _Source
    found: list[Block] = field(default_factory=list)
    path: list[tuple[int, str]] = field(default_factory=list)
    # The level of the heading that is open; 0 for none.
    heading: int = 0
    # What the next paragraph of an open list item begins with; `None` outside of lists and after its first one.
    marker: str | None = None
    rows: list[list[str]] = field(default_factory=list)
    in_table: bool = False

    def take(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self.heading = int(token.tag[1])
            case "list_item_open":
                self.marker = f"{token.info}. " if token.info else ""
            case "list_item_close":
                self.marker = None
            case "inline":
                self._inline(token)
            case "fence" | "code_block":
                self._add(token.content.strip("\n"), BlockKind.CODE, self.source.span(token))
            case "html_block":
                words = " ".join(_TAG.sub(" ", _HIDDEN.sub(" ", token.content)).split())
                self._add(words, BlockKind.TEXT, self.source.span(token))
            case _ if token.type.startswith(("table_", "tr_")):
                self._table(token)

    def _table(self, token: Token) -> None:
        match token.type:
            case "table_open":
                self.in_table, self.rows, self._table_span = True, [], self.source.span(token)
            case "tr_open":
                self.rows.append([])
            case "table_close":
                self.in_table = False
                self._add("\n".join(" | ".join(row) for row in self.rows), BlockKind.TABLE, self._table_span)

    def _inline(self, token: Token) -> None:
        text = words(token)
        if self.in_table:
            self.rows[-1].append(" ".join(text.split()))
        elif self.heading:
            self._heading(text, self.source.span(token, token.content))
        elif self.marker is not None:
            self._add(self.marker + text, BlockKind.LIST_ITEM, self.source.span(token, token.content))
            self.marker = None
        else:
            self._add(text, BlockKind.TEXT, self.source.span(token, token.content))

    def _heading(self, text: str, span: _Span) -> None:
        while self.path and self.path[-1][0] >= self.heading:
            self.path.pop()
        self._add(text, BlockKind.HEADING, span)
        self.path.append((self.heading, text))
        self.heading = 0

    def _add(self, text: str, kind: BlockKind, span: _Span) -> None:
        titles = tuple(title for _, title in self.path if title)
        self.found.append(Block(text.replace("\0", "").strip(), kind, span=span, headings=titles))


def words(token: Token) -> str:
    """What a reader sees of an inline token: no markup, pictures by their description."""
    text = ""
    for child in token.children or []:
        if child.type == "softbreak":
            text += "\n"
        elif child.type == "hardbreak":
            text = text.rstrip() + "\v"
        elif child.type != "html_inline":
            text += words(child) if child.type == "image" else child.content
    return _unbroken(text)


def _unbroken(text: str) -> str:
    """With a space, or nothing within Han, for each line break that is not meant."""
    first, *others = text.split("\n")
    for other in others:
        first += ("" if first and other and is_han(first[-1]) and is_han(other[0]) else " ") + other.lstrip()
    return first.replace("\v", "\n").replace("\n ", "\n").strip()
