"""From a question to the passages that answer it: the one way to search, for the search page, answers and all others.

    retrieve(question, user)
      read       questions.py   what is asked, as text and as terms
      narrow     narrowing.py   which passages may be looked at; what is asked by filters alone, listing.py shows
      know       libraries.py   the size and the languages of the user's library
      words      words.py       passages that hold the rare terms              (GIN index, owner in the lexeme)
      meaning    meaning.py     passages whose sentences are near              (the owner's vectors only)
      cover      words.py       of all these: how much of the question each covers (BM25)
      alike      wording.py     ... and how much of it in other words: synonyms, translations
      fuse       fusion.py      one score of all, fair to passages in another language
      show       showing.py     the best ones' text, with the sentence to mark

Each leg stands on its own: an article just saved has words only, and without an embedder words must do. Nothing is
found that is not the user's, is in the trash, or belongs to a revision that is not the current one.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor

from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import User
from apps.ai.embedders import EmbedderFault
from apps.indexing import language
from apps.search import fusion, libraries, listing, meaning, questions, showing, wording, words
from apps.search.filters import Filters
from apps.search.hits import Hit
from apps.search.meaning import Compared, Embedded, Ground
from apps.search.narrowing import scope_of
from apps.search.questions import Question
from apps.search.wording import Matches
from apps.search.words import Covered

# How many passages each leg proposes. Twice as many are ordered no better (docs/decisions/0008).
POOL = 50
# A passage that shares no word with the question and is no nearer than this has nothing to do with it.
UNRELATED = 0.15

log = logging.getLogger(__name__)


def retrieve(question: str, user: User | AnonymousUser, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
    """Up to `limit` passages of the user's library for a question in any wording, best first.

    With `filters`, the best of those that pass them; for an empty question, then, the documents that do. Never raises
    for what was typed; nothing is found for nothing at all, or when nobody is signed in.
    """
    asked, filters = questions.read(question), filters or Filters()
    if user.pk is None or limit < 1 or not (asked.text or filters):
        return []
    scope = scope_of(user, filters)
    if scope.is_nothing or not asked.text:
        return listing.newest(user, scope, limit)
    # While this process works on what is meant, one step after the other, the database looks for words.
    with ThreadPoolExecutor(1) as beside:
        embedding = beside.submit(_embed, asked)
        library = libraries.of(user)
        ground = meaning.ground(user.pk, scope, passages=library.passages)
        comparing = beside.submit(_compare, embedding, ground)
        weighed, by_words = words.find(user.pk, asked.terms, library, POOL, scope)
    embedded, compared = embedding.result(), comparing.result()
    proposed = {*by_words, *(scope.passages or ())[:POOL]}
    near = compared.nearest(proposed, POOL) if compared else {}
    covered = words.cover(user.pk, {*proposed, *near}, weighed, library)
    asked_in = language.detect(asked.text)
    matches = _matches(embedded, compared, covered) if embedded and compared else {}
    alike = fusion.alike(covered, matches, asked_in)
    scores = fusion.fuse(covered, near, alike, asked_in)
    related = [pk for pk in scores if filters.phrases or _is_related(covered[pk], near.get(pk))]
    best = sorted(related, key=lambda pk: (-scores[pk], pk))
    found = showing.Found(asked, compared, weighed, covered, near, alike, scores, filters.phrases)
    return showing.hits(user.pk, best, limit, found)


def _embed(asked: Question) -> Embedded | None:
    try:
        return meaning.embed(asked.text, asked.words)
    except EmbedderFault as fault:
        log.warning("Searching by words alone: %s", fault)
        return None


def _compare(embedding: Future[Embedded | None], ground: Ground | None) -> Compared | None:
    embedded = embedding.result()
    return ground.compared(embedded) if embedded and ground else None


def _matches(asked: Embedded, compared: Compared, passages: Collection[int]) -> dict[int, Matches]:
    if not len(asked.words):
        return {}
    return wording.match(asked.words, compared.said(passages), len(asked.vector))


def _is_related(covered: Covered, near: float | None) -> bool:
    return covered.share > 0 or (near is not None and near > UNRELATED)
