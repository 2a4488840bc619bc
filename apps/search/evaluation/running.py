"""Asks the questions of a set: its documents are kept, indexed and searched as anybody's are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.progress import Tell
from apps.indexing import working
from apps.library.models import Document
from apps.library.writing import ArticleRefused, save_article
from apps.search import warming
from apps.search.evaluation import owner
from apps.search.evaluation.sets import QuestionSet, SetDocument, SetQuestion
from apps.search.evidence import is_enough
from apps.search.hits import Hit
from apps.search.retrieval import retrieve

# Recall is told of so many documents.
DEPTH = 20
# So many passages mostly hold them; the other is more than both legs propose.
PASSAGES = 40
ALL_PASSAGES = 1000
# How a leg alone would have ordered what was found; what says nothing to it, it would not have found.
LEGS: Mapping[str, Callable[[Hit], float]] = {"words": lambda hit: hit.words, "meaning": lambda hit: hit.meaning}


class CannotEvaluate(Exception):
    """Something stands in the way; its text is a sentence for who asked."""


@dataclass(frozen=True)
class Library:
    """A set's documents, searchable: their ids in the set by their ids here.

    `passages` is how many they became, in `seconds`; `unreadable` are those (ids in the set) that could not be
    indexed, and so cannot be found.
    """

    ids: Mapping[int, str]
    passages: int
    seconds: float
    unreadable: Sequence[str]


@dataclass(frozen=True)
class Asked:
    """What came of one question.

    `ranking` is of the set's document ids, best first, none twice: a document stands where its best passage does.
    `legs` are such rankings by each leg alone. `refused`: the library was said not to answer it.
    """

    question: SetQuestion
    ranking: Sequence[str]
    refused: bool
    seconds: float
    legs: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """A set whose questions were all asked."""

    set: QuestionSet
    library: Library
    asked: Sequence[Asked]


def run(questions: QuestionSet, tell: Tell, legs: bool = False) -> Outcome:
    """Asks all questions of a set, and leaves nothing behind; inside `owner.alone`. Raises `CannotEvaluate`."""
    # A site that runs has this behind it.
    warming.warm_up()
    with owner.stand_in() as searcher:
        library = keep(searcher, questions.documents, tell)
        asked: list[Asked] = []
        for question in questions.questions:
            tell(_("Asking"), len(asked), len(questions.questions))
            asked.append(ask(searcher, question, library, legs))
        tell(_("Asking"), len(asked), len(questions.questions))
    return Outcome(questions, library, asked)


def keep(user: User, documents: Sequence[SetDocument], tell: Tell) -> Library:
    """The documents saved as articles and indexed, here and by any worker. Raises `CannotEvaluate`."""
    began = perf_counter()
    ids: dict[int, str] = {}
    for document in documents:
        tell(_("Saving"), len(ids), len(documents))
        ids[_save(user, document)] = document.id
    working.work_off(list(ids), lambda left: tell(_("Indexing"), len(ids) - left, len(ids)))
    seconds = perf_counter() - began
    kept = Document.objects.visible_to(user)
    if kept.exclude(state__in=working.ENDED).exists():
        raise CannotEvaluate(_("The documents could not be indexed: what that needs is away. The log says more."))
    unreadable = kept.filter(state=Document.State.FAILED).order_by("pk").values_list("pk", flat=True)
    passages = kept.aggregate(sum=Sum("passage_count"))["sum"] or 0
    return Library(ids, passages, seconds, [ids[pk] for pk in unreadable])


def _save(user: User, document: SetDocument) -> int:
    try:
        return save_article(user, document.title, document.text).pk
    except ArticleRefused as refusal:
        raise CannotEvaluate(f"{document.id}: {refusal}") from refusal


def ask(user: User, question: SetQuestion, library: Library, legs: bool = False) -> Asked:
    """Searches as an answer does, which is what is timed, and then further down for the ranking."""
    began = perf_counter()
    hits = retrieve(question.text, user)
    seconds = perf_counter() - began
    refused = not is_enough(question.text, hits)
    wider = _wider(user, question, everything=legs)
    apart = {name: _documents(_by(score, wider), library) for name, score in LEGS.items()} if legs else {}
    return Asked(question, _documents(wider, library), refused, seconds, apart)


def _wider(user: User, question: SetQuestion, everything: bool) -> list[Hit]:
    """Enough hits for a ranking of documents, as far as there are."""
    hits = retrieve(question.text, user, ALL_PASSAGES if everything else PASSAGES)
    if len(hits) == PASSAGES and len({hit.document_id for hit in hits}) < DEPTH:
        return retrieve(question.text, user, ALL_PASSAGES)
    return hits


def _by(score: Callable[[Hit], float], hits: Iterable[Hit]) -> list[Hit]:
    return sorted((hit for hit in hits if score(hit) > 0), key=score, reverse=True)


def _documents(hits: Iterable[Hit], library: Library) -> list[str]:
    """The first documents of a ranking of passages."""
    return list(dict.fromkeys(library.ids[hit.document_id] for hit in hits))[:DEPTH]
