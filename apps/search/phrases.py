"""Phrases: words that must stand as they were typed, in whatever spelling the index takes for the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from apps.indexing import lexemes

# Between two words anything may stand that is no word; between Han and Latin, with or without a space.
_BETWEEN = r"[\W_]+"
_BESIDE = r"\s*"
# Where a word begins and ends. A number does not within a longer one: 2.3 is not in 2.3.1.
_BEGINS = rf"(?<!{lexemes.LETTER})(?<!\d\.)"
_ENDS = rf"(?!{lexemes.LETTER}|\.\d)"


@dataclass(frozen=True)
class Phrase:
    """What somebody typed as one: in quotes, so that it is meant exactly, or a single word after an operator.

    Exact is: the same words in the same order, in any width, case and script. Without words it says nothing.
    """

    text: str
    is_exact: bool = True

    @property
    def says_something(self) -> bool:
        return bool(_read(self.text).tokens)

    @property
    def terms(self) -> tuple[str, ...]:
        """Terms that the index holds of every passage that says this."""
        return _read(self.text).terms

    @property
    def characters(self) -> str:
        """Where there are no terms, as of a lone Han character: those of which every such passage has one."""
        if self.terms or not self.says_something:
            return ""
        first = _read(self.text).tokens[0][0][0]
        # A mark may stand loose behind its letter.
        plain = unicodedata.normalize("NFD", first)[0]
        return "".join({first, plain, *_spelled().get(first, ()), *_spelled().get(plain, ())})

    @property
    def is_told_by_index(self) -> bool:
        """Whether what holds all `terms`, or one of `characters`, says this for sure, so that none need be read.

        So it is of one or two Han characters, and of an inexact word.
        """
        tokens = _read(self.text).tokens
        if any(match["pairs"] for match in tokens):
            run = tokens[0][0]
            return len(tokens) == 1 and len(run) <= 2 and unicodedata.is_normalized("NFD", run)
        return not self.is_exact

    def is_in(self, text: str) -> bool:
        """Whether `text` says this."""
        return bool(_read(self.text).pattern.search(lexemes.folded(text)))

    def begins_in(self, text: str) -> bool:
        """Whether `text` says this, or unless it is exact, has a word that begins so."""
        found = _read(self.text).pattern if self.is_exact else _read(self.text).beginning
        return bool(found.search(lexemes.folded(text)))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where `text` says this: spans [start, end) of its characters."""
        folded, places = lexemes.folded_in_place(text)
        found = (match.span() for match in _read(self.text).pattern.finditer(folded))
        return [(places[start], _next(places, end)) for start, end in found]


@dataclass(frozen=True)
class _Reading:
    folded: str
    tokens: Sequence[re.Match[str]]
    terms: tuple[str, ...]
    pattern: re.Pattern[str]
    beginning: re.Pattern[str]


@lru_cache(maxsize=1000)
def _read(text: str) -> _Reading:
    folded = lexemes.folded(text)
    tokens = tuple(lexemes.TOKEN.finditer(folded))
    # A lone Han character is part of a pair wherever others stand beside it.
    terms = [term for term in lexemes.terms(text) if not (len(term) == 1 and lexemes.is_paired(term))]
    beginning = _pattern(folded, tokens)
    end = _ENDS if tokens and not tokens[-1]["pairs"] else ""
    return _Reading(folded, tokens, tuple(dict.fromkeys(terms)), re.compile(beginning + end), re.compile(beginning))


def _pattern(folded: str, tokens: Sequence[re.Match[str]]) -> str:
    """What finds these tokens in a folded text, where a word begins; nothing is found where there are none."""
    if not tokens:
        return r"(?!)"
    found = "" if tokens[0]["pairs"] else _BEGINS
    for before, token in zip((None, *tokens), tokens, strict=False):
        if before is not None:
            found += _gap(folded[before.end() : token.start()], bool(before["pairs"]) != bool(token["pairs"]))
        found += re.escape(token[0])
    return found


def _gap(typed: str, is_between_scripts: bool) -> str:
    if is_between_scripts and not typed.strip():
        return _BESIDE
    return _BETWEEN if typed else ""


def _next(places: Sequence[int], end: int) -> int:
    """Where in the text the character ends that the folded one before `end` comes from."""
    last = places[end - 1]
    return next(place for place in places[end:] if place > last)


@cache
def _spelled() -> dict[str, set[str]]:
    """By a folded character, all that are folded to it, or to something that begins with it."""
    every = [chr(code) for code in range(0x21, 0xFFFF) if not 0xD800 <= code < 0xE000]
    spelled: dict[str, set[str]] = {}
    for character, folded in zip(every, lexemes.folded("\n".join(every)).split("\n"), strict=True):
        spelled.setdefault(folded[:1], set()).add(character)
    return spelled
