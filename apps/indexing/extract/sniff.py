"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Literal

Content = Literal["pdf", "zip", "ole", "text", "marked", "unknown"]

HEAD_BYTES = 4096
BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_MARKS = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"\x7fELF",
    b"MZ",
    b"\x1f\x8b",
    b"BZh",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\xfd7zXZ",
    b"{\\rtf",
    b"ID3",
    b"OggS",
    b"SQLite format",
)
_OBJECT = re.compile(rb"\d+ \d+ obj\b")
# Control characters that no text has; escape and the line ends are left alone.
_BINARY = bytes(b for b in range(32) if b not in b"\t\n\x0b\x0c\r\x1b")


def content(path: Path) -> Content:
    """The kind of bytes in the file: "marked" as something that nothing here reads, "unknown" without any mark."""
    with path.open("rb") as file:
        return content_of(file.read(HEAD_BYTES))


def content_of(head: bytes) -> Content:
    if b"%PDF-" in head[:8]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if head.startswith(_MARKS):
        return "marked"
    return "text" if head.startswith(BOMS) or head == head.translate(None, delete=_BINARY) else "unknown"


def is_late_pdf(path: Path) -> bool:
    """Whether a PDF begins after something else, such as the lines of a mail: every reader of PDFs skips these."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return b"%PDF-" in head[:1024] and _OBJECT.search(head) is not None
