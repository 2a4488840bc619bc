"""Makes PDFs of pages of English text with pdfium, in a letter that needs not be embedded."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from io import BytesIO

import pypdfium2
from pypdfium2 import raw

# Its lines.
Page = Sequence[str]
WIDTH, HEIGHT = 595, 842
SIZE, LEADING, MARGIN = 9, 20, 50


def pdf(pages: Sequence[Page]) -> bytes:
    """A PDF of these pages."""
    document = pypdfium2.PdfDocument.new()
    try:
        for lines in pages:
            page = document.new_page(WIDTH, HEIGHT)
            for at, line in enumerate(lines):
                _write(document, page, line, HEIGHT - MARGIN - at * LEADING)
            page.gen_content()
            page.close()
        made = BytesIO()
        document.save(made)
        return made.getvalue()
    finally:
        document.close()


def _write(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, line: str, height: float) -> None:
    text = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", SIZE)
    encoded = ctypes.create_string_buffer(line.encode("utf-16-le") + b"\0\0")
    raw.FPDFText_SetText(text, ctypes.cast(encoded, raw.FPDF_WIDESTRING))
    raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, MARGIN, height)
    raw.FPDFPage_InsertObject(page, text)
