"""Blocks as lines of JSON, for the pipe between the child that reads a file and the process that asked."""

from __future__ import annotations

import json
from typing import Any

from apps.indexing.extract.blocks import Block, BlockKind, Box

# Boxes travel as whole tenths of a point: short, and exactly the precision that is stored.
TENTHS = 10

Message = dict[str, Any]


def dump(message: Message) -> bytes:
    """One line. Half characters of a broken encoding, which no database takes, become question marks."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def load(line: bytes) -> Message:
    """The message of one line. Raises ValueError for anything but a JSON object."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("not a message")
    return message


def packed(block: Block) -> Message:
    """A block as plain JSON values; what has its default is left out."""
    message: Message = {"text": block.text, "kind": block.kind.value}
    for name in ("page", "page_size", "span", "headings"):
        if value := getattr(block, name):
            message[name] = value
    if block.boxes:
        message["runs"] = _runs(block.boxes)
    return message


def unpacked(message: Message) -> Block:
    """The block of `packed`. Raises KeyError, TypeError or ValueError for anything else."""
    text = str(message["text"])
    return Block(
        text=text,
        kind=BlockKind(message["kind"]),
        page=message.get("page"),
        page_size=_pair(message.get("page_size")),
        boxes=_boxes(message["runs"], len(text)) if "runs" in message else (),
        span=_pair(message.get("span")),
        headings=tuple(message.get("headings", ())),
    )


def _pair(values: Any) -> Any:
    return None if values is None else (values[0], values[1])


def _runs(boxes: tuple[Box | None, ...]) -> list[list[Any]]:
    """[start, top, bottom, lefts, rights] of each run of neighbours that stand on one line."""
    runs: list[list[Any]] = []
    line = None
    for index, box in enumerate(boxes):
        if box is None:
            line = None
            continue
        left, top, right, bottom = box
        if line != (top, bottom):
            line = (top, bottom)
            lefts: list[int] = []
            rights: list[int] = []
            runs.append([index, _tenths(top), _tenths(bottom), lefts, rights])
        lefts.append(round(left * TENTHS))
        rights.append(round(right * TENTHS))
    return runs


def _tenths(points: float) -> int:
    return round(points * TENTHS)


def _boxes(runs: list[list[Any]], length: int) -> tuple[Box | None, ...]:
    boxes: list[Box | None] = [None] * length
    for start, top, bottom, lefts, rights in runs:
        t, b = top / TENTHS, bottom / TENTHS
        boxes[start : start + len(lefts)] = [
            (left / TENTHS, t, right / TENTHS, b) for left, right in zip(lefts, rights, strict=True)
        ]
    if len(boxes) != length:
        raise ValueError("a box without its character")
    return tuple(boxes)
