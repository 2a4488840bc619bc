"""Tells which sentence of a passage to quote: one that says something, and what belongs around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log

from apps.ai.generators.wording import ends_with_mark, terms, width

# Fewer new terms than this, and a sentence says no more than the question did; a number is always news.
NEWS = 2
# Wider than this, in Latin characters, a line is no heading, though it ends without a mark.
HEADING = 70
# A quotation with its neighbours is no wider; a list that a colon announces may be so much.
ROOM, ROOM_OF_LISTS = 260, 480
# What the next sentence has before any other when a heading was nearest: it is what the heading announces.
NEXT = 0.6
# So much more of the question another sentence must have to be quoted in place of the nearest.
MORE = 0.25

_WORD = re.compile(r"[^\W\d_]{2}|[㐀-鿿]")
_ASKS = re.compile(r"[?？][\"'”’」』）)\]】》]*\s*$")
# A question that comes after a statement, as in "ask three things: which ...?"
_STATES = re.compile(r"\w{3}[^:：]*[:：]\s*\S")
_ELSEWHERE = re.compile(r"\s*[(（]?\s*(?:see\b|cf\.|(?:另|也)?[請请]?[參参][見见看考閱阅照])", re.IGNORECASE)
# Dots that lead to a page number, as a table of contents has them.
_LEADERS = re.compile(r"(?:[.．·‧]\s?){4,}|…{2,}|(?:_\s?){5,}")
_SECTION = re.compile(
    r"\s*(?:\d{1,3}(?:\.\d{1,3})+\.?\s|[A-Z](?:\.\d{1,3})+\.?\s|(?:chapter|section|appendix|part)\s+[\dA-Z]"
    r"|第\s*[\d一二三四五六七八九十百]{1,5}\s*[章節篇部])",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"\s*(?:page|p\.|第)?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*(?:(?:/|of)\s*\d{1,4}|頁)?\s*", re.IGNORECASE
)
_BULLET = re.compile(r"\s*(?:[•◦▪▸‣●○■–*-]\s|\(?\d{1,2}[.)、]\s?|[（(][一二三四五六七八九十]{1,3}[）)])")
# Between the items of a list on one line, and between the cells of a table.
_PARTS = re.compile(r"\s[•◦▪▸‣●○■|]\s")
_ANNOUNCES = re.compile(r"[:：]\s*$")


@dataclass(frozen=True)
class Asked:
    """The terms of a question, each with how much it tells: a term that every passage has tells little."""

    weights: Mapping[str, float]

    def share(self, text: str) -> float:
        """How much of the question the text has, 0 to 1."""
        # Sets come in another order each start: only an exact sum is the same in every one.
        total = fsum(self.weights.values())
        return fsum(self.weights.get(term, 0) for term in terms(text)) / total if total else 0.0


def asked(question: str, passages: Sequence[str]) -> Asked:
    """The question as it is compared with these passages."""
    found = [terms(passage) for passage in passages]
    wanted = terms(question)
    return Asked({term: log(1 + len(found) / (1 + sum(term in one for one in found))) for term in wanted})


def best(question: Asked, title: str, sentences: Sequence[str], nearest: int) -> int | None:
    """The index of the sentence to quote: the nearest to the question, unless it says nothing, or another has far more
    of the question's words.

    `None` when no sentence of the passage says anything by itself.
    """
    heads = _headings(sentences)
    fit = [
        at
        for at, sentence in enumerate(sentences)
        if at >= heads and not is_furniture(sentence, title) and _says_more(sentence, question)
    ]
    fit = [at for at in fit if not _is_aside(sentences[at])] or fit

    def worth(at: int) -> float:
        shared = question.share(sentences[at])
        if nearest in fit:
            return shared + (MORE if at == nearest else 0)
        return shared + (NEXT / (at - nearest) if at > nearest else 0)

    return max(fit, key=worth, default=None)


def heading_share(question: Asked, sentences: Sequence[str]) -> float:
    """How much of the question one of the passage's own questions has: a list of questions and answers."""
    return max((question.share(sentence) for sentence in sentences if _ASKS.search(sentence)), default=0.0)


def around(title: str, sentences: Sequence[str], chosen: int) -> tuple[int, int]:
    """[first, last) of the chosen sentence with its neighbours, as far as they are sentences and there is room.

    The next before the one before; of a list that the sentence announces, as much as there is room for.
    """
    heads = _headings(sentences)
    first, last, used = chosen, chosen + 1, width(sentences[chosen])
    is_list = bool(_ANNOUNCES.search(sentences[chosen]))

    def fits(at: int, room: int) -> bool:
        return heads <= at < len(sentences) and not is_furniture(sentences[at], title) and width(sentences[at]) <= room

    while fits(last, (ROOM_OF_LISTS if is_list else ROOM) - used):
        used += width(sentences[last])
        last += 1
        if not is_list:
            break
    if fits(first - 1, ROOM - used):
        first -= 1
    return first, last


def is_furniture(sentence: str, title: str) -> bool:
    """Whether it is no sentence but part of the page: a question put as a heading, a numbered heading, the title again,
    a line of the table of contents, a page number."""
    if not _WORD.search(sentence) or _LEADERS.search(sentence):
        return True
    if _only_asks(sentence):
        return True
    if _PAGE_NUMBER.fullmatch(sentence) or terms(sentence) == terms(title):
        return True
    return bool(_SECTION.match(sentence)) and _is_line(sentence)


def _headings(sentences: Sequence[str]) -> int:
    """How many headings the passage begins with: short lines without an end, and text after them."""
    for at, sentence in enumerate(sentences):
        if not _is_line(sentence) and not _only_asks(sentence):
            return at
        if _BULLET.match(sentence) or _PARTS.search(sentence):
            return at
    # A list or a table from its first line to its last.
    return 0


def _only_asks(sentence: str) -> bool:
    return bool(_ASKS.search(sentence)) and not _STATES.match(sentence)


def _is_line(sentence: str) -> bool:
    return not ends_with_mark(sentence) and width(sentence) <= HEADING


def _is_aside(sentence: str) -> bool:
    """Whether it only leads elsewhere, or is code: quoted when the passage has nothing else."""
    return bool(_ELSEWHERE.match(sentence)) or "\n" in sentence.strip() or sentence.lstrip().startswith("$ ")


def _says_more(sentence: str, question: Asked) -> bool:
    new = terms(sentence) - question.weights.keys()
    return len(new) >= NEWS or any(term.isdigit() for term in new)
