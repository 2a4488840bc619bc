"""Searches the library from the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from apps.accounts.commands import add_user, person
from apps.search import queries
from apps.search.hits import Hit
from apps.search.retrieval import retrieve


class Command(BaseCommand):
    """`manage.py search "…" --user EMAIL`: the passages that the search page would show, operators and all."""

    help = "Searches the library of a user by words and meaning."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question", help='what to look for; "phrases", -without, type:, title:, after:, before:')
        add_user(parser, "whose library is searched")
        parser.add_argument("--limit", type=int, default=10, metavar="N", help="how many passages at most (10)")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")

    def handle(self, *, question: str, user: str, limit: int, as_json: bool, **options: Any) -> None:
        searcher = person(user)
        query = queries.read(question)
        for remark in query.remarks:
            self.stderr.write(remark)
        hits = retrieve(query.text, searcher, limit, query.filters)
        if as_json:
            self.stdout.write(json.dumps({"hits": [as_data(hit) for hit in hits]}, ensure_ascii=False, indent=2))
        elif hits:
            self.stdout.write("\n\n".join(_lines(hits)))
        else:
            self.stdout.write(_("Nothing found."))


def as_data(hit: Hit) -> dict[str, Any]:
    """A hit for another program to read."""
    return {
        "title": hit.title,
        "page": hit.page,
        "text": hit.text,
        "quote": hit.quote,
        "score": round(hit.score, 4),
        "why": list(hit.why),
    }


def _lines(hits: Iterable[Hit]) -> Iterable[str]:
    for number, hit in enumerate(hits, start=1):
        place = _("%(title)s, page %(page)s") % {"title": hit.title, "page": hit.page} if hit.page else hit.title
        why = f"  ({', '.join(hit.why)}, {hit.score:.2f})" if hit.why else ""
        yield f"{number:>2}  {place}{why}\n    {' '.join(hit.quote.split())}"
