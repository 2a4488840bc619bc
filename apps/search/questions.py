"""What is searched for: a question as typed, made fit for both legs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from apps.indexing import lexemes

# Longer questions are pasted text; their beginning says what they are about.
CHARACTERS = 1000
TERMS = 64

# Words that ask or join and say nothing about the answer. Left out of questions only, never out of the index: a
# question made of nothing else is searched by all of it.
_ENGLISH = """
a about after an and any are as at be been before being between but by can could did do does during for from had has
have he her his how i if in into is it its many may might much my no not of on or our she should some than that the
their there these they this those to was we were what when where which who whom whose why will with would you your
"""
_HAN = (
    "的了是在和與及或於由從為被把將而也就都以其之中會能可這那此個們我你妳他她它"
    "哪裡什麼甚怎樣何誰多少幾嗎呢吧啊請問有沒不"
)


@dataclass(frozen=True)
class Question:
    """What both legs search for: the text for meaning, its distinct terms for words. Without text nothing is found."""

    text: str
    terms: tuple[str, ...]


def read(typed: str) -> Question:
    """The question in what somebody typed, of whatever length and content."""
    text = " ".join(typed[:CHARACTERS].replace("\0", " ").split())
    every = list(dict.fromkeys(lexemes.terms(text)))
    telling = [term for term in every if not _says_nothing(term)]
    return Question(text, tuple((telling or every)[:TERMS]))


def _says_nothing(term: str) -> bool:
    english, han = _silent()
    return term in english or han.issuperset(term)


@cache
def _silent() -> tuple[frozenset[str], frozenset[str]]:
    """English terms and Han characters that say nothing, in the form in which terms are compared."""
    return frozenset(lexemes.terms(_ENGLISH)), frozenset(lexemes.folded(_HAN))
