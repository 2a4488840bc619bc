"""What is searched for: a question as typed, made fit for both legs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice

from apps.indexing import lexemes, vocabulary

# Longer questions are pasted text; their beginning says what they are about.
CHARACTERS = 1000
TERMS = 64
# A word is compared when at least this share of it tells something.
HALF = 0.5

# Words that ask or join and say nothing about the answer. Left out of questions only, never out of the index.
_WORDS = """
a about after an and any are as at be been before being between but by can could did do does during for from had has
have he her his how i if in into is it its many may might much my no not of on or our she should some than that the
their there these they this those to was we were what when where which who whom whose why will with would you your
時候
"""
_HAN = (
    "的了是在和與及或於由從為被把將而也就都以其之中會能可這那此個們我你妳他她它"
    "哪裡什麼甚怎樣何誰多少幾嗎呢吧啊請問有沒不"
)


@dataclass(frozen=True)
class Question:
    """What both legs search for. Without text nothing is found.

    `text` is for meaning. `terms` are for words, each with what it tells: 1, or the share of a pair of Han characters
    that is not silent, for many a pair with a silent one is the end of one word and the start of another. `words` are
    whole ones, to be compared by what they mean.
    """

    text: str
    terms: Mapping[str, float]
    words: tuple[str, ...] = ()


def read(typed: str) -> Question:
    """The question in what somebody typed, of whatever length and content."""
    text = " ".join(typed[:CHARACTERS].replace("\0", " ").split())
    every = {term: told(term) for term in lexemes.terms(text)}
    telling = {term: told for term, told in every.items() if told}
    # To be or not to be: a question made of silent words is searched by all of them.
    words = (word for word in vocabulary.words(text) if told(lexemes.stem(lexemes.folded(word))) >= HALF)
    return Question(
        text, dict(islice((telling or dict.fromkeys(every, 1.0)).items(), TERMS)), tuple(islice(words, TERMS))
    )


def told(term: str) -> float:
    """What a term tells, 0 to 1: nothing when it only asks or joins."""
    words, han = _silent()
    if term in words:
        return 0.0
    return sum(character not in han for character in term) / len(term) if lexemes.is_paired(term) else 1.0


@cache
def _silent() -> tuple[frozenset[str], frozenset[str]]:
    """Terms and Han characters that say nothing, in the form in which terms are compared."""
    return frozenset(lexemes.terms(_WORDS)), frozenset(lexemes.folded(_HAN))
