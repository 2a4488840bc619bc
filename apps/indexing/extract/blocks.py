"""What every extractor yields, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Box = tuple[float, float, float, float]


class BlockKind(StrEnum):
    """What a block is to the reader."""

    HEADING = "heading"
    TEXT = "text"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True)
class Block:
    """A run of text that belongs together.

    `page` is one-based, `None` where the format has no pages. `boxes` has one box per character of `text`
    (left, top, right, bottom in points from the page's top left corner; `None` for a character that is not on
    the page, such as a space put between two lines) and is empty where the format has no places. `span` is the
    [start, end) of the block in the revision's own text (Markdown and plain text only). `headings` is the path
    of headings above it, outermost first.
    """

    text: str
    kind: BlockKind = BlockKind.TEXT
    page: int | None = None
    page_size: tuple[float, float] | None = None
    boxes: tuple[Box | None, ...] = ()
    span: tuple[int, int] | None = None
    headings: tuple[str, ...] = ()
