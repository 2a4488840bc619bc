"""Which format reads which file: by the name's ending, else by the media type, and never against the bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from apps.indexing.extract import docx, html, markdown, pdf, plain, pptx, sniff
from apps.indexing.extract.blocks import Block
from apps.indexing.extract.faults import Refused


class Format(Protocol):
    """What every module of a format has.

    `CONTENT` is the kind of bytes it reads. `read` yields the blocks in reading order, tells `progress(done, total)`
    of each page, and raises Refused.
    """

    SUFFIXES: tuple[str, ...]
    MEDIA_TYPES: tuple[str, ...]
    CONTENT: sniff.Content

    def read(self, path: Path, progress: Callable[[int, int], None], /) -> Iterator[Block]: ...


FORMATS: dict[str, Format] = {
    "pdf": pdf,
    "docx": docx,
    "pptx": pptx,
    "html": html,
    "markdown": markdown,
    "plain": plain,
}
_BY_SUFFIX = {suffix: name for name, module in FORMATS.items() for suffix in module.SUFFIXES}
_BY_MEDIA_TYPE = {media_type: name for name, module in FORMATS.items() for media_type in module.MEDIA_TYPES}
SUFFIXES = tuple(_BY_SUFFIX)


def format_of(path: Path, media_type: str, name: str) -> str:
    """The name in `FORMATS` of what reads this file.

    Raises Refused: "missing", "empty" (no bytes), "unsupported" (no format), "mismatch" (the bytes are something
    else than the name says), "broken" (the bytes are nothing we know), "encrypted" (an office file with a password).
    """
    if not path.is_file():
        raise Refused("missing")
    found = _named(media_type, name)
    if found is None:
        raise Refused("unsupported", Path(name).suffix[:20])
    if path.stat().st_size == 0:
        raise Refused("empty")
    _check(path, FORMATS[found].CONTENT)
    return found


def _named(media_type: str, name: str) -> str | None:
    by_media_type = _BY_MEDIA_TYPE.get(media_type.partition(";")[0].strip().lower())
    return _BY_SUFFIX.get(Path(name).suffix.lower(), by_media_type)


def _check(path: Path, expected: sniff.Content) -> None:
    found = sniff.content(path)
    if found == expected or (expected == "pdf" and sniff.is_late_pdf(path)):
        return
    if found == "ole" and expected == "zip" and _is_locked_office_file(path):
        raise Refused("encrypted")
    damaged = found == "unknown" and expected != "text"
    raise Refused("broken" if damaged else "mismatch", f"{found} for {expected}")


def _is_locked_office_file(path: Path) -> bool:
    """Whether an old-style container holds a new-style document under a password."""
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20)
