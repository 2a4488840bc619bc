"""Passages: how long they are, where they end, and what stays together."""

from __future__ import annotations

import random
from collections.abc import Sequence

from apps.indexing import split, tokens
from apps.indexing.extract import markdown
from apps.indexing.extract.blocks import Block, BlockKind
from apps.indexing.split import CAP, Cut

ROSES = "Roses need the sun of the whole day, a wall behind them and clay beneath. "
HAN = "玫瑰需要整天的陽光，背後要有一面牆，腳下要有黏土。"


def cut(*blocks: Block) -> list[Cut]:
    return list(split.cut(blocks, tokens.count))


def heading(text: str, *above: str, page: int | None = None) -> Block:
    return Block(text, BlockKind.HEADING, page=page, headings=above)


def quoted(passage: Cut) -> list[str]:
    return [passage.text[start:end] for start, end in passage.sentences]


def check(passages: Sequence[Cut]) -> None:
    """Fails unless what must hold for every passage does."""
    assert passages
    for passage in passages:
        assert 0 < passage.token_count == tokens.count(passage.text) <= CAP
        covered = {index for start, end in passage.sentences for index in range(start, end)}
        assert all(c.isspace() or index in covered for index, c in enumerate(passage.text))
        assert all(sentence.strip() == sentence != "" for sentence in quoted(passage))


def test_a_long_text_becomes_passages_of_about_the_same_size_that_end_at_sentences() -> None:
    for sentence in (ROSES, HAN):
        passages = cut(Block(sentence * 60), *(Block(sentence * 9) for _ in range(5)))
        check(passages)
        sizes = [passage.token_count for passage in passages[2:-1]]
        assert all(130 <= size <= CAP for size in sizes)
        assert all(passage.text.rstrip().endswith(sentence.strip()[-1]) for passage in passages)


def test_a_passage_never_crosses_a_page() -> None:
    passages = cut(Block("One.", page=1), Block("Two.", page=1), Block("Three.", page=2))
    assert [(passage.page, passage.text) for passage in passages] == [(1, "One.\nTwo."), (2, "Three.")]


def test_a_top_heading_begins_a_passage_and_a_lower_one_does_not() -> None:
    passages = cut(
        Block("Before."),
        heading("Garden"),
        heading("Roses", "Garden"),
        Block("Sun.", headings=("Garden", "Roses")),
        heading("Soil", "Garden", "Roses"),
        Block("Clay.", headings=("Garden", "Roses", "Soil")),
        heading("Pond", "Garden"),
        Block("Water.", headings=("Garden", "Pond")),
    )
    assert [passage.text for passage in passages] == ["Before.", "Garden\nRoses\nSun.\nSoil\nClay.", "Pond\nWater."]
    assert [passage.headings for passage in passages] == [(), ("Garden", "Roses"), ("Garden", "Pond")]


def test_a_heading_goes_with_what_follows_it() -> None:
    above = ("A", "B")
    blocks = [Block(ROSES * 11, headings=above), heading("Soil", *above), Block(ROSES * 11, headings=(*above, "Soil"))]
    passages = cut(*blocks)
    assert not any(passage.text.endswith("Soil") for passage in passages)
    assert any("Soil\nRoses" in passage.text for passage in passages)
    check(passages)


def test_an_introduction_goes_with_its_list() -> None:
    passages = cut(Block(ROSES * 10), Block("They need:"), *(Block(ROSES, BlockKind.LIST_ITEM) for _ in range(8)))
    assert not any(passage.text.endswith("They need:") for passage in passages)


def test_a_table_or_code_that_fits_is_one_piece() -> None:
    table = Block("\n".join(f"month {n} | {n} liters of water for every rose" for n in range(16)), BlockKind.TABLE)
    code = Block("\n".join(f"water(bed={n}, liters={n * 2})" for n in range(16)), BlockKind.CODE)
    passages = cut(Block(ROSES * 8), table, Block(ROSES * 8), code, Block(ROSES * 8))
    for block in (table, code):
        assert any(block.text in passage.text for passage in passages)
    check(passages)


def test_a_table_too_long_is_cut_between_its_rows() -> None:
    rows = [f"month {n} | {n} liters of water for every rose in the bed" for n in range(80)]
    passages = cut(Block("\n".join(rows), BlockKind.TABLE))
    assert [line for passage in passages for line in passage.text.split("\n")] == rows
    assert [sentence for passage in passages for sentence in quoted(passage)] == rows


def test_lines_of_code_are_quoted_in_runs() -> None:
    (passage,) = cut(Block("\n".join(f"water(bed={n}, liters={n * 2})" for n in range(12)), BlockKind.CODE))
    assert 1 < len(passage.sentences) < 8
    check([passage])


def test_no_tiny_tail_is_left_at_the_end_of_a_page() -> None:
    for count in range(1, 40):
        passages = cut(Block(ROSES * count, page=1))
        check(passages)
        assert len(passages) == 1 or passages[-1].token_count >= split.TINY


def test_what_has_no_sentences_and_no_spaces_is_cut_under_the_cap() -> None:
    blocks = [Block("x" * 5_000), Block("b''├─" * 900), Block("\U0001f339" * 900), Block("๏๚๛" * 500)]
    passages = cut(*blocks)
    check(passages)
    assert len(passages) > len(blocks)
    assert "".join("".join(p.text for p in passages).split()) == "".join(block.text for block in blocks)


def test_sentences_keep_their_line_breaks_apart() -> None:
    (passage,) = cut(Block("Sun.\nWater."), Block("Clay. Wind."))
    assert passage.text == "Sun.\nWater.\nClay. Wind."
    assert quoted(passage) == ["Sun.", "Water.", "Clay.", "Wind."]


def test_nothing_of_an_article_is_lost() -> None:
    chance = random.Random(11)  # noqa: S311
    pieces = [
        "# A\n",
        "## B\n",
        "### C\n",
        ROSES * 3,
        HAN * 5,
        "- " + ROSES,
        "| a | b |\n|---|---|\n| c | d |\n",
        "`x`",
    ]
    for _ in range(30):
        text = "\n\n".join(chance.choices(pieces, k=chance.randrange(1, 40)))
        blocks = markdown.blocks(text)
        passages = list(split.cut(blocks, tokens.count))
        check(passages)
        assert "".join("".join(p.text for p in passages).split()) == "".join("".join(b.text for b in blocks).split())


def test_the_cheap_estimate_cuts_as_well() -> None:
    passages = list(split.cut([Block(ROSES * 50), Block(HAN * 40)], tokens.estimate))
    assert all(passage.token_count <= CAP for passage in passages)


def test_nothing_becomes_no_passage() -> None:
    assert cut() == []
