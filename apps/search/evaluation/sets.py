"""Reads a set of questions with known answers: a folder laid out as in BEIR.

`corpus.jsonl` holds the documents (`_id`, `title`, `text`), `queries.jsonl` the questions (`_id`, `text`), and
`qrels/test.tsv` which document answers which question, how well (N. Thakur et al., "BEIR: A Heterogeneous Benchmark
for Zero-shot Evaluation of Information Retrieval Models", 2021). A question that `test.tsv` does not name has no
answer in this library.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _

CORPUS, QUESTIONS, ANSWERS = "corpus.jsonl", "queries.jsonl", "qrels/test.tsv"
Row = TypeVar("Row", "SetDocument", "SetQuestion")


class NotASet(Exception):
    """A folder that cannot be used; its text is a sentence that names the file, and the line if there is one."""


@dataclass(frozen=True)
class SetDocument:
    """A document of the library to be searched."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class SetQuestion:
    """A question; `answers` are the documents that answer it, by id, each with how well (1 or more)."""

    id: str
    text: str
    answers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionSet:
    """A library and what is asked of it."""

    name: str
    documents: tuple[SetDocument, ...]
    questions: tuple[SetQuestion, ...]


def read(folder: Path) -> QuestionSet:
    """The set in `folder`, named as the folder is. Raises `NotASet`."""
    missing = [name for name in (CORPUS, QUESTIONS, ANSWERS) if not (folder / name).is_file()]
    if missing:
        raise NotASet(
            _("%(folder)s holds no set of questions: there is no %(missing)s in it.")
            % {"folder": folder, "missing": ", ".join(missing)}
        )
    documents = _by_id(folder / CORPUS, (_document(*line) for line in _records(folder / CORPUS)))
    questions = _by_id(folder / QUESTIONS, (_question(*line) for line in _records(folder / QUESTIONS)))
    answers = _answers(folder / ANSWERS, documents.keys(), questions.keys())
    asked = (replace(question, answers=answers.get(question.id, {})) for question in questions.values())
    return QuestionSet(folder.resolve().name, tuple(documents.values()), tuple(asked))


def sample(whole: QuestionSet, most: int) -> QuestionSet:
    """The set with at most so many of its questions, spread evenly over all: the same ones each time."""
    count = len(whole.questions)
    if most >= count:
        return whole
    return replace(whole, questions=tuple(whole.questions[at * count // most] for at in range(most)))


@dataclass(frozen=True)
class _Place:
    """A line of a file, for who has to put it right."""

    path: Path
    line: int

    def refuse(self, reason: str) -> NotASet:
        return NotASet(
            _("%(file)s, line %(line)d: %(reason)s") % {"file": self.path, "line": self.line, "reason": reason}
        )


def _lines(path: Path) -> Iterator[tuple[_Place, str]]:
    """The lines that say something, with their places."""
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as opened:
            for line, text in enumerate(opened, 1):
                if text.strip():
                    yield _Place(path, line), text
    except UnicodeDecodeError:
        # Python reads ahead: the line is one of the next few.
        raise _Place(path, line + 1).refuse(_("from here on it is not UTF-8.")) from None
    except OSError as fault:
        raise NotASet(_("%(file)s cannot be read: %(why)s.") % {"file": path, "why": fault.strerror}) from fault


def _records(path: Path) -> Iterator[tuple[_Place, dict[str, Any]]]:
    for place, text in _lines(path):
        try:
            record = json.loads(text)
        except ValueError:
            raise place.refuse(_("it is not JSON.")) from None
        if not isinstance(record, dict):
            raise place.refuse(_("it is not a JSON object."))
        yield place, record


def _document(place: _Place, record: dict[str, Any]) -> tuple[_Place, SetDocument]:
    return place, SetDocument(_id(place, record), _text(place, record, "title", ""), _text(place, record, "text"))


def _question(place: _Place, record: dict[str, Any]) -> tuple[_Place, SetQuestion]:
    return place, SetQuestion(_id(place, record), _text(place, record, "text"))


def _id(place: _Place, record: dict[str, Any]) -> str:
    found = record.get("_id")
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise place.refuse(_("it has no “_id”."))
    return str(found)


def _text(place: _Place, record: dict[str, Any], name: str, without: str | None = None) -> str:
    found = record.get(name, without)
    if not isinstance(found, str):
        raise place.refuse(_("it has no “%(name)s”, or one that is not text.") % {"name": name})
    return found


def _by_id(path: Path, rows: Iterable[tuple[_Place, Row]]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for place, row in rows:
        if row.id in found:
            raise place.refuse(_("“%(id)s” was there before.") % {"id": row.id})
        found[row.id] = row
    if not found:
        raise NotASet(_("%(file)s is empty.") % {"file": path})
    return found


def _answers(path: Path, documents: Iterable[str], questions: Iterable[str]) -> dict[str, dict[str, int]]:
    """The documents that answer each question, by the question's id."""
    documents, questions = set(documents), set(questions)
    found: dict[str, dict[str, int]] = {}
    for place, text in _lines(path):
        columns = text.rstrip("\r\n").split("\t")
        if place.line == 1 and not _is_number(columns[-1]):
            # The names of the columns.
            continue
        if len(columns) != 3 or not _is_number(columns[2]):
            raise place.refuse(_("it is not a question, a document and a number, separated by tabs."))
        question, document, score = columns
        if question not in questions or document not in documents:
            unknown = question if question not in questions else document
            raise place.refuse(_("there is no “%(id)s”.") % {"id": unknown})
        if int(score) > 0:
            found.setdefault(question, {})[document] = int(score)
    return found


def _is_number(column: str) -> bool:
    return column.strip().removeprefix("-").isdecimal()
