"""Renders an answer while it grows: finished blocks once and for all, only the open one anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markdown_it import MarkdownIt

from apps.core.markdown import answer_html

# Knows the blocks of `apps.core.markdown.answer_html`, and nothing of what is inside them.
_BLOCKS = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["reference", "html_block"])
_BLOCKS.core.ruler.enableOnly(["normalize", "block"])

# More text may yet make these part of the block before: the beginning of a list's next item.
_MAY_BELONG_BEFORE = re.compile(r"\s*(?:[-+*]|\d{1,9}[.)]?)?\s*")
# As the parser ends lines: `str.splitlines` knows more ways.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_UNFINISHED_MARKER = re.compile(r"\[\d{0,3}\Z")


@dataclass(frozen=True)
class Rendered:
    """`settled` is HTML to put after what was settled before; `open` is the HTML of what may still change."""

    settled: str
    open: str


class Rendering:
    """One reader's view of one growing answer."""

    def __init__(self, citations: Mapping[int, str]) -> None:
        """`citations` maps the number of a source to the address its marker opens."""
        self._citations = citations
        self._settled = 0

    def feed(self, text: str) -> Rendered:
        """What has changed now that the answer is `text`, which begins with what it was before."""
        growing = text[self._settled :]
        boundary = last_boundary(growing)
        self._settled += boundary
        shown = _UNFINISHED_MARKER.sub("", growing[boundary:])
        return Rendered(self._html(growing[:boundary]), self._html(shown))

    def _html(self, text: str) -> str:
        return answer_html(text, self._citations) if text.strip() else ""


def last_boundary(text: str) -> int:
    """Where the last top-level block of the Markdown begins; what is before can no longer change."""
    lines = _LINE.findall(text)
    tops = [token.map[0] for token in _BLOCKS.parse(text) if token.level == 0 and token.nesting >= 0 and token.map]
    while len(tops) > 1 and _MAY_BELONG_BEFORE.fullmatch("".join(lines[tops[-1] :])):
        tops.pop()
    return sum(map(len, lines[: tops[-1]])) if len(tops) > 1 else 0
