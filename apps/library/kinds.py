"""Kinds of files: what an upload is, from its first bytes and its name."""

from __future__ import annotations

from pathlib import PurePosixPath

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
HTML = "text/html"
MARKDOWN = "text/markdown"
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"

BY_SUFFIX = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".pptx": PPTX,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mdown": MARKDOWN,
    ".mkd": MARKDOWN,
    ".txt": TEXT,
    ".text": TEXT,
    ".log": TEXT,
}
# How much of a file `media_type` wants to see.
HEAD_BYTES = 64 * 1024
# What is never text. Office files and e-books of other kinds are zip files too.
BINARY = (b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"MZ", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def suffix(name: str) -> str:
    """The lower-case suffix of a file name if it is one of a kind we read, else nothing."""
    found = PurePosixPath(name).suffix.lower()
    return found if found in BY_SUFFIX else ""


def media_type(head: bytes, name: str) -> str:
    """What a file is, by its first bytes where they are unmistakable, else by its name, else by looking like text.

    A file that only claims a kind by its name gets what it claims: reading it tells the difference, in words.
    """
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _office(head, name)
    claimed = BY_SUFFIX.get(suffix(name))
    if claimed:
        return claimed
    return TEXT if _looks_like_text(head) else UNKNOWN


def _office(head: bytes, name: str) -> str:
    claimed = BY_SUFFIX.get(suffix(name))
    if claimed in (DOCX, PPTX):
        return claimed
    if b"word/" in head:
        return DOCX
    return PPTX if b"ppt/" in head else claimed or UNKNOWN


def _looks_like_text(head: bytes) -> bool:
    if head.startswith(BYTE_ORDER_MARKS):
        return True
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return not head.startswith(BINARY) and controls == 0
