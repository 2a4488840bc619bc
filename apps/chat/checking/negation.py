"""Tells whether a statement says no where its source says yes, or yes where it says no.

A no belongs to one word, its head: the verb that it denies. Of two clauses about the same, one denies what the other
says when the head of a no in the one stands in the other and no no reaches it there. Where the clauses differ in an
exception or a condition ("only", "unless", 除非), nothing is said: the no may be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from apps.chat.checking import numbers
from apps.chat.checking.clauses import about_the_same, clauses, joined
from apps.chat.checking.telling import shared, tells, told
from apps.indexing import lexemes

# Of a clause's terms, the share that a source's clauses must have to be about the same. Chinese is cut into pairs of
# characters, so that one other word costs more of them.
SAME_IN_HAN, SAME = 0.45, 0.6
# From here on, both ways, two clauses are the same but for a word or two: then a no more is enough.
TWINS = 0.75
# So much of a statement said by the clauses without a no: the no is about something else.
REST = 0.6
# What a clause must tell for its place in the source to be known.
LEAST = 1.3

_MORE = (
    r"(?:more|less|fewer|later|earlier|longer\s+than|higher|lower|larger|smaller|older|younger|exceed\w*|above|below"
    r"|over|under|beyond)"
)
# A limit is the same limit said with a no or without: not more than, 不得超過.
_LIMIT = re.compile(
    rf"(?:\b(?:no|not|never|cannot)\b|n't\b)(?:\s+\w+){{0,5}}?\s+{_MORE}\b"
    r"|不[^,，。;；]{0,8}?(?:超过|低于|少于|多于|高于|晚于|早于|小于|大于)|未(?:满|超过|达)|不到|不下|不足",
    re.IGNORECASE,
)
# Words that hold a sign of negation and say no such thing; and two signs that say yes together.
_HARMLESS = re.compile(
    r"差不多|对不起|了不起|说不定|无线|无人|未来|无论|无名|不动产|不锈|不等式|非常|无障碍|莫名|不外乎|不然"
    r"|不[可能得会]以?(?:不|没有?|无)|^\W*no,|\bany\s?more\b|\bany longer\b",
    re.IGNORECASE,
)
# One word for what others say with a no.
_IN_ONE_WORD = [
    (re.compile(rf"\b{said}\b", re.IGNORECASE), meant)
    for said, meant in (
        (r"disabl(ed?|es|ing)", r"not enabl\1"),
        (r"harmless", "no harm"),
        (r"(?:un|in|im)(able|available|possible|supported|necessary|eligible|valid|affected|insured)", r"not \1"),
        (r"rather than|instead of", "not"),
    )
]
_ENGLISH = re.compile(
    r"\b(?:not|no|never|cannot|neither|nor|nobody)\b|n't\b|\b(?:refus|fail|declin)\w* to\b|\bavoid\w*\b"
    r"|\b(?:forbid|forbad|prohibit|bann?)\w*\s+(?:from|to)\b|\bfree (?:of(?! charge)|from)\b",
    re.IGNORECASE,
)
_HAN = re.compile(
    r"(?:没有|并未|并不|并非|不得|不可|不能|不会|不应|不宜|不要|不用|不必|不许|不予|尚未|从未|未曾|未能|无法|无须|无需|禁止|严禁"
    r"|切勿|请勿|不(?!过|仅|只|但|论|管|断|久|同|错|足|如|来|妨)|[没未无勿莫非](?!论|妨|如|足))"
)
# A no before one of these is not about the verb: "but not in August".
_BESIDE = re.compile(
    r"\s*(?:in|on|at|for|by|with|from|during|until|the|to the|of|as|all|every|everyone|each|even|just|only|more|less"
    r"|than|yet|necessarily)\b",
    re.IGNORECASE,
)
# What stands between a no and its head, and before what its head comes last.
_AUXILIARIES = re.compile(r"(?:[得可能会应要许准必需须用再曾有予被]|进行|直接|任何|自行|经由)*")
_COVERBS = re.compile(r"[与和跟及在以用向对将把由从于按依为给因经]")
_SMALL_SAID = """be been being is are was were the a an any to have has had do does did yet also longer normally usually
generally ever it you they he she we i that this there so possible must may can should will need needs"""
_SMALL = frozenset(_SMALL_SAID.split())
# "No fish before May" and "fish from May on" say the same, so that a no in such a clause tells nothing.
_NOT_YET = re.compile(rf"\b(?:before|until)\b(?!\s+{numbers.TIME})", re.IGNORECASE)
# "Partners may come, though not pets": the verb is that of the clause before.
_LEFT_OUT = re.compile(r"^\W*(?:(?:though|although|but|and|or|albeit)\s+)?(?:not|nor)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_PAIR = re.compile(r"[㐀-鿿]{2}")
_LAST_PAIR = re.compile(r"[㐀-鿿]{2}$")
_ANY_HAN = re.compile(r"[㐀-鿿]")
# What may make a no right, kind by kind: the same kinds in both clauses change nothing.
_CONDITIONS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bonly\b|只|仅",
        r"\bunless\b|\bexcept\w*|除非|除了|除.{1,24}?外|(?<!可)以外|之外",
        r"未经",
        r"\bwithout\b",
        r"\buntil\b",
        r"\bbefore\b|前",
        r"\bif\b|\bwhen\b|如|若",
        r"\bbut\b|\botherwise\b|否则|才|就",
        r"\b(?:against|just|even)\b",
    )
]

_ASKS = ("吗", "呢")

Conditions = frozenset[int]
# What may stand in the clause before: "unless" and its like.
_REACHING = frozenset([1, 2])


class No(NamedTuple):
    """One head of a no, the conditions of its clause, and all terms that the no reaches."""

    head: str
    conditions: Conditions
    reached: frozenset[str]


@dataclass(frozen=True)
class Polarity:
    """What a text denies; the terms that any no of it reaches; and those that stand out of reach somewhere, with the
    conditions of the clauses where they do."""

    nos: Sequence[No]
    reached: frozenset[str]
    asserted: Mapping[str, frozenset[Conditions]]

    def denies(self, other: Polarity, whole: Polarity) -> bool:
        """Whether it denies what the `other` asserts under the same conditions, and no no of the `whole` reaches there,
        which the other is of."""
        return any(
            tells(head)
            and conditions in other.asserted.get(head, ())
            and head not in whole.reached
            # Both say no of the same: 不要使用鋼刷, 請用飯匙，勿以鋼刷清洗.
            and not any(map(tells, reached & other.reached))
            for head, conditions, reached in self.nos
        )


def differs(statement: str, sources: Sequence[str]) -> bool:
    """Whether a clause of the statement and what the sources say of the same differ by a no."""
    said = [clauses(source) for source in sources]
    whole, source = polarity(statement), polarity("\n".join(sources))
    for part in clauses(statement, lists=False):
        place = _place(part, said)
        if place is None:
            continue
        if _are_twins_but_for_a_no(part, place):
            return True
        mine, theirs = polarity(part), polarity(place)
        # As many here as there are the same ones in other words.
        is_even = _count(_bare(part)) == _count(_bare(place))
        if (
            not is_even
            and not _NOT_YET.search(statement)
            and (mine.denies(theirs, source) or theirs.denies(mine, whole))
        ):
            return True
    return False


def _place(words: str, said: Sequence[Sequence[str]]) -> str | None:
    """The clauses of the sources that are about the same; `None` for none, or for words that are about anything."""
    least = SAME_IN_HAN if _ANY_HAN.search(words) else SAME
    return about_the_same(words, said, shared, least=least) if told(words) >= LEAST else None


def _are_in_one_order(words: str, place: str) -> bool:
    """Whether both say the same before "before", and the same behind it."""
    mine, theirs = _NOT_YET.split(words), _NOT_YET.split(place)
    return len(mine) == len(theirs) and all(
        shared(one, other) >= TWINS for one, other in zip(mine, theirs, strict=True)
    )


def _are_twins_but_for_a_no(words: str, place: str) -> bool:
    mine, theirs = _bare(words), _bare(place)
    if _count(mine) % 2 == _count(theirs) % 2 or _conditions(mine) != _conditions(theirs):
        return False
    if _NOT_YET.search(words) and not _are_in_one_order(words, place):
        return False
    if _count(theirs):
        # "Bicycles are not carried, but folding bicycles are": the rest says it without the no.
        theirs = joined([clause for clause in clauses(theirs) if not _count(clause)])
        if shared(words, theirs) >= REST:
            return False
    return min(shared(words, place), shared(place, words)) >= TWINS


@lru_cache(maxsize=1024)
def polarity(text: str) -> Polarity:
    """What the text denies, clause by clause."""
    denied: list[No] = []
    everywhere: set[str] = set()
    asserted: dict[str, set[Conditions]] = {}
    bare = _bare(text)
    reaching = _conditions(bare) & _REACHING
    before: set[str] = set()
    for clause in clauses(bare, lists=False):
        conditions, terms = _conditions(clause) | reaching, set(lexemes.terms(clause))
        nos = list(_nos(clause))
        if not _NOT_YET.search(clause):
            denied += [No(head, conditions, frozenset(no.reached)) for no in nos for head in no.heads]
        reached = set().union(*(no.reached for no in nos))
        # 逾期會罰錢嗎 asserts nothing.
        for term in () if clause.endswith(_ASKS) else terms - reached:
            asserted.setdefault(term, set()).add(conditions)
        # "Hunting is permitted, though not in June": it is said both ways.
        everywhere |= reached | (terms | before if any(no.is_beside for no in nos) else set())
        before = terms
    return Polarity(denied, frozenset(everywhere), {term: frozenset(found) for term, found in asserted.items()})


class _No(NamedTuple):
    """Its heads, the terms that it reaches, and whether it is not about the verb."""

    heads: Sequence[str]
    reached: set[str]
    is_beside: bool


def _nos(clause: str) -> Iterator[_No]:
    for no in _ENGLISH.finditer(clause):
        rest, before = clause[no.end() :], clause[: no.start()]
        heads = [] if _BESIDE.match(rest) else _english_head(rest, before)
        # "Alcohol is best avoided": what comes last is about all of it.
        reached = {*lexemes.terms(rest if _telling(rest) else clause), *heads}
        yield _No(heads, reached, bool(_BESIDE.match(rest) or _LEFT_OUT.match(clause[: no.end()])))
    for no in _HAN.finditer(clause):
        rest = clause[no.end() :]
        # In 小睡20分鐘及不小睡 it is said both ways.
        heads = [head for head in _han_head(rest) if head not in clause[: no.start()]]
        # 非 reaches the noun behind it and no further.
        reached = {*lexemes.terms(rest[:2] if no[0] == "非" else clause[no.start() :]), *heads}
        yield _No(heads, reached, is_beside=False)


def _english_head(behind: str, before: str) -> list[str]:
    """The terms of the first word behind it that says something; else of the last before: "cockerels may not"."""
    return [term for word in _telling(behind)[:1] or _telling(before)[-1:] for term in lexemes.terms(word)]


def _telling(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word.lower() not in _SMALL]


def _han_head(rest: str) -> list[str]:
    """The first pair of characters behind auxiliaries; where a phrase comes before the verb, the last of the clause."""
    skipped = _AUXILIARIES.match(rest)
    rest = rest[skipped.end() if skipped else 0 :]
    pair = _LAST_PAIR.search(rest.rstrip("的者时 ")) if _COVERBS.match(rest) else _PAIR.match(rest)
    return [pair[0]] if pair else []


def _bare(text: str) -> str:
    """The text folded, without limits and what only looks like a no."""
    bare = _LIMIT.sub(" ", _HARMLESS.sub(" ", lexemes.folded(text).replace("’", "'")))
    for said, meant in _IN_ONE_WORD:
        bare = said.sub(meant, bare)
    return bare


def _count(bare: str) -> int:
    return len(_ENGLISH.findall(bare)) + len(_HAN.findall(bare))


def _conditions(bare: str) -> Conditions:
    return frozenset(at for at, pattern in enumerate(_CONDITIONS) if pattern.search(bare))
