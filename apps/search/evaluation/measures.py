"""How good a ranking is, and how long things took: the usual measures, as pure functions.

A ranking is a list of document ids, best first; `relevant` are the documents that answer, by id, each with how well.
Sources: K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), for nDCG, with the
gain taken as it is and not as a power of two, as in trec_eval and BEIR; E. M. Voorhees, "The TREC-8 Question
Answering Track Report" (1999), for the reciprocal rank.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence


def ndcg(ranking: Sequence[str], relevant: Mapping[str, int], depth: int) -> float:
    """Normalised discounted cumulated gain of the first `depth`: 1 when none could stand better."""
    best = _cumulated_gain(sorted(relevant.values(), reverse=True)[:depth])
    return _cumulated_gain(relevant.get(found, 0) for found in ranking[:depth]) / best if best else 0.0


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str], depth: int) -> float:
    """1 over the rank of the first that answers; 0 when none of the first `depth` does."""
    return next((1 / rank for rank, found in enumerate(ranking[:depth], 1) if found in relevant), 0.0)


def recall(ranking: Sequence[str], relevant: Collection[str], depth: int) -> float:
    """The share of those that answer that is among the first `depth`."""
    return len(set(ranking[:depth]) & set(relevant)) / len(relevant) if relevant else 0.0


def mean(values: Collection[float]) -> float | None:
    """The mean; `None` of nothing."""
    return math.fsum(values) / len(values) if values else None


def percentile(values: Collection[float], percent: int) -> float:
    """The smallest value that `percent` of all do not exceed (nearest rank). Raises `ValueError` of nothing."""
    if not values:
        raise ValueError("nothing has no percentiles")
    return sorted(values)[max(math.ceil(len(values) * percent / 100), 1) - 1]


def _cumulated_gain(gains: Iterable[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
