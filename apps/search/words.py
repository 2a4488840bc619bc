"""The keyword leg: which passages hold the question's words, and how much of the question they cover (BM25).

Postgres finds, Python weighs. A lexeme of the index begins with its owner, so a search walks its owner's postings
only, however large the libraries of others are. Passages are proposed by the terms that are in few of them; terms
that are everywhere only help to rank what others proposed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from apps.indexing import lexemes
from apps.search.filters import EVERYTHING, Scope
from apps.search.libraries import Library

Numbers = NDArray[np.float64]

# BM25's saturation and length normalisation as A. Trotman, A. Puurula and B. Burgess found them best over many
# collections ("Improvements to BM25 and Language Models Examined", 2014).
K1 = 0.9
B = 0.4
# A term in more passages than this proposes none.
COMMON = 2000
# A smaller library is weighed as if it had so many passages: of three, a word in all of them would weigh nothing.
SMALLEST = 100
# `+ 0` keeps Postgres from reading all passages of the owner instead of the term's own.
_POSTINGS = """
SELECT asked.ordinal::int, array_agg(found.id)
FROM unnest(%(queries)s::text[]) WITH ORDINALITY AS asked (query, ordinal)
CROSS JOIN LATERAL (
    SELECT passage.id
    FROM indexing_passage AS passage
    WHERE passage.owner_id + 0 = %(owner)s
        AND passage.terms @@ asked.query::tsquery
        AND passage.document_id NOT IN (
            SELECT id FROM library_document WHERE owner_id = %(owner)s AND trashed_at IS NOT NULL
        )
        {scope}
    LIMIT %(most)s
) AS found
GROUP BY asked.ordinal
"""
_FREQUENCIES = """
SELECT asked.ordinal::int, (
    SELECT count(*)
    FROM indexing_passage AS passage
    WHERE passage.owner_id + 0 = %(owner)s AND passage.terms @@ asked.query::tsquery
)
FROM unnest(%(queries)s::text[]) WITH ORDINALITY AS asked (query, ordinal)
"""
# Joining an empty tsvector unpacks the stored one once instead of once for each term; `OFFSET 0` keeps Postgres from
# doing so for each rank. Written out one by one, each term is read as a query once.
_OCCURRENCES = """
SELECT pool.id, pool.language, pool.term_count, ARRAY[{ranks}]::float4[]
FROM (
    SELECT passage.id, passage.language, passage.term_count, passage.terms || ''::tsvector AS terms
    FROM indexing_passage AS passage
    JOIN library_document AS document ON document.id = passage.document_id
    WHERE passage.owner_id = %(owner)s
        AND passage.id = ANY(%(pool)s::bigint[])
        AND document.revision_id = passage.revision_id
        AND document.trashed_at IS NULL
    OFFSET 0
) AS pool
"""
_RANK = "coalesce(ts_rank('{{1, 1, 1, 1}}'::float4[], pool.terms, %({name})s::tsquery), 0)"


@dataclass(frozen=True)
class Weighed:
    """The terms of a question with what each is worth in this library: BM25's idf, times what it tells."""

    queries: tuple[str, ...]
    weights: Numbers


@dataclass(frozen=True)
class Covered:
    """How much of a question a passage covers: `share` is 1 for a passage that says every term once.

    `held` is the weight of the terms that it says at all, over that of all terms.
    """

    language: str
    share: float
    held: float = 0.0


def find(
    owner_id: int, terms: Mapping[str, float], library: Library, most: int, scope: Scope = EVERYTHING
) -> tuple[Weighed, list[int]]:
    """The question's terms weighed, and the ids of up to `most` passages of `scope` that hold the most weight.

    The best come first. `terms` come with what each tells (see `Question`).
    """
    queries = tuple(_query(owner_id, term) for term in terms)
    common = {at for at, query in enumerate(queries) if scope.is_everything and _is_common(query, library)}
    postings = _postings(owner_id, {at: query for at, query in enumerate(queries) if at not in common}, scope)
    frequencies = _frequencies(owner_id, queries, postings if scope.is_everything else None, library)
    weights = np.array([idf(count, library.passages) for count in frequencies]) * list(terms.values())
    proposing = {at: ids for at, ids in postings.items() if len(ids) <= COMMON}
    if not proposing and (all_common := [*common, *postings]):
        # Some of the passages that hold the rarest.
        rarest = min(all_common, key=lambda at: frequencies[at])
        proposing = _postings(owner_id, {rarest: queries[rarest]}, scope)
    return Weighed(queries, weights), _heaviest(proposing, weights, most)


