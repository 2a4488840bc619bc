"""Asks the library from the terminal."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import aclosing
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.commands import add_user, person
from apps.accounts.models import User
from apps.chat import live, showing
from apps.chat.asking import AskingRefused, ask
from apps.chat.keeping import Claim
from apps.chat.models import Check, Citation, Message
from apps.core.threads import in_database

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


class Command(BaseCommand):
    """`manage.py ask "…" --user EMAIL`: the answer as it is written, then its citations and what differs from them."""

    help = "Asks the library of a user, in a new conversation: the answer as it is written, then its citations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question")
        add_user(parser, "whose library is asked")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object at the end")

    def handle(self, *, question: str, user: str, as_json: bool, **options: Any) -> None:
        asker = person(user)
        # Back to the pool: the search and the writing, each in a thread of its own, take the two there are.
        connection.close()
        with translation.override(asker.language or translation.get_language()):
            self.ask(asker, question, as_json=as_json)

    def ask(self, asker: User, question: str, *, as_json: bool) -> None:
        """Prints the answer. Raises `CommandError` when it was refused, or did not end well."""
        try:
            turn = asyncio.run(self.answered(asker, question, quiet=as_json))
        except AskingRefused as refused:
            raise CommandError(str(refused)) from None
        if as_json:
            self.stdout.write(json.dumps(as_data(turn), ensure_ascii=False, indent=2))
        else:
            self.show_end(turn)
        if turn.answer.state != Message.State.DONE:
            trouble = turn.trouble
            raise CommandError(f"{trouble.happened} {trouble.advice}" if trouble else turn.answer.state)

    async def answered(self, asker: User, question: str, *, quiet: bool) -> showing.Turn:
        """Has the answer written here, as a page would; Ctrl-C stops it and keeps what there is."""
        answer = await in_database(ask, asker, question)
        live.start(Claim(answer.pk, answer.attempt))
        shown = 0
        try:
            async with aclosing(live.follow(answer)) as steps:
                async for step in steps:
                    if step and not quiet:
                        text = plain(step.text)
                        self.stdout.write(text[shown:], ending="")
                        self.stdout.flush()
                        shown = len(text)
        except asyncio.CancelledError:
            await live.stop(answer)
        return await in_database(showing.turn, answer)

    def show_end(self, turn: showing.Turn) -> None:
        """What stands below the text: the sources, and what was searched."""
        self.stdout.write("")
        if turn.is_not_found:
            self.stdout.write(_("Your library does not answer this."))
        elif turn.is_quotations:
            self.stdout.write(_("Quoted from your library word for word, without a language model."))
        shown = turn.others if turn.is_not_found else turn.cited
        if turn.is_not_found and shown:
            self.stdout.write(_("The nearest passages are shown as what they are: near, but no answer."))
        for card in shown:
            self.stdout.write(f"\n[{card.citation.number}] {card.label}\n    {' '.join(card.citation.quote.split())}")
        self.show_checks(turn)
        searched = turn.answer.searched
        words = ngettext("Searched %(n)d passage in %(ms)d ms", "Searched %(n)d passages in %(ms)d ms", searched)
        self.stdout.write("\n" + words % {"n": searched, "ms": turn.answer.search_ms})

    def show_checks(self, turn: showing.Turn) -> None:
        """How the sentences compare with the sources, and those that differ."""
        if turn.compared:
            self.stdout.write("\n" + _("Compared with the sources: %(counts)s") % {"counts": turn.compared})
        for mark in turn.flagged:
            self.stdout.write(f"! {mark.words}\n    {mark.sentence}")


def plain(text: str) -> str:
    """Markdown for the eye: without the backslashes that keep a quotation's own signs from meaning anything."""
    return _ESCAPED.sub(r"\1", text.removesuffix("\\"))


def as_data(turn: showing.Turn) -> dict[str, Any]:
    """The answer for another program to read."""
    answer = turn.answer
    return {
        "state": answer.state,
        "outcome": answer.outcome,
        "fault": answer.fault,
        "generator": answer.generator,
        "model": answer.model,
        "tokens": answer.tokens,
        "cost": None if answer.cost is None else float(answer.cost),
        "text": answer.text,
        "citations": [_source(card.citation) for card in turn.cited],
        "checks": [_check(answer, check) for check in sorted(answer.checks.all(), key=lambda check: check.start)],
        "nearest": [_source(card.citation) for card in turn.others] if turn.is_not_found else [],
        "conversation": answer.conversation_id,
    }


def _source(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "title": citation.title,
        "page": citation.page,
        "quote": citation.quote,
    }


def _check(answer: Message, check: Check) -> dict[str, Any]:
    return {
        "verdict": check.verdict,
        "sentence": answer.text[check.start : check.end],
        "numbers": check.numbers,
        "detail": check.detail,
    }
