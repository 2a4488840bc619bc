"""What a search must know about the whole of a user's library: how large it is, and in which languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from apps.accounts.models import User
from apps.indexing import lexemes
from apps.indexing.models import Passage

# A library is kept in mind for as long as it can hardly change by much: a second for each hundred passages.
_PASSAGES_A_SECOND = 100
_MOST_SECONDS = 3600.0
_MOST_LIBRARIES = 1000
# A larger library is known by a sample: to read all of it would take half a second.
SAMPLED = 20_000
SAMPLE = 1000
# A word that so many of the sample hold is one of the common ones; of fewer, the number says too little.
_SEEN = 10
_COUNTED = """
SELECT language, count(*), avg(term_count)
FROM (SELECT language, term_count FROM indexing_passage WHERE owner_id = %(owner)s LIMIT %(most)s) AS read
GROUP BY language
"""
# Both primes: whatever the sample's step is, each document and each place in a document has its turn. An index alone
# tells which are chosen.
_CHOSEN = """
WITH chosen AS MATERIALIZED (
    SELECT document_id, ordinal
    FROM indexing_passage
    WHERE owner_id = %(owner)s AND (document_id * 7919 + ordinal * 104729) %% %(step)s = 0
)
SELECT passage.language, passage.term_count, passage.terms
FROM chosen
CROSS JOIN LATERAL (
    SELECT language, term_count, tsvector_to_array(terms) AS terms
    FROM indexing_passage AS passage
    WHERE passage.owner_id = %(owner)s
        AND passage.document_id = chosen.document_id
        AND passage.ordinal = chosen.ordinal
    OFFSET 0
) AS passage
"""
_kept: dict[int, tuple[float, Library]] = {}


@dataclass(frozen=True)
class Library:
    """The library of one user in numbers.

    `lengths` are the average counts of terms of a passage by language. `frequencies` remembers how many passages hold
    a common term (as a query), which is slow to count; it is filled by the keyword leg, of a very large library from
    a sample, and forgotten with the rest.
    """

    passages: int
    lengths: Mapping[str, float]
    frequencies: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def languages(self) -> frozenset[str]:
        """The languages of its passages."""
        return frozenset(self.lengths) - {""}


def of(user: User | AnonymousUser) -> Library:
    """The user's library, at most an hour old, and no older than a hundredth of a second for each passage."""
    now = monotonic()
    if (known := _kept.get(user.pk or 0)) and now < known[0]:
        return known[1]
    found = _count(user)
    if len(_kept) >= _MOST_LIBRARIES:
        _kept.clear()
    _kept[user.pk or 0] = (now + min(found.passages / _PASSAGES_A_SECOND, _MOST_SECONDS), found)
    return found


def forget() -> None:
    """Forgets what is kept in mind."""
    _kept.clear()


def _count(user: User | AnonymousUser) -> Library:
    if user.pk is None:
        return Library(0, {})
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, {"owner": user.pk, "most": SAMPLED + 1})
        rows = cursor.fetchall()
    if (count := sum(row[1] for row in rows)) > SAMPLED:
        return _sampled(user.pk, Passage.objects.visible_to(user).order_by().count())
    return Library(count, {language: float(length) for language, _, length in rows})


def _sampled(owner_id: int, count: int) -> Library:
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, {"owner": owner_id, "step": max(count // SAMPLE, 1)})
        rows = cursor.fetchall()
    lengths: dict[str, list[int]] = {}
    seen: Counter[str] = Counter()
    for language, length, terms in rows:
        lengths.setdefault(language, []).append(length)
        seen.update(terms or ())
    frequencies = {
        lexemes.quoted(lexeme): round(held * count / len(rows)) for lexeme, held in seen.items() if held >= _SEEN
    }
    return Library(count, {language: sum(some) / len(some) for language, some in lengths.items()}, frequencies)
