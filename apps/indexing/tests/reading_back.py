"""Reads with pdfium what stands under the boxes of a sentence, as a reader of the marked page would."""

from __future__ import annotations

import ctypes
from difflib import SequenceMatcher
from pathlib import Path

import pypdfium2_raw as raw

from apps.indexing import locate
from apps.indexing.extract import pdfium
from apps.indexing.extract.blocks import Box
from apps.indexing.split import Cut


def likenesses(path: Path, passage: Cut) -> list[float]:
    """For each sentence how much of it stands under its boxes and nothing else: 1.0 is all, spaces and signs aside."""
    with pdfium.opened(path) as document, pdfium.page(document, passage.page or 0) as page:
        assert page is not None
        return [_likeness(page, passage, sentence) for sentence in passage.sentences]


def _likeness(page: pdfium.Page, passage: Cut, sentence: tuple[int, int]) -> float:
    found = _bare("".join(_under(page, box) for box in locate.boxes(passage.locator, *sentence)))
    wanted = _bare(passage.text[slice(*sentence)])
    return 1.0 if wanted == found else SequenceMatcher(None, wanted, found, autojunk=False).ratio()


def _under(page: pdfium.Page, box: Box) -> str:
    """The text whose glyphs reach into the middle of the box; the page must not be turned."""
    left, top, right, bottom = box
    x, y, third = page.frame[0], page.frame[3], (bottom - top) / 3
    inset = min(0.3, (right - left) / 4)
    place = [ctypes.c_double(v) for v in (x + left + inset, y - top - third, x + right - inset, y - bottom + third)]
    length = raw.FPDFText_GetBoundedText(page.text, *place, None, 0)
    buffer = (ctypes.c_ushort * (length + 1))()
    raw.FPDFText_GetBoundedText(page.text, *place, buffer, length)
    return bytes(buffer)[: 2 * length].decode("utf-16-le", "replace").rstrip("\0")


def _bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
