"""Finds where a source says what a clause of a statement says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import combinations

# Gives the share of its first text's words that the second has, 0 to 1.
Shared = Callable[[str, str], float]

# Clauses of the source that one clause of the statement may take together.
TOGETHER = 3
# What another clause must add to be taken along.
LONGER = 0.08
_CLAUSE = re.compile(
    r"[,;:，、；：。.!?！？\n]+(?=\s|[^\d\s]|$)|\s+(?:and|but|while|whereas|although|so)\s+|(?:但是|但|而且|並且|并且|不過|不过)"
)


def clauses(text: str) -> list[str]:
    """The parts of a text between its commas and stops."""
    return [part for part in map(str.strip, _CLAUSE.split(text)) if part]


def about_the_same(
    clause: str, said: Sequence[Sequence[str]], shared: Shared, *, least: float, around: int = 0
) -> str | None:
    """The fewest clauses in a row that say most of what the clause does; `None` when none says `least` of it.

    `said` are the clauses of each source. With so many more `around` them.
    """
    best, most = None, 0.0
    for source in said:
        for first, last in combinations(range(len(source) + 1), 2):
            if last - first > TOGETHER:
                continue
            found = shared(clause, " , ".join(source[first:last]))
            worth = found - LONGER * (last - first - 1)
            if found >= least and (best is None or worth > most):
                best, most = " , ".join(source[max(first - around, 0) : last + around]), worth
    return best
