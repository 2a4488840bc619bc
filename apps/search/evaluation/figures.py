"""Makes figures of what came of a set's questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from apps.indexing import language
from apps.search.evaluation import measures
from apps.search.evaluation.running import Asked, Outcome
from apps.search.evaluation.sets import QuestionSet

Figures = dict[str, Any]
# A library is in the languages that answer at least this share of the questions.
SPOKEN = 0.1


def of(outcome: Outcome) -> Figures:
    """The figures of a set, ready for JSON. Shares are of 1; `None` where there is nothing to take a share of.

    `by_language` is there when the answers are in several languages, `legs` when they were asked for.
    """
    asked = outcome.asked
    answerable = [each for each in asked if each.question.answers]
    figures = {
        "set": outcome.set.name,
        "documents": len(outcome.set.documents),
        "questions": len(asked),
        **_found(answerable),
        **_latency([each.seconds for each in asked]),
        "passages_per_s": round(outcome.library.passages / outcome.library.seconds, 1),
        **_refusal(asked),
    }
    if apart := _by_language(answerable, outcome.set):
        figures["by_language"] = apart
    if legs := [name for each in asked[:1] for name in each.legs]:
        figures["legs"] = {name: _found(answerable, leg=name) for name in legs}
    return figures


def _found(answerable: Iterable[Asked], leg: str = "") -> Figures:
    """How well the answers were found, of the questions that have one; by one leg alone, if it is named."""
    ranked = [(each.legs[leg] if leg else each.ranking, each.question.answers) for each in answerable]
    return {
        "ndcg_10": _share(measures.ndcg(*each, depth=10) for each in ranked),
        "mrr_10": _share(measures.reciprocal_rank(*each, depth=10) for each in ranked),
        "recall_5": _share(measures.recall(*each, depth=5) for each in ranked),
        "recall_20": _share(measures.recall(*each, depth=20) for each in ranked),
    }


def _latency(seconds: Collection[float]) -> Figures:
    return {f"p{percent}_ms": round(1000 * measures.percentile(seconds, percent), 2) for percent in (50, 95, 99)}


def _refusal(asked: Iterable[Asked]) -> Figures:
    """How well it is known what the library does not say.

    `refused_right` is the share refused of the questions without an answer (the recall of "not in your library"),
    `refused_wrong` that of those with one, `refused_precision` the share of the refused that have none.
    """
    counts = Counter((bool(each.question.answers), each.refused) for each in asked)
    right, wrong = counts[False, True], counts[True, True]
    unanswerable = right + counts[False, False]
    return {
        "refused_right": _ratio(right, unanswerable),
        "refused_wrong": _ratio(wrong, wrong + counts[True, False]),
        "refused_precision": _ratio(right, right + wrong) if unanswerable else None,
    }


def _by_language(answerable: Iterable[Asked], questions: QuestionSet) -> Figures:
    """The same by the language of the best answer; nothing for a library in one language."""
    texts = {document.id: document.text for document in questions.documents}
    apart: dict[str, list[Asked]] = {}
    for each in answerable:
        apart.setdefault(_language(each.question.answers, texts), []).append(each)
    enough = SPOKEN * sum(map(len, apart.values()))
    spoken = {name: group for name, group in sorted(apart.items()) if name and len(group) >= enough}
    if len(spoken) < 2:
        return {}
    return {
        name: {
            "questions": len(group),
            **_found(group),
            "refused_wrong": _ratio(sum(each.refused for each in group), len(group)),
        }
        for name, group in spoken.items()
    }


def _language(answers: Mapping[str, int], texts: Mapping[str, str]) -> str:
    return language.detect(texts[max(answers, key=lambda answer: answers[answer])])


def _share(values: Iterable[float]) -> float | None:
    found = measures.mean(list(values))
    return None if found is None else round(found, 4)


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
