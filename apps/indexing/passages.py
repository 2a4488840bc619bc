"""Makes the passages of a revision ready to be stored: their text, place, language and words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from apps.indexing import language, lexemes, tokens
from apps.indexing.extract import markdown
from apps.indexing.split import Cut, cut
from apps.library.models import Revision

Spans = Sequence[Sequence[int]]


@dataclass(frozen=True)
class NewPassage:
    """A passage that is not stored yet.

    `locator` is JSON: as Python numbers the places of every character of a book would fill the memory. `terms` is a
    literal of Postgres' tsvector.
    """

    ordinal: int
    text: str
    page: int | None
    locator: str
    sentences: Spans
    token_count: int
    language: str
    terms: str
    term_count: int


def of_article(revision: Revision) -> list[NewPassage]:
    """The passages of an article, cut by a cheap estimate of tokens: this also happens while its author waits."""
    return of_cuts(revision, cut(markdown.blocks(revision.text), tokens.estimate))


def of_cuts(revision: Revision, cuts: Iterable[Cut]) -> list[NewPassage]:
    """The passages that were cut from a revision, in order, none of them empty."""
    found = [_passage(revision, ordinal, each) for ordinal, each in enumerate(c for c in cuts if c.text.strip())]
    languages = language.of_passages([passage.text for passage in found])
    return [replace(passage, language=name) for passage, name in zip(found, languages, strict=True)]


def main_language(passages: Sequence[NewPassage]) -> str:
    """The language that most of the text is in, by tokens: a Han character says as much as four letters."""
    tokens_of: Counter[str] = Counter()
    for passage in passages:
        tokens_of[passage.language] += passage.token_count
    return max(tokens_of, key=lambda name: (tokens_of[name], name), default="")


def _passage(revision: Revision, ordinal: int, found: Cut) -> NewPassage:
    # The title is found by its words on every passage; the vectors are better without it.
    words = lexemes.of_passage(revision.title, found.text)
    return NewPassage(
        ordinal=ordinal,
        text=found.text,
        page=found.page,
        locator=json.dumps(found.locator, ensure_ascii=False, separators=(",", ":")),
        sentences=[list(span) for span in found.sentences],
        token_count=found.token_count,
        language="",
        terms=lexemes.tsvector(revision.owner_id, words),
        term_count=len(words),
    )
