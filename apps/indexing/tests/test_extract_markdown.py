"""Markdown: blocks of plain words, each with its place in the source."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from apps.indexing.extract import extract
from apps.indexing.extract.blocks import BlockKind
from apps.indexing.extract.markdown import blocks

NOTE = """Some words *before* any heading.

# Garden

The **roses** stand in the [first bed](https://example.org/bed "the bed") and need
`water` every day.

玫瑰需要
陽光。

## Work ##

- cut in March
  and feed
- [ ] water
  1. mornings
  2. evenings

> A quotation
> over two lines.

| month | water |
|-------|------:|
| May   | **2** l |
| 六月  | 3 l   |

```python
def water(bed):
    return bed.dry
```

Roses
-----

![a red rose](rose.png) <b>and</b> html<!-- hidden -->

<div>Raw <i>html</i><script>no</script></div>

# Pond
"""


def test_each_kind_of_block_is_told_apart() -> None:
    assert [(b.kind, b.text) for b in blocks(NOTE)] == [
        (BlockKind.TEXT, "Some words before any heading."),
        (BlockKind.HEADING, "Garden"),
        (BlockKind.TEXT, "The roses stand in the first bed and need water every day."),
        (BlockKind.TEXT, "玫瑰需要陽光。"),
        (BlockKind.HEADING, "Work"),
        (BlockKind.LIST_ITEM, "cut in March and feed"),
        (BlockKind.LIST_ITEM, "[ ] water"),
        (BlockKind.LIST_ITEM, "1. mornings"),
        (BlockKind.LIST_ITEM, "2. evenings"),
        (BlockKind.TEXT, "A quotation over two lines."),
        (BlockKind.TABLE, "month | water\nMay | 2 l\n六月 | 3 l"),
        (BlockKind.CODE, "def water(bed):\n    return bed.dry"),
        (BlockKind.HEADING, "Roses"),
        (BlockKind.TEXT, "a red rose and html"),
        (BlockKind.TEXT, "Raw html"),
        (BlockKind.HEADING, "Pond"),
    ]


def test_the_headings_above_are_outermost_first() -> None:
    above = {block.text: block.headings for block in blocks(NOTE)}
    assert above["Some words before any heading."] == above["Garden"] == above["Pond"] == ()
    assert above["Work"] == above["Roses"] == ("Garden",)
    assert above["2. evenings"] == ("Garden", "Work")
    assert above["Raw html"] == ("Garden", "Roses")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_span_is_the_blocks_place_in_the_text_as_it_was_given(line_end: str) -> None:
    text = NOTE.replace("\n", line_end)
    source = {block.text: text[slice(*(block.span or ()))].replace(line_end, "\n") for block in blocks(text)}
    assert source["Garden"] == "Garden"
    assert source["The roses stand in the first bed and need water every day."] == (
        'The **roses** stand in the [first bed](https://example.org/bed "the bed") and need\n`water` every day.'
    )
    assert source["cut in March and feed"] == "cut in March\n  and feed"
    assert source["1. mornings"] == "mornings"
    assert source["A quotation over two lines."] == "A quotation\n> over two lines."
    assert source["month | water\nMay | 2 l\n六月 | 3 l"].splitlines()[0] == "| month | water |"
    assert source["Roses"] == "Roses"
    assert source["Raw html"] == "<div>Raw <i>html</i><script>no</script></div>"


def test_spans_follow_each_other() -> None:
    spans = [block.span for block in blocks(NOTE) if block.span]
    assert spans == sorted(spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_no_nul_reaches_a_block() -> None:
    assert [block.text for block in blocks("a\0b")] in (["ab"], ["a\ufffdb"])


def test_a_markdown_file_is_read_like_an_article(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(NOTE.replace("\n", "\r\n").encode("utf-8-sig"))
    assert list(extract(path, "", "a.md")) == blocks(NOTE)
