"""Measures how well the sentences of answers are compared with their sources."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.chat.checking import Verdict, measuring
from apps.core import sections

HEADING = "Claims"
TITLES = {
    "near": "Near the wording of their passages",
    "free": "Worded freely",
    "answered": "As answers word them",
    "more": "More, as answers word them",
    "loose": "As answers word them, loosely",
    "further": "Once more, as answers word them",
    "reckoned": "With many numbers that the writer reckoned",
    "aside": "Answers to what the owner of a passage might ask, kept aside: nothing was ever changed for these",
}
EXPLAINED = """\
Sentences as a model might write them, in Chinese and English, rightly and wrongly (`apps/chat/checking/claims.toml`
explains the kinds), each compared with the passage it cites; every right one once more with a passage it was not made
from. All but the first set were written by who did not know how they are compared; the last one was measured and never
looked at. Recall: the share of a kind that is told as what it is. Precision: the share of those verdicts that are of
that kind. A paraphrase is right; that its wording differs may be said of it."""


class Command(BaseCommand):
    """`manage.py evaluate_claims`: a row for each kind of claim."""

    help = "Measures how well the sentences of answers are compared with their sources, on a set that comes along."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")
        parser.add_argument("--write", type=Path, metavar="FILE", help="keep the table in its section of this page")
        parser.add_argument(
            "--wrong", action="store_true", help="list the claims that were not told rightly, without those kept aside"
        )

    def handle(self, *, as_json: bool, write: Path | None, wrong: bool, **options: Any) -> None:
        found = {name: measuring.told(name) for name in measuring.SETS}
        figures = {name: _by_language(told) for name, told in found.items()}
        table = "\n\n".join("\n".join([f"{TITLES[name]}:", "", *lines(each)]) for name, each in figures.items())
        self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) if as_json else table)
        if write:
            told = f"{timezone.localdate()}, `scripts/evaluate claims --write`."
            sections.put(write, HEADING, f"{told}\n\n{EXPLAINED}\n\n{table}")
        # Whoever has seen what those kept aside show might change something for them.
        shown = itertools.chain(*(told for name, told in found.items() if name != "aside"))
        for claim, said in shown if wrong else ():
            if said not in measuring.RIGHT[claim.kind]:
                self.stdout.write(f"{claim.kind} told as {said}: {claim.text}")


def _by_language(found: Sequence[tuple[measuring.Claim, Verdict]]) -> dict[str, Any]:
    apart = {name: [one for one in found if one[0].language == name] for name in ("zh", "en")}
    return {name: measuring.figures(told) for name, told in {"all": found, **apart}.items()}


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """A table in Markdown, and below it the share that a reader would be bothered with in vain."""
    yield "| kind       | claims | recall | precision | recall zh | recall en |"
    yield "|------------|-------:|-------:|----------:|----------:|----------:|"
    for kind, row in figures["all"]["kinds"].items():
        apart = (figures[name]["kinds"][kind]["recall"] for name in ("zh", "en"))
        cells = [_percent(row["recall"]), _percent(row["precision"]), *map(_percent, apart)]
        yield (
            f"| {kind:<10} | {row['claims']:>6} | "
            + " | ".join(cell.rjust(width) for cell, width in zip(cells, (6, 9, 9, 9), strict=True))
            + " |"
        )
    yield ""
    shares = ", ".join(f"{name} {_percent(figures[name]['right_flagged'])}" for name in figures)
    yield f"Right sentences wrongly flagged: {shares}."


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
