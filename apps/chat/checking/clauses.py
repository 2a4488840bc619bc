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
# A full stop but that of "p.m."; a link but that of "two and a half".
_STOPS = r"(?:(?:[,;:!?]|(?<![ap]\.m)\.)+(?=\s|[^\d\s]|$)|[，{}；：。！？\n]+)"
_LINKS = r"|\s+(?:and(?!\s+a\s+half\b)|but|while|whereas|although|so)\s+|(?:但是|但|而且|並且|并且|不過|不过)"
_CLAUSE = re.compile(_STOPS.format("、") + _LINKS)
_CLAUSE_WITH_LISTS = re.compile(_STOPS.format("") + _LINKS)


def clauses(text: str, *, lists: bool = True) -> list[str]:
    """The parts of a text between its commas and stops; without `lists`, what 、 lists stays together."""
    cut = _CLAUSE if lists else _CLAUSE_WITH_LISTS
    return [part for part in map(str.strip, cut.split(text)) if part]


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
