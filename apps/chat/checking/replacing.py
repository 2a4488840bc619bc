"""Finds the nouns of a Chinese statement that stand where its source has another one, in the same words around it.

What no dictionary knows for a name is seen by its frame: 與硫酸隔離至少6公尺, where the source says
與硝酸隔離至少6公尺.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from apps.chat.checking import regions
from apps.chat.checking.clauses import about_the_same, clauses
from apps.chat.checking.telling import shared
from apps.indexing import lexemes, vocabulary

# Of a clause's terms, the share that a source's clauses must have to be its frame.
SAME = 0.3
# Characters: a noun that is replaced by one about as long; what must be the same before, behind and together, and
# together where it is on either side only a little.
LONGEST = 4
BEFORE, BEHIND, WIDE, NARROW = 1, 2, 6, 2

_HAN_RUN = re.compile("[㐀-䶿一-鿿]+")
# These make up words that mean the same: 在 and 於, 應 and 要, 天 and 日 after a number.
_SMALL = frozenset(
    "他她它牠我你您的地得是为在于由与和跟及以把将被对向从自到至其此该这那也还就才都并而且又或者则若如了着过们之所使让给会能可应要须需必请勿"
    "方面什么不没无未个名位只条件份次时候后前内中里上下间第本各每一二三四五六七八九十百千万两半几"
)
# As the dictionary tags nouns, and what makes a run of words none.
_NOUNS, _OTHERS = ("n", "j", "x"), ("v", "p", "d", "c", "r", "u", "q", "t")


def replaced(words: str, sources: Sequence[str]) -> list[str]:
    """The nouns of the statement that the sources do not have and have another one for, as they are written there."""
    known = regions.both_ways("\n".join(sources))
    said = [clauses(source) for source in sources]
    found = []
    for clause in clauses(words):
        # Of the same length: folding Han goes character by character.
        mine = clause.translate(lexemes.han_table())
        place = about_the_same(clause, said, shared, least=SAME)
        if place is not None:
            spans = _replaced(mine, place.translate(lexemes.han_table()))
            found += [clause[start:end] for start, end in spans if not regions.has(known, clause[start:end])]
    return found


def _replaced(mine: str, theirs: str) -> Iterator[tuple[int, int]]:
    steps = SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    for at, (kind, start, end, first, last) in enumerate(steps):
        if kind != "replace" or not _are_alike(mine[start:end], theirs[first:last]):
            continue
        before = _same(steps, at - 1) or (1 if at == 0 else 0)
        behind = _same(steps, at + 1)
        if not _is_han(mine[end : end + 1]) and not _is_han(theirs[last : last + 1]):
            behind = max(behind, BEHIND)
        is_framed = before >= BEFORE and behind >= BEHIND and (before + behind >= WIDE or before >= NARROW)
        if is_framed and _are_nouns(mine, start, end, theirs, first, last):
            yield start, end


def _same(steps: Sequence[tuple[str, int, int, int, int]], at: int) -> int:
    """How many characters are the same in this step."""
    if not 0 <= at < len(steps) or steps[at][0] != "equal":
        return 0
    return steps[at][2] - steps[at][1]


def _are_alike(one: str, other: str) -> bool:
    if max(len(one), len(other)) > LONGEST or abs(len(one) - len(other)) > 1 or "个" in (one[0], other[0]):
        return False
    return all(_HAN_RUN.fullmatch(part) and not _SMALL.issuperset(part) for part in (one, other))


def _is_han(character: str) -> bool:
    return bool(_HAN_RUN.match(character))


def _are_nouns(mine: str, start: int, end: int, theirs: str, first: int, last: int) -> bool:
    tags = [_tags(mine, start, end), _tags(theirs, first, last)]
    others = any(tag.startswith(_OTHERS) for each in tags for tag in each)
    return not others and any(tag.startswith(_NOUNS) for each in tags for tag in each)


def _tags(text: str, start: int, end: int) -> list[str]:
    """What the dictionary says of the words that have something of [start, end)."""
    for run in _HAN_RUN.finditer(text):
        if run.start() <= start < run.end():
            at, found = run.start(), []
            for word, tag in vocabulary.dictionary().tag(run[0]):
                if at < end and at + len(word) > start:
                    found.append(tag)
                at += len(word)
            return found
    return []
