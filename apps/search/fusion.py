"""Makes one ranking of both legs. Words can only speak for passages in the question's language.

A passage in another language must not lose because it shares no words with the question, which is what the usual
weighted sum or reciprocal rank fusion makes of a library in two languages. So it is credited with as much of the
question as the second-best passage in the question's language says: only what stands out by its words beats it.
"""

from __future__ import annotations

from collections.abc import Mapping

from apps.search.meaning import Near
from apps.search.words import Covered

# What full coverage is worth beside the cosine of the meaning. Between .5 and 1 little changes.
WORDS = 0.7
# The most that a passage in another language is credited with: where many say more, the answer is among them.
CREDIT = 0.5
# What names and numbers that it shares with the question may add. More than that is a passage whose language was
# mistaken: without the limit a few of them rank above everything.
SHARED = 0.15


def fuse(covered: Mapping[int, Covered], near: Mapping[int, Near], language: str) -> dict[int, float]:
    """The score of each passage of `covered`, which holds all that either leg found and may be shown.

    `language` is the question's; "" when it is none of the library's, and then all passages are alike.
    """
    credit = min(_second_best([each.share for each in covered.values() if not _is_foreign(each, language)]), CREDIT)
    # What has no vectors yet is taken to mean as much as the others found: words decide.
    usual = sum(each.meaning for each in near.values()) / len(near) if near else 0.0
    return {
        pk: (near[pk].meaning if pk in near else usual) + WORDS * _said(each, language, credit)
        for pk, each in covered.items()
    }


def _said(passage: Covered, language: str, credit: float) -> float:
    if _is_foreign(passage, language):
        return max(passage.share, credit + min(passage.share, SHARED))
    return passage.share


def _is_foreign(passage: Covered, language: str) -> bool:
    return bool(language and passage.language and passage.language != language)


def _second_best(shares: list[float]) -> float:
    return sorted(shares)[-2] if len(shares) > 1 else 0.0
