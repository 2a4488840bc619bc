"""A PDF page as a picture, and its size."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2_raw as raw

from apps.indexing.extract import pdfium
from apps.indexing.extract.faults import Refused

# More than a large screen shows; a page of odd proportions is drawn smaller.
_MOST_PIXELS = 24_000_000
_NARROWEST, _WIDEST = 16, 4_000
# WebP has no pictures longer than 16,383 pixels.
_LONGEST = 16_000


def size(path: Path, number: int) -> tuple[float, float]:
    """Width and height of the one-based page in points. Raises Refused as `pdfium.opened`; "missing": no such page."""
    with pdfium.opened(path) as document, pdfium.page(document, _existing(document, number)) as page:
        return _readable(page).width, _readable(page).height


def picture(path: Path, number: int, width: int) -> bytes:
    """The page as WebP, `width` pixels wide. Raises Refused as `size`."""
    with pdfium.opened(path) as document, pdfium.page(document, _existing(document, number)) as page:
        return _drawn(_readable(page), min(max(width, _NARROWEST), _WIDEST))


def _existing(document: pdfium.Handle, number: int) -> int:
    if not 1 <= number <= pdfium.page_count(document):
        raise Refused("missing", f"no page {number}")
    return number


def _readable(page: pdfium.Page | None) -> pdfium.Page:
    if page is None or page.width <= 0 or page.height <= 0:
        raise Refused("broken", "the page cannot be read")
    return page


def _drawn(page: pdfium.Page, width: int) -> bytes:
    area, longest = page.width * page.height, max(page.width, page.height)
    scale = min(width / page.width, (_MOST_PIXELS / area) ** 0.5, _LONGEST / longest)
    columns, rows = max(1, round(page.width * scale)), max(1, round(page.height * scale))
    bitmap = raw.FPDFBitmap_CreateEx(columns, rows, raw.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise Refused("too_big", f"{columns} x {rows} pixels")
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, columns, rows, 0xFFFFFFFF)
        raw.FPDF_RenderPageBitmap(bitmap, page.handle, 0, 0, columns, rows, 0, raw.FPDF_ANNOT)
        return _webp(bitmap, columns, rows)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)


def _webp(bitmap: pdfium.Handle, columns: int, rows: int) -> bytes:
    import ctypes

    from PIL import Image

    stride = raw.FPDFBitmap_GetStride(bitmap)
    pixels = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * rows)
    image = Image.frombuffer("RGB", (columns, rows), pixels, "raw", "BGR", stride, 1)
    target = io.BytesIO()
    image.save(target, "WEBP", quality=85, method=2)
    return target.getvalue()
