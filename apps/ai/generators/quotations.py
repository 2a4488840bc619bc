"""Answers with quotations alone: what the library says, and no sentence of our own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass

from apps.ai.generators import Cited, Finished, GeneratorEvent, Prompt, Rewritten, Source, TextDelta, Turn, quotable
from apps.ai.generators.wording import between, ends_with_mark, likeness, one_line, terms

MOST = 4
# Of the best score: what is weaker is not quoted beside it.
WEAKEST = 0.7
# What the words that a sentence shares with the question count beside its passage's score.
WORDS = 0.3
# Maximal marginal relevance (Carbonell and Goldstein, 1998): the weight of being near the question against being new.
RELEVANCE = 0.7
SAME = 0.8

_SYNTAX = re.compile(r"[\\`*_\[\]<>&|~]")
_LINE_START = re.compile(r"(#{1,6}|[-+=]+|\d{1,9}(?=[.)]))")
# Where a sentence has lines: of code, or items of a list that was read from a page as one line.
_LINE = re.compile(r"\s*\n\s*|\s+(?=[•◦▪▸‣●○■]\s)")


@dataclass(frozen=True)
class Quotation:
    """Sentence `sentence` of a source, shown together with sentences [first, last) around it."""

    source: Source
    sentence: int
    first: int
    last: int

    @property
    def words(self) -> str:
        """The sentence itself."""
        return self.source.sentences[self.sentence]


class QuotationsGenerator:
    """Quotes the best sentences of the sources; needs no model."""

    name = "quotations"
    model = ""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[GeneratorEvent, None]:
        """For each document its title, and below it one block quote after the other."""
        document = None
        for quotation in by_document(chosen(prompt.question, prompt.sources)):
            source = quotation.source
            if (source.document, source.title) != document:
                document = (source.document, source.title)
                if source.title.strip():
                    yield TextDelta(heading(source.title))
            yield TextDelta(markdown(quotation))
            yield Cited(source.number, quotation.sentence, quotation.sentence + 1)
            await asyncio.sleep(0)
        yield Finished("end_turn")

    async def standalone(self, question: str, history: Sequence[Turn]) -> Rewritten:
        """Nothing: that takes a model."""
        return Rewritten("")


def chosen(question: str, sources: Sequence[Source]) -> list[Quotation]:
    """The few quotations to show, best first: near the question, and each saying something else.

    Stops where the score is much below the best; leaves out what says the same as one already taken, and passages of
    which no sentence says anything, unless there is nothing else.
    """
    asked = quotable.asked(question, ["\n".join(source.sentences) for source in sources])
    left = [found for source in sources if (found := quotation(asked, source))]
    left = left or [as_it_is(source) for source in sources if any(map(str.strip, source.sentences))]
    top = max((one.source.score for one in left), default=0.0)
    left = [one for one in left if one.source.score >= top * WEAKEST]
    words = {one.source.number: terms(one.words) for one in left}
    shares = {one.source.number: _share(asked, one) for one in left}
    taken: list[Quotation] = []

    def repeats(one: Quotation) -> float:
        mine = words[one.source.number]
        return max((likeness(mine, words[other.source.number]) for other in taken), default=0.0)

    def worth(one: Quotation) -> float:
        relevance = (one.source.score / top if top > 0 else 1.0) + WORDS * shares[one.source.number]
        return RELEVANCE * relevance - (1 - RELEVANCE) * repeats(one)

    while left and len(taken) < MOST:
        best = max(left, key=worth)
        taken.append(best)
        left = [one for one in left if one is not best and repeats(one) < SAME]
    return taken


def by_document(quotations: Sequence[Quotation]) -> list[Quotation]:
    """Those of one document together, the document with the best one first.

    Of each document its best one first, for that is the answer; the others as the document has them.
    """
    firsts: dict[tuple[int, str], int] = {}
    for at, one in enumerate(quotations):
        firsts.setdefault((one.source.document, one.source.title), at)

    def order(numbered: tuple[int, Quotation]) -> tuple[int, bool, int]:
        at, one = numbered
        first = firsts[one.source.document, one.source.title]
        return first, at != first, one.source.place

    return [one for _at, one in sorted(enumerate(quotations), key=order)]


def _share(asked: quotable.Asked, one: Quotation) -> float:
    """How much of the question the sentence has, or the question that stands above it."""
    return max(asked.share(one.words), quotable.heading_share(asked, one.source.sentences))


def quotation(question: quotable.Asked, source: Source) -> Quotation | None:
    """The source's best sentence with its neighbours; `None` when none of its sentences says anything."""
    best = quotable.best(question, source.title, source.sentences, _nearest(source))
    if best is None:
        return None
    return Quotation(source, best, *quotable.around(source.title, source.sentences, best))


def as_it_is(source: Source) -> Quotation:
    """The source's nearest sentence, whatever it says."""
    nearest = _nearest(source)
    if not source.sentences[nearest].strip():
        nearest = next(at for at, sentence in enumerate(source.sentences) if sentence.strip())
    return Quotation(source, nearest, nearest, nearest + 1)


def heading(title: str) -> str:
    """The title of a document as a Markdown heading."""
    shown = literal(title)
    # Signs at its end would be taken for the heading's own.
    shown = f"{shown[:-1]}\\#" if shown.endswith("#") and shown != "\\#" else shown
    return f"# {shown}\n\n"


def markdown(quotation: Quotation) -> str:
    """The quotation as a Markdown block quote, its sentence in bold, that ends with its [n]."""
    lines = "\\\n> ".join(_lines(quotation))
    return f"> {lines} [{quotation.source.number}]\n\n"


def _lines(quotation: Quotation) -> Iterator[str]:
    """The sentences in a row; what ends without a mark has its line to itself, and so has each item of a list."""
    line, end = "", ""
    for at in range(quotation.first, quotation.last):
        sentence = quotation.source.sentences[at]
        for number, part in enumerate(filter(None, map(one_line, _LINE.split(sentence)))):
            if line and (number or not ends_with_mark(end) or not ends_with_mark(part)):
                yield line
                line = ""
            shown = literal(part.strip())
            shown = f"**{shown}**" if at == quotation.sentence else shown
            line = f"{line}{between(end, part)}{shown}" if line else shown
            end = part
    if line:
        yield line


def literal(text: str) -> str:
    """Markdown that shows `text` and nothing else: on one line, with every sign of syntax escaped."""
    escaped = _SYNTAX.sub(r"\\\g<0>", one_line(text))
    return _LINE_START.sub(_escape_start, escaped, count=1) if _LINE_START.match(escaped) else escaped


def _escape_start(match: re.Match[str]) -> str:
    start = match.group()
    return f"{start}\\" if start.isdigit() else f"\\{start}"


def _nearest(source: Source) -> int:
    return min(max(source.best, 0), max(len(source.sentences) - 1, 0))
