"""The lines of one paragraph as one text, each character still with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.indexing.extract.blocks import Box
from apps.indexing.extract.lines import Line
from apps.indexing.extract.scripts import is_han

_FIRST_WORD = re.compile(r"^[^\W\d_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
# An address goes on in the next line when it breaks off after one of these.
_ADDRESS = re.compile(r"(?:https?:|www\.|/)\S*[/.:_=&?%-]$|https?:$")


def joined(lines: Sequence[Line], known: set[str], breaks: bool = False) -> tuple[str, tuple[Box | None, ...]]:
    """The text and one box per character. `known`: words of the document; `breaks`: keeps line breaks, as in code."""
    text: list[str] = []
    boxes: list[Box | None] = []
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        drop, joint = (0, "") if after is None else (0, "\n") if breaks else _joint(line, after, known)
        end = len(line.text) - drop
        text += [line.text[:end], joint]
        boxes += [
            (left, line.top, right, line.bottom)
            for left, right in zip(line.lefts[:end], line.rights[:end], strict=True)
        ]
        boxes += [None] * len(joint)
    return "".join(text), tuple(boxes)


def _joint(line: Line, after: Line, known: set[str]) -> tuple[int, str]:
    """How many characters of the line's end are dropped, and what stands between it and the next."""
    if line.soft or line.text.endswith("\u00ad"):
        return (1, "") if _only_breaks(line.text, after.text, known) else (0, "")
    if line.text.endswith("-") and line.text[-2:-1].isalnum():
        return 0, ""
    if is_han(line.text[-1]) and is_han(after.text[0]):
        return 0, ""
    if _ADDRESS.search(_end(line.text)):
        return 0, ""
    return 0, " "


def _end(text: str) -> str:
    return text.rsplit(maxsplit=1)[-1]


def _only_breaks(text: str, after: str, known: set[str]) -> bool:
    """Whether the hyphen between the two is none of the word's own."""
    head, tail = _end(text).rstrip("-\u00ad"), _FIRST_WORD.search(after)
    start = _LETTERS.findall(head)
    if not tail or not start or not tail[0].islower():
        return False
    if (start[-1] + tail[0]).casefold() in known:
        return True
    parted = f"{start[-1]}-{tail[0]}".casefold()
    return parted not in known and not re.search(r"[-/:@_\d]", head)
