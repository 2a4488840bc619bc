"""Sets of questions: read as they are laid out, refused with the file and the line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from apps.search.evaluation.sets import NotASet, read, sample
from apps.search.tests.question_sets import DOCUMENTS, QUESTIONS, write, write_lines


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "small")


def refusal(folder: Path) -> str:
    with pytest.raises(NotASet) as refused:
        read(folder)
    return str(refused.value)


def test_a_set_is_its_documents_its_questions_and_their_answers(folder: Path) -> None:
    found = read(folder)
    assert found.name == "small"
    assert [(each.id, (each.title, each.text)) for each in found.documents] == list(DOCUMENTS.items())
    assert [(each.id, (each.text, dict(each.answers))) for each in found.questions] == list(QUESTIONS.items())


def test_what_others_write_is_read_too(folder: Path) -> None:
    write_lines(folder / "corpus.jsonl", [{"_id": 1, "text": "no title", "url": "beside the point"}])
    (folder / "queries.jsonl").write_text('\n{"_id": 7, "text": "q"}\r\n\n{"_id": 8, "text": "r"}', "utf-8-sig")
    # Without the names of the columns; judged and found not to answer.
    (folder / "qrels" / "test.tsv").write_text("7\t1\t2\n8\t1\t0\n")
    found = read(folder)
    assert [(each.id, each.title) for each in found.documents] == [("1", "")]
    assert [(each.id, dict(each.answers)) for each in found.questions] == [("7", {"1": 2}), ("8", {})]


def test_a_sample_is_spread_over_the_set_and_always_the_same(folder: Path) -> None:
    found = read(folder)
    ids = [each.id for each in found.questions]
    assert [each.id for each in sample(found, 4).questions] == ids[::2]
    assert sample(found, 4) == sample(found, 4)
    assert sample(found, len(ids)) == sample(found, 1000) == found


def test_a_folder_that_is_none_says_what_is_missing(tmp_path: Path) -> None:
    assert "corpus.jsonl, queries.jsonl, qrels/test.tsv" in refusal(tmp_path)
    assert "nowhere" in refusal(tmp_path / "nowhere")


def test_a_folder_with_a_part_missing(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").unlink()
    assert refusal(folder).endswith("there is no qrels/test.tsv in it.")


def broken(name: str, line: str) -> Callable[[Path], None]:
    """Adds a line to one of the files."""

    def spoil(folder: Path) -> None:
        with (folder / name).open("a") as opened:
            opened.write(line)

    return spoil


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("corpus.jsonl", '{"_id": "x", "text"', "it is not JSON"),
        ("corpus.jsonl", '["x"]', "not a JSON object"),
        ("corpus.jsonl", '{"text": "x"}', "no “_id”"),
        ("corpus.jsonl", '{"_id": true, "text": "x"}', "no “_id”"),
        ("corpus.jsonl", '{"_id": "x"}', "no “text”"),
        ("corpus.jsonl", '{"_id": "x", "text": 7}', "no “text”"),
        ("corpus.jsonl", '{"_id": "x", "text": "", "title": null}', "no “title”"),
        ("corpus.jsonl", '{"_id": "tea", "text": "x"}', "“tea” was there before"),
        ("queries.jsonl", "What?", "it is not JSON"),
        ("queries.jsonl", '{"_id": "oolong", "text": "x"}', "“oolong” was there before"),
        ("qrels/test.tsv", "oolong tea 1", "separated by tabs"),
        ("qrels/test.tsv", "oolong\ttea\tyes", "separated by tabs"),
        ("qrels/test.tsv", "oolong\tcoffee\t1", "there is no “coffee”"),
        ("qrels/test.tsv", "espresso\ttea\t1", "there is no “espresso”"),
    ],
)
def test_a_broken_line_is_named_with_its_file(folder: Path, name: str, line: str, reason: str) -> None:
    last = len((folder / name).read_text().splitlines()) + 1
    broken(name, line)(folder)
    said = refusal(folder)
    assert f"{folder / name}, line {last}: " in said
    assert reason in said


def test_a_file_that_is_not_text_says_where(folder: Path) -> None:
    (folder / "queries.jsonl").write_bytes(b'{"_id": "q", "text": "\xff\xfe"}\n')
    assert refusal(folder).endswith("queries.jsonl, line 1: from here on it is not UTF-8.")


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
def test_an_empty_file_is_no_set(folder: Path, name: str) -> None:
    (folder / name).write_text("\n")
    assert refusal(folder).endswith(f"{name} is empty.")
