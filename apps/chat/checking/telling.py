"""How much each of a text's terms tells, by which two texts are compared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import fsum

from apps.chat.checking import numbers, regions
from apps.indexing import lexemes
from apps.search import questions

# What even a term tells that only asks or joins: a statement of nothing else is of something all the same.
LEAST = 0.1
# What a term must tell to say something by itself: of a word like "be" it means nothing that it stands elsewhere too.
TELLING = 0.3


@lru_cache(maxsize=4096)
def weights(text: str) -> Mapping[str, float]:
    """The terms of a text, each with what it tells (0 to 1): numbers as counted, things as Taiwan calls them."""
    terms = lexemes.terms(numbers.spelled_out(lexemes.folded(regions.in_taiwan(text))))
    return {term: max(questions.told(term), LEAST) for term in terms}


def told(text: str) -> float:
    """How much a text tells: a clause like "to be covered" is about anything."""
    return fsum(weights(text).values())


def tells(term: str) -> bool:
    """Whether a term says something by itself."""
    return questions.told(term) >= TELLING


def shared(words: str, other: str) -> float:
    """The share of what `words` tells that `other` says too, 0 to 1; numbers alike however they are written."""
    mine, there = weights(words), weights(other).keys()
    total = told(words)
    return fsum(weight for term, weight in mine.items() if term in there) / total if total else 1.0
