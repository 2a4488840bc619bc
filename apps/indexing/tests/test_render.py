"""The picture of a page."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from apps.indexing.extract import PICTURE_TYPE, ExtractFault, page_size, render_page
from apps.indexing.tests import samples
from apps.indexing.tests.samples import Line
from apps.library.models import Reason


def picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_page_is_drawn_as_wide_as_asked(tmp_path: Path) -> None:
    path = samples.pdf(tmp_path / "a.pdf", [], [Line("Seen", size=80)])
    drawn = picture(render_page(path, 2, 600))
    assert (Image.MIME[drawn.format or ""], drawn.size) == (PICTURE_TYPE, (600, 849))
    grays = [gray for gray, count in enumerate(drawn.convert("L").histogram()) if count]
    assert min(grays) < 12
    assert max(grays) > 243


def test_its_size_is_that_of_the_visible_page_the_right_way_up(tmp_path: Path) -> None:
    path = samples.pdf(tmp_path / "a.pdf", [Line("Seen")], rotate=90, crop=(0, 0, 400, 600))
    assert page_size(path, 1) == (600, 400)
    assert picture(render_page(path, 1, 300)).size == (300, 200)


def test_no_picture_is_larger_than_a_screen_needs(tmp_path: Path) -> None:
    path = samples.pdf(tmp_path / "a.pdf", [Line("Seen")], crop=(0, 0, 20, 800))
    width, height = picture(render_page(path, 1, 1_000_000)).size
    assert width * height <= 24_000_000


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_page_that_is_not_there_is_missing(tmp_path: Path, number: int) -> None:
    path = samples.pdf(tmp_path / "a.pdf", [Line("Seen")])
    for ask in (lambda: render_page(path, number, 300), lambda: page_size(path, number)):
        with pytest.raises(ExtractFault) as caught:
            ask()
        assert caught.value.reason == Reason.MISSING


def test_what_is_no_pdf_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"no PDF")
    with pytest.raises(ExtractFault) as caught:
        render_page(path, 1, 300)
    assert caught.value.reason == Reason.BROKEN
