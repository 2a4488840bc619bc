"""Finds where a source says what a clause of a statement says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

# Gives the share of its first text's words that the second has, 0 to 1.
Shared = Callable[[str, str], float]

# Clauses of the source that one clause of the statement may take together.
TOGETHER = 3
# What another clause must add to be taken along.
LONGER = 0.08
# A full stop but that of "p.m."; a link but that of "two and a half".
_STOPS = r"(?:(?:[,;:!?]|(?<![ap]\.m)\.)+(?=\s|[^\w\s]|[㐀-鿿]|$)|[，{}；：。！？\n]+)"
_LINKS = r"|\s+(?:and(?!\s+a\s+half\b)|but|while|whereas|although|so)\s+|(?:但是|但|而且|並且|并且|不過|不过)"
_COLON = re.compile("[:：]")
_CLAUSE = re.compile(_STOPS.format("、") + _LINKS)
_CLAUSE_WITH_LISTS = re.compile(_STOPS.format("") + _LINKS)


class Place(NamedTuple):
    """Clauses [first, last) of the source at index `source`, and what they are `worth`: the share of what is said that
    they say too, less the more of them there are."""

    source: int
    first: int
    last: int
    worth: float


def clauses(text: str, *, lists: bool = True) -> list[str]:
    """The parts of a text between its commas and stops; without `lists`, what 、 lists stays together."""
    cut = _CLAUSE if lists else _CLAUSE_WITH_LISTS
    return [part for part in map(str.strip, cut.split(text)) if part]


def labels(text: str) -> list[str]:
    """For each of its `clauses` the last one before it that ends with a colon, "" for none."""
    found, label, at = [], "", 0
    for start, end in [*(stop.span() for stop in _CLAUSE.finditer(text)), (len(text), len(text))]:
        if part := text[at:start].strip():
            found.append(label)
            label = part if _COLON.search(text[start:end]) else label
        at = end
    return found


def places(clause: str, said: Sequence[Sequence[str]], shared: Shared, *, least: float) -> Iterator[Place]:
    """Where the clauses of the sources say `least` of what the clause does."""
    for at, source in enumerate(said):
        for first, last in combinations(range(len(source) + 1), 2):
            if last - first > TOGETHER:
                continue
            found = shared(clause, joined(source[first:last]))
            if found >= least:
                yield Place(at, first, last, found - LONGER * (last - first - 1))


def best(found: Iterable[Place]) -> Place | None:
    """The first of those that are worth most; `None` when there is none."""
    return max(found, key=lambda place: place.worth, default=None)


def about_the_same(clause: str, said: Sequence[Sequence[str]], shared: Shared, *, least: float) -> str | None:
    """The fewest clauses in a row that say most of what the clause does; `None` when none says `least` of it."""
    place = best(places(clause, said, shared, least=least))
    return joined(said[place.source][place.first : place.last]) if place else None


def joined(several: Sequence[str]) -> str:
    """Clauses as one text, of which they are still the clauses."""
    return " , ".join(several)
