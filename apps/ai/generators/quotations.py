"""Answers with quotations alone: what the library says, and no sentence of our own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from apps.ai.generators import Cited, Finished, GeneratorEvent, Prompt, Source, TextDelta
from apps.ai.generators.wording import joined, likeness, one_line, terms, width

MOST = 4
# Of the best score: what is weaker is not quoted beside it.
WEAKEST = 0.5
# Maximal marginal relevance (Carbonell and Goldstein, 1998): the weight of being near the question against being new.
RELEVANCE = 0.7
SAME = 0.8
# Narrower than this a sentence hardly speaks for itself, and its neighbour is shown too.
SHORT = 80

_SYNTAX = re.compile(r"[\\`*_\[\]<>&|~]")
_LINE_START = re.compile(r"(#{1,6}|[-+=]+|\d{1,9}(?=[.)]))")


@dataclass(frozen=True)
class Quotation:
    """Sentence `sentence` of a source, shown together with sentences [first, last) around it."""

    source: Source
    sentence: int
    first: int
    last: int


class QuotationsGenerator:
    """Quotes the best sentences of the sources; needs no model."""

    name = "quotations"
    model = ""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[GeneratorEvent, None]:
        """One block quote after the other."""
        for quotation in by_document(chosen(prompt.sources)):
            yield TextDelta(markdown(quotation))
            yield Cited(quotation.source.number, quotation.sentence, quotation.sentence + 1)
            await asyncio.sleep(0)
        yield Finished("end_turn")


def chosen(sources: Sequence[Source]) -> list[Source]:
    """The few sources to quote, best first: near the question, and each saying something else.

    Stops below half the best score; leaves out what says the same as one already taken.
    """
    left = [source for source in sources if source.sentences and source.sentences[_best(source)].strip()]
    top = max((source.score for source in left), default=0.0)
    left = [source for source in left if source.score >= top * WEAKEST]
    words = {source.number: terms(source.sentences[_best(source)]) for source in left}
    taken: list[Source] = []

    def repeats(source: Source) -> float:
        return max((likeness(words[source.number], words[other.number]) for other in taken), default=0.0)

    def worth(source: Source) -> float:
        relevance = source.score / top if top > 0 else 1.0
        return RELEVANCE * relevance - (1 - RELEVANCE) * repeats(source)

    while left and len(taken) < MOST:
        best = max(left, key=worth)
        taken.append(best)
        left = [source for source in left if source is not best and repeats(source) < SAME]
    return taken


def by_document(sources: Sequence[Source]) -> list[Quotation]:
    """The quotations of the sources, those of one document together, the document with the best one first."""
    titles = list(dict.fromkeys(source.title for source in sources))
    return [quotation(source) for source in sorted(sources, key=lambda source: titles.index(source.title))]


def quotation(source: Source) -> Quotation:
    """The source's best sentence; a short one with its next neighbour, the last one with the one before."""
    best = _best(source)
    first, last = best, best + 1
    if width(source.sentences[best]) < SHORT:
        if last < len(source.sentences):
            last += 1
        elif first > 0:
            first -= 1
    return Quotation(source, best, first, last)


def markdown(quotation: Quotation) -> str:
    """The quotation as a Markdown block quote that ends with its [n]."""
    shown = joined(quotation.source.sentences[quotation.first : quotation.last])
    lines = "\\\n> ".join(literal(line) for line in shown.split("\n"))
    return f"> {lines} [{quotation.source.number}]\n\n"


def literal(text: str) -> str:
    """Markdown that shows `text` and nothing else: on one line, with every sign of syntax escaped."""
    escaped = _SYNTAX.sub(r"\\\g<0>", one_line(text))
    return _LINE_START.sub(_escape_start, escaped, count=1) if _LINE_START.match(escaped) else escaped


def _escape_start(match: re.Match[str]) -> str:
    start = match.group()
    return f"{start}\\" if start.isdigit() else f"\\{start}"


def _best(source: Source) -> int:
    return min(max(source.best, 0), len(source.sentences) - 1)
