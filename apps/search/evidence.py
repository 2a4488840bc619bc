"""Decides whether what was found can answer at all, before any model is asked and for when there is none."""

from __future__ import annotations

from collections.abc import Sequence

from apps.indexing import language
from apps.search.fusion import WORDS
from apps.search.hits import Hit

# Provisional: see the table in the docstring once measured.
FLOOR = 0.75
FLOOR_ACROSS = 0.3
FIELD = 0.3


def is_enough(question: str, hits: Sequence[Hit]) -> bool:
    """Whether the best of `hits`, as `retrieve` gave them for `question`, looks like an answer."""
    if not hits:
        return False
    best = hits[0]
    gap = _strength(best) - (_strength(hits[5]) if len(hits) > 5 else FIELD)
    if best.language and language.detect(question) not in {"", best.language}:
        return best.meaning + gap >= FLOOR_ACROSS
    return best.words + best.meaning / 2 + gap >= FLOOR


def _strength(hit: Hit) -> float:
    return hit.meaning + WORDS * hit.words