def cover(owner_id: int, pool: Iterable[int], weighed: Weighed, library: Library) -> dict[int, Covered]:
    """What each passage of `pool` covers, by its id. Those not the owner's, trashed or outdated are left out."""
    queries = {f"query{at}": query for at, query in enumerate(weighed.queries)}
    statement = _OCCURRENCES.format(ranks=", ".join(_RANK.format(name=name) for name in queries))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"owner": owner_id, "pool": f"{{{','.join(map(str, pool))}}}", **queries})
        rows = cursor.fetchall()
    lengths = np.array([length / (library.lengths.get(language) or length or 1) for _, language, length, _ in rows])
    ranks = np.array([ranks for *_, ranks in rows]).reshape(len(rows), len(weighed.queries))
    shares = _shares(_counts(ranks), lengths, weighed.weights)
    held = (ranks > 0) @ weighed.weights / (weighed.weights.sum() or 1)
    together = zip(rows, shares.tolist(), held.tolist(), strict=True)
    return {row[0]: Covered(row[1], share, held) for row, share, held in together}


def _shares(counts: Numbers, lengths: Numbers, weights: Numbers) -> Numbers:
    """BM25 of passages (rows) that hold the terms (columns) so often, over the weight of all terms.

    `lengths` are those of the passages over the average in their language.
    """
    saturated = counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths)[:, None])
    shares: Numbers = saturated @ weights / (weights.sum() or 1)
    return shares


def idf(frequency: int, passages: int) -> float:
    """What a term is worth that `frequency` of `passages` hold."""
    passages = max(passages, frequency, SMALLEST)
    return math.log1p((passages - frequency + 0.5) / (frequency + 0.5))


# With weights of 1, Postgres' ts_rank of a single lexeme is the sum of 1/n² over its n occurrences, over π²/6.
_RANKS = np.cumsum(1 / np.arange(1, lexemes.POSITIONS_OF_ONE + 1) ** 2) / (math.pi**2 / 6)


def _counts(ranks: Numbers) -> Numbers:
    """How often each lexeme occurs, read back from its rank."""
    return np.where(ranks > 0, np.searchsorted(_RANKS, ranks * (1 - 1e-5)) + 1.0, 0.0)


def _query(owner_id: int, term: str) -> str:
    """The index holds pairs of Han characters: a single one asks for the pairs that begin with it."""
    query = lexemes.tsquery(owner_id, term)
    return f"{query}:*" if len(term) == 1 and lexemes.is_paired(term) else query


def _is_common(query: str, library: Library) -> bool:
    return library.frequencies.get(query, 0) > COMMON


def _postings(owner_id: int, queries: Mapping[int, str], scope: Scope) -> dict[int, list[int]]:
    """The passages that hold each term, by the term's place in the question; of common terms, only some."""
    if not queries:
        return {}
    places = list(queries)
    asked = {"owner": owner_id, "queries": list(queries.values()), "most": COMMON + 1, **scope.values}
    with connection.cursor() as cursor:
        cursor.execute(_POSTINGS.format(scope=scope.of_passages), asked)
        return {places[ordinal - 1]: ids for ordinal, ids in cursor.fetchall()}


def _frequencies(
    owner_id: int, queries: Sequence[str], postings: Mapping[int, list[int]] | None, library: Library
) -> list[int]:
    """How many passages of the library hold each term: counted, unless `postings` of all of it already tell.

    Not how many of a scope: what a word is worth does not change with where it is looked for.
    """
    told = {} if postings is None else {query: len(postings.get(at, ())) for at, query in enumerate(queries)}
    told = {query: count for query, count in told.items() if count <= COMMON and not _is_common(query, library)}
    missing = sorted({*queries} - told.keys() - library.frequencies.keys())
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(_FREQUENCIES, {"owner": owner_id, "queries": missing})
            library.frequencies.update({missing[ordinal - 1]: count for ordinal, count in cursor.fetchall()})
    return [told[query] if query in told else library.frequencies[query] for query in queries]


def _heaviest(postings: Mapping[int, list[int]], weights: Numbers, most: int) -> list[int]:
    """The passages in most `postings`, each counted by its term's weight; the older one first among equals."""
    if not postings:
        return []
    places = list(postings)
    sizes = [len(postings[at]) for at in places]
    ids, inverse = np.unique(np.concatenate([postings[at] for at in places]), return_inverse=True)
    scores = np.bincount(inverse, weights=np.repeat(weights[places], sizes))
    best = np.argsort(-scores, kind="stable")[:most]
    return [int(pk) for pk in ids[best]]
