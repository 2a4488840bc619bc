"""Measures how fast DocuMind is: `scripts/bench` runs it in a database that is thrown away."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import progress
from apps.search import benchmarks
from apps.search.benchmarks import machine

PARTS = {
    "retrieve": "apps.search.benchmarks.retrieve",
    "index": "apps.search.benchmarks.index",
    "answers": "apps.chat.benchmarks.answers",
}
REFUSED = 2
INTERRUPTED = 130


class Command(BaseCommand):
    """`manage.py bench PART`: a line of figures for each thing measured."""

    help = "Measures how fast DocuMind is, in an empty database that it fills."

    def add_arguments(self, parser: CommandParser) -> None:
        # Without required, Django's own tests of a command could not list its options.
        parts = parser.add_subparsers(dest="part", required=True, metavar="PART", parser_class=CommandParser)
        for name in PARTS:
            part = _part(name)
            of_part = parts.add_parser(name, help=part.HELP, description=part.HELP)
            of_part.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object a line")
            part.add_arguments(of_part)

    def handle(self, *, part: str, as_json: bool, **options: Any) -> None:
        measured = _part(part)
        first = True
        try:
            with progress.stages() as tell:
                for figures in measured.run(options, tell):
                    if as_json:
                        self.stdout.write(json.dumps(figures, ensure_ascii=False))
                    else:
                        self.stdout.write("\n".join(_lines(figures, measured.row(figures), first)))
                    first = False
                    self.stdout.flush()
        except benchmarks.NotPossible as fault:
            raise CommandError(str(fault), returncode=REFUSED) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped.", returncode=INTERRUPTED) from None


def _part(name: str) -> benchmarks.Part:
    return cast("benchmarks.Part", import_module(PARTS[name]))


def _lines(figures: benchmarks.Figures, row: Mapping[str, str], first: bool) -> Iterator[str]:
    """A row of the table, with its head and where it was measured above the first."""
    cells = [cell.rjust(max(len(title), 8)) for title, cell in row.items()]
    if first:
        titles = [title.rjust(max(len(title), 8)) for title in row]
        yield f"{machine.sentence(figures)}\n"
        yield f"| {' | '.join(titles)} |"
        yield f"|{'|'.join('-' * (len(title) + 1) + ':' for title in titles)}|"
    yield f"| {' | '.join(cells)} |"
