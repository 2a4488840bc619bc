"""Makes one ranking of all that is known: what passages mean, the words they share, and the words they say otherwise.

A passage in another language must not lose because it shares no words with the question, which is what the usual
weighted sum or reciprocal rank fusion makes of a library in two languages. So a passage is compared with those of its
own side, in the question's language or not: what counts is by how much its words stand out of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from apps.search import wording
from apps.search.wording import Matches
from apps.search.words import Covered

# What full coverage is worth beside the cosine of the meaning. Between .5 and 1 little changes.
WORDS = 0.7
# The most that a side is raised to the level of the other: where many say what is asked, the answer is among them.
CREDIT = 0.5


def alike(covered: Mapping[int, Covered], matches: Mapping[int, Matches], asked_in: str) -> dict[int, float]:
    """The share of the question that each passage says in words of its own, weighed within each side."""
    found: dict[int, float] = {}
    for side in _sides(covered, asked_in):
        found |= wording.shares({pk: matches[pk] for pk in side if pk in matches})
    # What is not known yet says what it says to the letter.
    return {pk: found.get(pk, each.share) for pk, each in covered.items()}


def fuse(
    covered: Mapping[int, Covered], near: Mapping[int, float], said_alike: Mapping[int, float], asked_in: str
) -> dict[int, float]:
    """The score of each passage of `covered`, which holds all that was found and may be shown.

    `near` are the cosines of those that have one. `asked_in` is the question's language; "" when it has none, and then
    all passages are of one side.
    """
    # What has no vectors yet is taken to mean as much as the others found: words decide.
    usual = sum(near.values()) / len(near) if near else 0.0
    said = {pk: each.share + said_alike[pk] for pk, each in covered.items()}
    sides = _sides(covered, asked_in)
    levels = [_second_best([said[pk] for pk in side]) for side in sides]
    return {
        pk: near.get(pk, usual) + WORDS * (said[pk] + min(max(levels) - level, CREDIT))
        for side, level in zip(sides, levels, strict=True)
        for pk in side
    }


def _sides(covered: Mapping[int, Covered], asked_in: str) -> list[Collection[int]]:
    """The passages in the question's language, and the others: those of the two that there are."""
    foreign = {pk for pk, each in covered.items() if asked_in and each.language and each.language != asked_in}
    return [side for side in (covered.keys() - foreign, foreign) if side]


def _second_best(shares: list[float]) -> float:
    """Of what is said on one side; one that stands alone is compared with itself."""
    return sorted(shares)[-2:][0]
