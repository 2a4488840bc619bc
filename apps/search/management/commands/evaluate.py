"""Measures how well passages are found, on sets of questions with known answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import progress
from apps.search.evaluation import figures, owner, running, sets, table
from apps.search.evaluation.sets import NotASet, QuestionSet

REFUSED = 2
INTERRUPTED = 130


class Command(BaseCommand):
    """`manage.py evaluate DIR…`: a line for each set, and nothing left behind."""

    help = "Measures how well passages are found, on sets of questions with known answers (laid out as in BEIR)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a set: corpus, queries and qrels")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object for each set")
        parser.add_argument("--legs", action="store_true", help="show words alone and meaning alone, too")
        parser.add_argument("--questions", type=int, metavar="N", help="ask only so many of each set, always the same")
        parser.add_argument("--write", type=Path, metavar="FILE", help="keep the table in this page, with the date")

    def handle(
        self,
        *,
        folders: list[Path],
        as_json: bool,
        legs: bool,
        questions: int | None,
        write: Path | None,
        **options: Any,
    ) -> None:
        if questions is not None and questions < 1:
            raise CommandError(_("Ask at least one question."), returncode=REFUSED)
        try:
            read = [sets.read(folder) for folder in folders]
            chosen = [sets.sample(each, questions) if questions else each for each in read]
            shown = self._evaluate(chosen, legs=legs, as_json=as_json)
        except (NotASet, running.CannotEvaluate) as fault:
            raise CommandError(str(fault), returncode=REFUSED) from None
        except owner.AnotherEvaluation:
            sentence = _("Another evaluation is under way on this database. Wait until it ends.")
            raise CommandError(sentence, returncode=REFUSED) from None
        except KeyboardInterrupt:
            raise CommandError(_("Stopped. Nothing is left behind."), returncode=INTERRUPTED) from None
        if write:
            table.write(write, shown)

    def _evaluate(self, chosen: Sequence[QuestionSet], *, legs: bool, as_json: bool) -> str:
        """Prints each set's figures as soon as they are there; the whole table."""
        drawn = table.Table(each.name for each in chosen)
        lines = [drawn.head()]
        if not as_json:
            self.stdout.write(lines[0])
        with owner.alone():
            for each in chosen:
                with progress.stages(each.name) as tell:
                    outcome = running.run(each, tell, legs)
                self._warn(outcome)
                found = figures.of(outcome)
                lines.append(drawn.rows(found))
                self.stdout.write(json.dumps(found, ensure_ascii=False) if as_json else lines[-1])
                self.stdout.flush()
        return "\n".join(lines)

    def _warn(self, outcome: running.Outcome) -> None:
        if unreadable := outcome.library.unreadable:
            named = ", ".join(unreadable[:5]) + (" …" if len(unreadable) > 5 else "")
            sentence = ngettext(
                "%(set)s: %(count)d document could not be indexed and cannot be found: %(named)s",
                "%(set)s: %(count)d documents could not be indexed and cannot be found: %(named)s",
                len(unreadable),
            )
            self.stderr.write(sentence % {"set": outcome.set.name, "count": len(unreadable), "named": named})
