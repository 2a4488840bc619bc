"""Shows figures to people: a table that is Markdown, and its place in a page of the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.utils import timezone

from apps.ai.embedders import embedder
from apps.core import sections
from apps.search.benchmarks import machine
from apps.search.evaluation.figures import Figures

HEADING = "Retrieval"
COMMAND = "scripts/evaluate --write"
EXPLAINED = """\
By document, which stands where its best passage does. Refused: the share of the questions without an answer in the
library that are told so, of those with one, and of all refused the share that has none. p50 to p99: milliseconds of
`retrieve()`, with the embedding of the question. With `--legs`: what was found, in the order of that leg alone.
"""


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".removeprefix("0")


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


# The columns: what stands above, which figure it is, and how it is written.
COLUMNS: tuple[tuple[str, str, Callable[[float | None], str]], ...] = (
    ("documents", "documents", _whole),
    ("questions", "questions", _whole),
    ("nDCG@10", "ndcg_10", _share),
    ("MRR@10", "mrr_10", _share),
    ("Recall@5", "recall_5", _share),
    ("Recall@20", "recall_20", _share),
    ("refused right", "refused_right", _share),
    ("wrong", "refused_wrong", _share),
    ("precision", "refused_precision", _share),
    ("p50", "p50_ms", _whole),
    ("p95", "p95_ms", _whole),
    ("p99", "p99_ms", _whole),
    ("passages/s", "passages_per_s", _whole),
)


class Table:
    """A table of one row for each set, and one for each part of it; the columns stand below each other."""

    def __init__(self, names: Iterable[str]) -> None:
        self._width = max([len("set"), len(MEANING), *map(len, names)])

    def head(self) -> str:
        """The two lines above all rows."""
        titles = [title for title, _key, _write in COLUMNS]
        ruler = "|".join("-" * (len(title) + 1) + ":" for title in titles)
        return f"{self._line('set', titles)}\n|{'-' * (self._width + 2)}|{ruler}|"

    def rows(self, figures: Figures) -> str:
        """A set's lines."""
        return "\n".join(self._row(name, part) for name, part in _parts(figures))

    def _row(self, name: str, figures: Figures) -> str:
        return self._line(name, [write(figures.get(key)) for _title, key, write in COLUMNS])

    def _line(self, name: str, cells: Iterable[str]) -> str:
        filled = (cell.rjust(len(title)) for cell, (title, _key, _write) in zip(cells, COLUMNS, strict=True))
        return f"| {name.ljust(self._width)} | {' | '.join(filled)} |"


MEANING = "– meaning alone"


def _parts(figures: Figures) -> Iterator[tuple[str, Figures]]:
    yield figures["set"], figures
    for language, part in figures.get("by_language", {}).items():
        yield f"– answer in {language}", part
    for leg, part in figures.get("legs", {}).items():
        yield f"– {leg} alone", part


def write(page: Path, lines: str) -> None:
    """Puts a table into its section of `page`, in place of the last one, with when and where it was measured."""
    sections.put(page, HEADING, f"{_measured()}\n\n{EXPLAINED}\n{lines}")


def _measured() -> str:
    model, here = embedder(), machine.described()
    return (
        f"{timezone.localdate()}, `{COMMAND}`, with {here['cores']} cores ({here['cpu']}), load {here['load']}: "
        f"Python {here['python']}, Postgres {here['postgres']}, embedder {model.model_id} (weights "
        f"{model.weight_hash[:12]})."
    )
