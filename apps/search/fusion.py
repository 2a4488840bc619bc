"""Makes one ranking of both legs. Words can only speak for passages in the question's language.

A passage in another language must not lose because it shares no words with the question, which is what the usual
weighted sum or reciprocal rank fusion makes of a library in two languages. So a passage in the question's language is
measured against the second-best of that language: it gains by words only what it has over it. One in another language
may gain a little by the names and numbers it shares.
"""

from __future__ import annotations

from collections.abc import Mapping

from apps.search.meaning import Near
from apps.search.words import Covered

# What full coverage is worth beside the cosine of the meaning. Between .5 and 1 little changes.
WORDS = 0.7
# How much of the question the names and numbers that a passage in another language shares may cover. More than that
# is a passage whose language was mistaken: without the limit a few of them rank above everything.
SHARED = 0.15


def fuse(covered: Mapping[int, Covered], near: Mapping[int, Near], language: str) -> dict[int, float]:
    """The score of each passage of `covered`, which holds all that either leg found and may be shown.

    `language` is the question's; "" when it cannot be told, and then all passages are alike.
    """
    reference = _second_best([each.share for each in covered.values() if not _is_foreign(each, language)])
    # What has no vectors yet is taken to mean as much as the others found: words decide.
    usual = sum(each.meaning for each in near.values()) / len(near) if near else 0.0
    return {
        pk: (near[pk].meaning if pk in near else usual) + WORDS * _advantage(each, language, reference)
        for pk, each in covered.items()
    }


def _advantage(passage: Covered, language: str, reference: float) -> float:
    over = passage.share - reference
    return max(over, min(passage.share, SHARED)) if _is_foreign(passage, language) else over


def _is_foreign(passage: Covered, language: str) -> bool:
    return bool(language and passage.language and passage.language != language)


def _second_best(shares: list[float]) -> float:
    return sorted(shares)[-2] if len(shares) > 1 else 0.0
