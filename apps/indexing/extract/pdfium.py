"""The one door to pdfium: documents, pages, and each character with its place."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2_raw as raw

from apps.indexing.extract.faults import Refused

# Pages in pdfium's own rotation, clockwise quarter turns.
QUARTERS = (0, 1, 2, 3)

Handle = Any

_MONO = ("Mono", "Courier", "Typewriter", "Consol", "CMTT")
_BOLD = ("Bold", "Black", "Heavy", "Demi", "CMBX")


@dataclass(frozen=True)
class Glyphs:
    """The characters of a page in the order of its content, each with its edges in points from the top left corner."""

    text: str
    lefts: list[float]
    tops: list[float]
    rights: list[float]
    bottoms: list[float]


@dataclass(frozen=True)
class Style:
    """How one character is set: `base` is its baseline's distance from the page's top, `size` the font's, in points."""

    base: float
    size: float
    mono: bool
    bold: bool


@dataclass(frozen=True)
class Page:
    """An open page. `frame` is its visible part (left, bottom, right, top) in the file's own coordinates."""

    handle: Handle
    text: Handle
    width: float
    height: float
    quarter: int
    frame: tuple[float, float, float, float]


def _prototype(function: Any, result: Any, *arguments: Any) -> Any:
    """The same C function called by plain addresses, which takes half the time of checked pointers."""
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_unicode = _prototype(raw.FPDFText_GetUnicode, ctypes.c_uint, _POINTER, _INT)
_char_box = _prototype(raw.FPDFText_GetCharBox, _INT, _POINTER, _INT, *[_POINTER] * 4)


@cache
def _library() -> None:
    raw.FPDF_InitLibraryWithConfig(raw.FPDF_LIBRARY_CONFIG(2, None, None, 0))


@contextmanager
def opened(path: Path) -> Iterator[Handle]:
    """The document at `path`, tried with the empty password too.

    Raises Refused: "encrypted" when a password is needed, "broken" when it is no readable PDF.
    """
    _library()
    name = str(path).encode("utf-8", "surrogateescape")
    document = raw.FPDF_LoadDocument(name, None)
    if not document and raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD:
        document = raw.FPDF_LoadDocument(name, b"")
    if not document:
        raise _refusal(raw.FPDF_GetLastError())
    try:
        yield document
    finally:
        raw.FPDF_CloseDocument(document)


def _refusal(error: int) -> Refused:
    if error in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return Refused("encrypted")
    return Refused("broken", f"pdfium error {error}")


def page_count(document: Handle) -> int:
    return int(raw.FPDF_GetPageCount(document))


@contextmanager
def page(document: Handle, number: int) -> Iterator[Page | None]:
    """The page of this one-based number; `None` when pdfium cannot read it."""
    handle = raw.FPDF_LoadPage(document, number - 1)
    text = handle and raw.FPDFText_LoadPage(handle)
    try:
        yield _measured(handle, text) if text else None
    finally:
        if text:
            raw.FPDFText_ClosePage(text)
        if handle:
            raw.FPDF_ClosePage(handle)


def _measured(handle: Handle, text: Handle) -> Page:
    frame = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(handle, frame)
    return Page(
        handle=handle,
        text=text,
        width=raw.FPDF_GetPageWidthF(handle),
        height=raw.FPDF_GetPageHeightF(handle),
        quarter=QUARTERS[raw.FPDFPage_GetRotation(handle) % 4],
        frame=(frame.left, frame.bottom, frame.right, frame.top),
    )


def glyphs(of: Page) -> Glyphs:
    """Every character of the page one by one, so that text and places agree by construction."""
    count = max(0, raw.FPDFText_CountChars(of.text))
    handle = ctypes.cast(of.text, _POINTER)
    codes = [_unicode(handle, index) for index in range(count)]
    edges = (ctypes.c_double * (4 * count))()
    address = ctypes.addressof(edges)
    for index in range(count):
        _char_box(handle, index, address, address + 8, address + 16, address + 24)
        address += 32
    values = list(edges)
    text = "".join([chr(code) if code < 0x110000 else "\ufffd" for code in codes])
    return Glyphs(text, *_turned(of, values[0::4], values[2::4], values[1::4], values[3::4]))


def _turned(
    of: Page, left: list[float], bottom: list[float], right: list[float], top: list[float]
) -> tuple[list[float], list[float], list[float], list[float]]:
    """(lefts, tops, rights, bottoms) as the reader sees them, from edges in the file's coordinates."""
    x0, y0, x1, y1 = of.frame
    match of.quarter:
        case 1:
            return [y - y0 for y in bottom], [x - x0 for x in left], [y - y0 for y in top], [x - x0 for x in right]
        case 2:
            return [x1 - x for x in right], [y - y0 for y in bottom], [x1 - x for x in left], [y - y0 for y in top]
        case 3:
            return [y1 - y for y in top], [x1 - x for x in right], [y1 - y for y in bottom], [x1 - x for x in left]
        case _:
            return [x - x0 for x in left], [y1 - y for y in top], [x - x0 for x in right], [y1 - y for y in bottom]


def style(of: Page, index: int) -> Style:
    """How the character with this index on the page is set."""
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
    raw.FPDFText_GetCharOrigin(of.text, index, x, y)
    raw.FPDFText_GetMatrix(of.text, index, matrix)
    size = raw.FPDFText_GetFontSize(of.text, index) * (matrix.c**2 + matrix.d**2) ** 0.5
    name, flags = _font(of, index)
    x0, y0, x1, y1 = of.frame
    return Style(
        base=(y1 - y.value, x.value - x0, y.value - y0, x1 - x.value)[of.quarter],
        size=size,
        mono=bool(flags & 1) or any(word in name for word in _MONO),
        bold=any(word in name for word in _BOLD),
    )


def _font(of: Page, index: int) -> tuple[str, int]:
    flags = ctypes.c_int(0)
    buffer = ctypes.create_string_buffer(128)
    length = raw.FPDFText_GetFontInfo(of.text, index, buffer, 128, flags)
    return (buffer.value.decode("utf-8", "replace") if 0 < length <= 128 else ""), flags.value


def is_drawn(of: Page) -> bool:
    """Whether anything at all is drawn on the page."""
    return bool(raw.FPDFPage_CountObjects(of.handle) > 0)


def has_picture(of: Page) -> bool:
    """Whether an image stands on the page."""
    kinds = (raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(of.handle, i)) for i in range(_first_objects(of)))
    return raw.FPDF_PAGEOBJ_IMAGE in kinds


def _first_objects(of: Page) -> int:
    return min(1_000, int(raw.FPDFPage_CountObjects(of.handle)))
