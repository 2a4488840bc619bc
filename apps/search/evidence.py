"""Decides whether what was found can answer at all: before a model is asked, and for when there is none.

Measured through `retrieve` on question sets of which half have no answer in the library; docs/evaluation.md has the
shares. Nothing here depends on how large the library is, so one article may answer, and a thousand need not.
"""

from __future__ import annotations

from collections.abc import Sequence

from apps.indexing import language
from apps.search.hits import Hit

# What the strongest hit must reach in the question's language: the share of the question it says, plus its cosine.
FLOOR = 0.78
# And in another language, where the letter is silent: the share it says in other words counts as well.
FLOOR_ACROSS = 0.58
# What a passage is taken to mean that has no vectors yet, as an article has none in the second after its save.
USUAL = 0.37


def is_enough(question: str, hits: Sequence[Hit]) -> bool:
    """Whether one of `hits`, as `retrieve` gave them for `question`, is strong enough to be an answer."""
    asked_in = language.detect(question)
    return any(_is_strong(hit, asked_in) for hit in hits)


def _is_strong(hit: Hit, asked_in: str) -> bool:
    strength = hit.words + (hit.meaning or USUAL)
    if asked_in and hit.language and hit.language != asked_in:
        return strength + hit.alike >= FLOOR_ACROSS
    return strength >= FLOOR
