"""Where a passage and its sentences stand."""

from __future__ import annotations

import json
from pathlib import Path

from apps.indexing import locate, split, tokens
from apps.indexing.extract import extract, markdown, plain
from apps.indexing.extract.blocks import Block, BlockKind
from apps.indexing.split import Cut
from apps.indexing.tests import reading_back, samples
from apps.indexing.tests.samples import Line, column

LINES = [
    "The garden lies behind the old house and runs down to the river in",
    "three terraces. Roses stand on the first of them, because they need",
    "the sun of the whole day and the wall behind them keeps the wind off.",
]
HAN = [
    "花園在舊房子後面，一直延伸到河邊，分成三層台地，第一層種著玫瑰",
    "。因為玫瑰需要整天的陽光，背後的牆也替它們擋住了寒冷的北風。",
]


def passages(path: Path) -> list[Cut]:
    return list(split.cut(extract(path, "", path.name), tokens.count))


def test_a_sentence_of_a_pdf_has_one_box_for_each_of_its_lines(tmp_path: Path) -> None:
    (passage,) = passages(samples.pdf(tmp_path / "a.pdf", column(LINES)))
    first, second = (locate.boxes(passage.locator, *sentence) for sentence in passage.sentences)
    assert (len(first), len(second)) == (2, 2)
    assert first[0][0] < 75
    assert first[1][2] < second[0][0]
    assert all(box[0] < box[2] and box[1] < box[3] for box in [*first, *second])


def test_under_the_boxes_stands_what_the_sentence_says(tmp_path: Path) -> None:
    pages = [[Line(f"Leaf {n}", y=70, size=20), *column(LINES), *column(HAN, y=200)] for n in range(1, 6)]
    path = samples.pdf(tmp_path / "a.pdf", *pages)
    for passage in passages(path):
        assert min(reading_back.likenesses(path, passage)) >= 0.98, passage.text


def test_a_locator_is_plain_json_with_one_edge_for_each_character(tmp_path: Path) -> None:
    (passage,) = passages(samples.pdf(tmp_path / "a.pdf", column(LINES)))
    locator = json.loads(json.dumps(passage.locator))
    assert locator == passage.locator
    assert (locator["page"], locator["size"]) == (1, [595.0, 842.0])
    for line in locator["lines"]:
        start, end = line["span"]
        assert len(line["lefts"]) == len(line["rights"]) == end - start
        assert all(value == round(value, 1) for value in [line["top"], *line["lefts"]])
    assert [passage.text[slice(*line["span"])] for line in locator["lines"]] == LINES


def test_no_box_is_found_where_there_are_none() -> None:
    assert locate.boxes({"headings": []}, 0, 10) == []
    assert locate.boxes({"page": 1, "size": [1, 1], "lines": []}, 0, 10) == []


def test_a_passage_of_an_article_knows_its_place_in_the_source() -> None:
    text = "# Garden\n\nThe **roses** need sun.\n\n- water\n- clay\n\n# Pond\n\nWater."
    garden, pond = split.cut(markdown.blocks(text), tokens.count)
    assert text[slice(*garden.locator["span"])] == "Garden\n\nThe **roses** need sun.\n\n- water\n- clay"
    assert text[slice(*pond.locator["span"])] == "Pond\n\nWater."
    assert garden.locator["headings"] == ["Garden"]


def test_parts_of_a_long_paragraph_know_their_own_places() -> None:
    text = " ".join(f"Sentence number {n} tells of roses, of their colors and of the bees." for n in range(60))
    cuts = list(split.cut(plain.blocks(text), tokens.count))
    assert len(cuts) > 2
    assert [text[slice(*cut.locator["span"])] for cut in cuts] == [cut.text for cut in cuts]


def test_what_has_no_places_has_its_headings() -> None:
    (cut,) = split.cut([Block("Roses", BlockKind.HEADING), Block("Sun.", headings=("Roses",))], tokens.count)
    assert cut.locator == {"headings": ["Roses"]}
