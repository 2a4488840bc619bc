"""Word, PowerPoint and web pages, through unstructured."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.indexing.extract import extract, html
from apps.indexing.extract.blocks import Block, BlockKind
from apps.indexing.tests import samples

PAGE = """<!DOCTYPE html><html><head><title>Not this</title><style>p { color: red }</style>
<script>var secret = "nor this"</script></head><body><h1>花園</h1><p>玫瑰 <b>需要</b> 陽光 &amp; 水。</p>
<h2>Roses</h2><ul><li>water<li>sun<ul><li>morning sun</ul></ul>
<table><tr><th>month</th><th>water</th></tr><tr><td>May</td><td>2 l</td></tr></table>
<pre>def water():\n    pass</pre><noscript>nor that</noscript><p>Call us in Boston, MA 02101.</p>
</body></html>"""


def read(path: Path) -> list[Block]:
    return list(extract(path, "", path.name))


def test_a_word_document_has_its_styles_headings_lists_and_tables(tmp_path: Path) -> None:
    assert [(b.kind, b.text, b.headings) for b in read(samples.docx(tmp_path / "a.docx"))] == [
        (BlockKind.HEADING, "Garden", ()),
        (BlockKind.TEXT, "Roses need sun. They love clay.", ("Garden",)),
        (BlockKind.TEXT, "玫瑰需要陽光", ("Garden",)),
        (BlockKind.HEADING, "蘭花", ("Garden",)),
        (BlockKind.TEXT, "蘭花喜歡陰涼。", ("Garden", "蘭花")),
        (BlockKind.LIST_ITEM, "water once a week", ("Garden", "蘭花")),
        (BlockKind.TABLE, "月 | 水\nMay | 2 l", ("Garden", "蘭花")),
    ]


def test_a_presentation_is_read_slide_by_slide_title_first_and_notes_last(tmp_path: Path) -> None:
    assert [(b.page, b.kind, b.text, b.headings) for b in read(samples.pptx(tmp_path / "a.pptx"))] == [
        (1, BlockKind.HEADING, "玫瑰", ()),
        (1, BlockKind.TEXT, "Sun", ("玫瑰",)),
        (1, BlockKind.TEXT, "Clay soil", ("玫瑰",)),
        (1, BlockKind.TEXT, "Say it slowly.", ("玫瑰",)),
        (2, BlockKind.HEADING, "Orchids", ()),
        (2, BlockKind.TEXT, "Shade", ("Orchids",)),
    ]


def test_a_web_page_is_read_without_its_scripts_and_styles(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE)
    blocks = read(path)
    assert [(b.kind, b.text) for b in blocks] == [
        (BlockKind.HEADING, "花園"),
        (BlockKind.TEXT, "玫瑰 需要 陽光 & 水。"),
        (BlockKind.HEADING, "Roses"),
        (BlockKind.LIST_ITEM, "water"),
        (BlockKind.LIST_ITEM, "sun"),
        (BlockKind.LIST_ITEM, "morning sun"),
        (BlockKind.TABLE, "month | water\nMay | 2 l"),
        (BlockKind.CODE, "def water():\n    pass"),
        (BlockKind.TEXT, "Call us in Boston, MA 02101."),
    ]
    assert blocks[-1].headings == ("花園", "Roses")


@pytest.mark.parametrize("encoding", ["big5", "gb2312", "shift_jis", "utf-16", "iso-8859-1"])
def test_a_web_page_is_read_in_the_encoding_it_declares(encoding: str) -> None:
    words = {"shift_jis": "花壇の薔薇", "iso-8859-1": "Gärten"}.get(encoding, "玫瑰花")
    page = f'<html><head><meta charset="{encoding}"></head><body><p>{words}</p></body></html>'
    assert html.source(page.encode(encoding)) == page


def test_a_web_page_that_says_it_is_xml_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "a.xhtml"
    path.write_bytes(
        '<?xml version="1.0" encoding="big5"?><!DOCTYPE html [<!ENTITY own SYSTEM "file:///etc/passwd">]>'
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>玫瑰&own;</p></body></html>'.encode("big5")
    )
    assert [block.text for block in read(path)] == ["玫瑰&own;"]
