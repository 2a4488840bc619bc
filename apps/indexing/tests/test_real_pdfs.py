"""PDFs as they are in the world, when a folder of them lies beside the project; what each shows is in its README."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from apps.indexing import split, tokens
from apps.indexing.extract import ExtractFault, extract, parent
from apps.indexing.extract.blocks import BlockKind
from apps.indexing.split import CAP, Cut
from apps.indexing.tests import reading_back
from apps.library.models import Reason

FOLDER = parent.ROOT.parent / "shared" / "pdfs"
FILES = sorted(FOLDER.glob("*.pdf"))
FAULTS = {
    "pikepdf_congress.pdf": Reason.NO_TEXT,
    "sample_imagemagick-images.pdf": Reason.NO_TEXT,
    "pikepdf_cyclic-toc.pdf": Reason.EMPTY,
    "pypdf_r6-user-password.pdf": Reason.ENCRYPTED,
    "sample_libreoffice-writer-password.pdf": Reason.ENCRYPTED,
}
CHINESE = ("deb_debmake-doc.zh-tw.pdf", "deb_maint-guide.zh-tw.pdf")
MANUALS = ("deb_debian-faq.en.pdf", *CHINESE)

pytestmark = pytest.mark.skipif(not FILES, reason="optional: no PDFs beside the project")


@pytest.fixture(scope="module")
def passages() -> dict[str, list[Cut]]:
    """The passages of the manuals, cut once."""
    return {
        name: list(split.cut(extract(FOLDER / name, "", name), tokens.count))
        for name in MANUALS
        if (FOLDER / name).exists()
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_is_read_or_says_why_not(path: Path) -> None:
    reason = None
    try:
        blocks = list(extract(path, "application/pdf", path.name))
    except ExtractFault as fault:
        reason = fault.reason
    else:
        assert all(block.text.strip() and len(block.boxes) == len(block.text) for block in blocks)
        assert all(
            "\0" not in block.text and "\x02" not in block.text and "\ufffe" not in block.text for block in blocks
        )
        assert [block.page for block in blocks] == sorted(block.page or 0 for block in blocks)
    assert reason == FAULTS.get(path.name)


def test_every_passage_fits_and_says_nothing_twice(passages: dict[str, list[Cut]]) -> None:
    for cuts in passages.values():
        assert all(cut.token_count <= CAP for cut in cuts)
        assert all(cut.sentences and cut.page for cut in cuts)


def test_no_false_spaces_stand_between_han(passages: dict[str, list[Cut]]) -> None:
    false = re.compile(r"[\u4e00-\u9fff] [\u4e00-\u9fff]")
    for name in CHINESE:
        text = "\n".join(cut.text for cut in passages.get(name, ()))
        # What is left are the cells of tables.
        assert len(false.findall(text)) <= 0.001 * len(text)


def test_chapters_are_headings_and_running_heads_are_gone(passages: dict[str, list[Cut]]) -> None:
    cuts = passages.get("deb_debian-faq.en.pdf", [])
    top = {cut.headings[0] for cut in cuts if cut.headings}
    assert {"Getting and installing Debian GNU/Linux", "Compatibility issues"} <= top
    assert not any(re.search(r"CHAPTER \d+\. ", cut.text) for cut in cuts)


def test_under_the_boxes_of_fifty_passages_stands_what_they_say(passages: dict[str, list[Cut]]) -> None:
    chance = random.Random(50)  # noqa: S311
    likenesses: list[float] = []
    for name, cuts in passages.items():
        for cut in chance.sample(cuts, min(50, len(cuts))):
            likenesses += reading_back.likenesses(FOLDER / name, cut)
    assert sum(likeness >= 0.98 for likeness in likenesses) >= 0.98 * len(likenesses)


def test_two_columns_are_not_interleaved() -> None:
    path = FOLDER / "sample_multicolumn.pdf"
    if not path.exists():
        pytest.skip(f"optional: no {path.name}")
    text = " ".join(block.text for block in extract(path, "", path.name) if block.kind == BlockKind.TEXT)
    # From the end of the left column to the top of the right one.
    assert "Vivamus viverra fermentum felis. Donec nonummy pellentesque ante." in text
