"""Finds the numbers of a statement that belong to something else: 20 minutes, where the source has 8 for that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from apps.chat.checking import amounts, numbers
from apps.chat.checking.clauses import best, clauses, joined, labels, places
from apps.chat.checking.telling import shared, told
from apps.indexing import lexemes

# The share of a clause's words by which its place is known.
PLACED = 0.75
# What a clause must tell for its place in the source to be known.
LEAST = 2.5
# Where a source says it so, the year stands further up.
_THAT_YEAR = re.compile(r"[同當当該该翌隔次]年|\b(?:that|(?:the )?same|following|next) year\b", re.IGNORECASE)
_YEAR = re.compile(r"[12]\d{3}")


def misplaced(words: str, cited: Sequence[str], known: amounts.Values) -> list[str]:
    """The numbers of a statement that the sources have, being `known`, but not where they say the rest of its clause,
    and have another one instead."""
    said = [clauses(source) for source in cited]
    under = [labels(source) for source in cited]
    found = []
    for clause in clauses(words):
        if told(_without_numbers(clause)) < LEAST:
            continue
        place = best(places(clause, said, _shared_but_numbers, least=PLACED))
        if place is not None:
            here = said[place.source][max(place.first - 1, 0) : place.last + 1]
            there = amounts.values(lexemes.folded(joined([under[place.source][place.first], *here])))
            # What is nowhere was reckoned, or it would not have come so far.
            nowhere = amounts.missing(clause, known)
            wrong = [clause[at:end] for at, end in amounts.displaced(clause, there) if (at, end) not in nowhere]
            found += [each for each in wrong if not (_THAT_YEAR.search("".join(here)) and _YEAR.fullmatch(each))]
    return found


def _shared_but_numbers(words: str, other: str) -> float:
    return shared(_without_numbers(words), _without_numbers(other))


@lru_cache(maxsize=4096)
def _without_numbers(text: str) -> str:
    return numbers.left_out(lexemes.folded(text))
