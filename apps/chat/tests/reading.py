"""Reads an event stream as a browser does, by the rules of the HTML standard, section 9.2.6."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """One event as a page gets it; `id` is what the browser would name when it comes again."""

    name: str
    data: str
    id: str = ""


def parsed(stream: bytes) -> list[Event]:
    """The events of a whole stream; what is not ended by an empty line is dropped."""
    found: list[Event] = []
    name, last_id = "", ""
    data: list[str] = []
    for field, value in _fields(stream):
        if field is None:
            if data:
                found.append(Event(name or "message", "\n".join(data), last_id))
            name, data = "", []
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif field == "id" and "\0" not in value:
            last_id = value
    return found


def waits(stream: bytes) -> list[int]:
    """Each time, in milliseconds, that the stream tells the browser to wait before it comes again."""
    return [int(value) for field, value in _fields(stream) if field == "retry" and re.fullmatch("[0-9]+", value)]


def _fields(stream: bytes) -> Iterator[tuple[str | None, str]]:
    """The fields in order, and `None` for each empty line."""
    for line in re.split("\r\n|\r|\n", stream.decode("utf-8").removeprefix("\ufeff")):
        field, _, value = line.partition(":")
        yield field if line else None, value.removeprefix(" ")


async def read_all(response: Any) -> list[Event]:
    """The events of a streaming response, once it has ended."""
    return parsed(b"".join([piece async for piece in response]))


def pieces(response: Any) -> AsyncGenerator[bytes, None]:
    """A streaming response, to be read piece by piece and closed early."""
    opened: AsyncGenerator[bytes, None] = aiter(response)
    return opened


async def read_until(stream: AsyncIterator[bytes], words: str) -> list[Event]:
    """The events up to the one in which `words` occur; what comes later can still be read."""
    read = b""
    async for piece in stream:
        read += piece
        if words in piece.decode():
            return parsed(read)
    raise AssertionError(f"the stream ended without {words!r}: {parsed(read)}")


def shown(events: list[Event]) -> str:
    """The answer's HTML as a page shows it after these events."""
    settled, growing = "", ""
    for event in events:
        if event.name == "whole":
            settled = event.data
        elif event.name == "settled":
            settled += event.data
        elif event.name == "growing":
            growing = event.data
    return settled + growing
