"""What is marked on a page is the sentence: the text under its boxes, read from the PDF itself, says the same."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings

from apps.indexing import locate, tokens
from apps.indexing.extract import extract
from apps.indexing.split import Cut, cut
from apps.indexing.tests import samples

PDFS = Path(settings.ROOT).parent / "shared" / "pdfs"
REAL = ("deb_debian-faq.en.pdf", "deb_debmake-doc.zh-tw.pdf", "deb_maint-guide.zh-tw.pdf")
PASSAGES = 20
# Of the characters, in their order; the rest is what fonts call otherwise.
SAME = 0.97
# Of the height of a line: what is left above and below reaches into its neighbours.
INNER = 0.3

ENGLISH = """The garden lies behind the old house and runs down to the river. Roses stand on the first terrace,
because they need the sun of the whole day. Below the roses there is a lawn, which is mown once in two weeks and never
watered. In dry summers it turns brown; nobody minds. The gate at the end of the path has been locked since 1987."""
CHINESE = """花園在老房子的後面，一直延伸到河邊。第一層種玫瑰，因為玫瑰整天都要曬太陽。玫瑰下面是草坪，兩週割一次，
從不澆水。夏天乾旱的時候草會變黃，沒有人在意。小路盡頭的門從一九八七年起就鎖著。"""


def cuts(path: Path) -> list[Cut]:
    return [one for one in cut(extract(path, "application/pdf", path.name), tokens.count) if one.text.strip()]


def plain(text: str) -> str:
    """Its letters and figures: full stops and underscores stand below the middle of a line, which is what is read."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def marked(path: Path, some: list[Cut]) -> Iterator[tuple[str, str]]:
    """Each sentence of the passages, and the text that stands under its boxes on the page."""
    document = pypdfium2.PdfDocument(path)
    for one in some:
        locator = json.loads(json.dumps(one.locator))
        page = document[locator["page"] - 1]
        read = page.get_textpage()
        left, _bottom, _right, top = page.get_bbox()
        for start, end in one.sentences:
            under = [
                read.get_text_bounded(left + box[0], top - box[3] + inner, left + box[2], top - box[1] - inner)
                for box in locate.boxes(locator, start, end)
                for inner in [INNER * (box[3] - box[1])]
            ]
            if quote := plain(one.text[start:end]):
                yield quote, plain("".join(under))
    document.close()


def share_right(pairs: list[tuple[str, str]]) -> float:
    right = [quote for quote, under in pairs if SequenceMatcher(None, quote, under, autojunk=False).ratio() >= SAME]
    return len(right) / len(pairs)


@pytest.mark.parametrize("name", REAL)
def test_the_sentences_of_real_pdfs_stand_under_their_marks(name: str) -> None:
    path = PDFS / name
    if not path.exists():
        pytest.skip("optional: no PDFs beside the project")
    found = cuts(path)
    pairs = list(marked(path, found[:: max(len(found) // PASSAGES, 1)][:PASSAGES]))
    assert len(pairs) >= 50
    assert share_right(pairs) >= 0.98


@pytest.mark.parametrize("crop", [(), (20, 30, 580, 820)], ids=["whole", "cropped"])
@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_those_of_pages_made_here_do_too(tmp_path: Path, text: str, crop: tuple[int, ...]) -> None:
    width = 34 if text is CHINESE else 80
    words = list(text.replace("\n", "")) if text is CHINESE else text.split()
    joint = "" if text is CHINESE else " "
    lines: list[str] = [""]
    for word in words:
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]}{joint}{word}".strip()
    path = samples.pdf(tmp_path / "page.pdf", *[samples.column(lines)] * 3, crop=crop)
    pairs = list(marked(path, cuts(path)))
    assert len(pairs) >= 15
    assert share_right(pairs) == 1
