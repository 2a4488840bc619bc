"""Decides whether what was found can answer at all: before a model is asked, and for when there is none.

Measured through `retrieve` on question sets of which half have no answer in the library; docs/evaluation.md has the
shares. Nothing here depends on how large the library is, so one article may answer, and a thousand need not.
"""

from __future__ import annotations

from collections.abc import Sequence

from apps.indexing import language
from apps.search.hits import Hit

# What the strongest hit must reach in the question's language: the share of the question that it says to the letter,
# the share that it says in other words, and its cosine.
FLOOR = 1.4
# And in another language, where the letter is silent.
FLOOR_ACROSS = 0.58
# The share it must say to the letter while that is all there is to know: an article has no vectors in the second after
# its save.
FLOOR_OF_WORDS = 0.4


def is_enough(question: str, hits: Sequence[Hit]) -> bool:
    """Whether one of `hits`, as `retrieve` gave them for `question`, is strong enough to be an answer."""
    asked_in = language.detect(question)
    return any(_is_strong(hit, asked_in) for hit in hits)


def _is_strong(hit: Hit, asked_in: str) -> bool:
    if not hit.meaning:
        return hit.words >= FLOOR_OF_WORDS
    is_foreign = asked_in and hit.language and hit.language != asked_in
    return hit.words + hit.alike + hit.meaning >= (FLOOR_ACROSS if is_foreign else FLOOR)
