"""Plain text in any encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.indexing.extract import extract, plain
from apps.indexing.extract.encodings import decoded

TRADITIONAL = "我們的花園在舊房子後面，一直延伸到河邊。玫瑰需要整天的陽光，所以種在第一層。"
SIMPLIFIED = "我们的花园在旧房子后面，一直延伸到河边。玫瑰需要整天的阳光，所以种在第一层。"
JAPANESE = "わたしたちの庭は古い家のうしろにあり、川までつづいています。"
GERMAN = "Die Gärten sind groß und schön, für müde Füße gibt es Bänke."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "utf-8-sig"),
        (TRADITIONAL, "utf-16"),
        (TRADITIONAL, "utf-32"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "gbk"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (GERMAN, "cp1252"),
        (GERMAN, "latin-1"),
        ("plain words", "ascii"),
        ("naïve café", "latin-1"),
    ],
)
def test_the_encoding_is_found(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == text


def test_bytes_that_are_no_text_in_any_encoding_still_come_out() -> None:
    assert decoded(b"caf\xe9 \x81 \x00 end") == "caf\xe9 \x81  end"


def test_paragraphs_stand_between_blank_lines_and_know_their_place(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("  Roses need sun.\r\n\r\n\t\r\n玫瑰\r\n陽光\r\n".encode())
    text = decoded(path.read_bytes())
    blocks = list(extract(path, "", "a.txt"))
    assert [block.text for block in blocks] == ["Roses need sun.", "玫瑰\n陽光"]
    assert [text[slice(*(block.span or ()))] for block in blocks] == ["Roses need sun.", "玫瑰\n陽光"]


def test_lines_broken_to_fit_a_width_are_joined_and_others_are_not() -> None:
    wrapped = "The garden lies behind the old house and\nruns down to the river in three terraces\nof stone."
    poem = "Roses are red,\nviolets are blue,\nthis is no prose."
    notes = "- The garden lies behind the old house and\n- runs down to the river in three terraces\n- of stone."
    assert [block.text for block in plain.blocks(f"{wrapped}\n\n{poem}\n\n{notes}")] == [
        wrapped.replace("\n", " "),
        poem,
        notes,
    ]


def test_wrapped_chinese_is_joined_without_a_space() -> None:
    text = "我們的花園在舊房子後面，一直延伸到河邊，玫瑰需要整天的\n陽光。"
    assert [block.text for block in plain.blocks(text)] == [text.replace("\n", "")]
