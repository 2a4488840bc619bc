"""Where a passage stands in its document: the shapes of `Passage.locator`, all plain JSON.

A PDF's: {"headings": ["Garden"], "page": 3, "size": [595.3, 841.9], "lines": [{"span": [0, 42], "top": 71.2,
"bottom": 83.0, "lefts": […], "rights": […]}, …]}. `headings` are those above it, outermost first; `span` is
[start, end) in the passage's text; `lefts` and `rights` have one entry per character of the span; all in points from
the page's top left corner, to a tenth. Characters in no line stand for a line break.

Markdown's and plain text's: {"headings": ["Garden", "Roses"], "span": [120, 840]}. `span` is [start, end) in the
revision's text (for an uploaded file: in the text as decoded, each line end one character).

All others': {"headings": […]}.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.indexing.extract.blocks import Block, Box

Locator = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """[start, end) of a block's text, which stands at `offset` in the passage's."""

    block: Block
    start: int
    end: int
    offset: int


def locator(parts: Sequence[Part], headings: Sequence[str]) -> Locator:
    """The locator of the passage that is made of these parts, all of one page."""
    found: Locator = {"headings": list(headings)}
    first = parts[0].block
    if first.boxes:
        found |= {"page": first.page, "size": list(first.page_size or ()), "lines": list(_lines(parts))}
    elif first.span:
        spans = [_source_span(part, part.block.span) for part in parts if part.block.span]
        found["span"] = [min(start for start, _ in spans), max(end for _, end in spans)]
    return found


def boxes(locator: Mapping[str, Any], start: int, end: int) -> list[Box]:
    """The boxes of the characters [start, end) of the passage, one for each line; none where there are no places."""
    found = []
    for line in locator.get("lines", ()):
        first, last = line["span"]
        a, b = max(first, start) - first, min(last, end) - first
        if a < b:
            found.append((min(line["lefts"][a:b]), line["top"], max(line["rights"][a:b]), line["bottom"]))
    return found


def _source_span(part: Part, span: tuple[int, int]) -> tuple[int, int]:
    """The part's place in the source; the whole block's where markup makes the source longer than its words."""
    first, last = span
    exact = last - first == len(part.block.text)
    return (first + part.start, first + part.end) if exact else (first, last)


def _lines(parts: Iterable[Part]) -> Iterator[dict[str, Any]]:
    for part in parts:
        line: dict[str, Any] | None = None
        for index in range(part.start, part.end):
            box = part.block.boxes[index]
            if box is None or line is None or (line["top"], line["bottom"]) != (box[1], box[3]):
                if line:
                    yield line
                line = box and _line(part.offset + index - part.start, box)
            if line and box:
                line["span"][1] += 1
                line["lefts"].append(box[0])
                line["rights"].append(box[2])
        if line:
            yield line


def _line(start: int, box: Box) -> dict[str, Any]:
    return {"span": [start, start], "top": box[1], "bottom": box[3], "lefts": [], "rights": []}
