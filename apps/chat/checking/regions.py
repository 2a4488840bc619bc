"""Words that Taiwan and the mainland have for the same thing, as Taiwan says them: 打印 is 列印, 默认 is 預設."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from apps.indexing import lexemes

if TYPE_CHECKING:
    from opencc import OpenCC


def in_taiwan(text: str) -> str:
    """The text in Traditional characters and Taiwan's words, by OpenCC's dictionaries of phrases.

    Of another length, and by phrases: what it makes of a text is compared, and never shown or indexed.
    """
    found: str = _converter().convert(text)
    return found


def both_ways(text: str) -> str:
    """The text folded, as it is and as Taiwan says it."""
    return lexemes.folded(f"{text}\n{in_taiwan(text)}")


def has(known: str, word: str) -> bool:
    """Whether the word is in what `both_ways` made, as it is or as Taiwan says it."""
    return any(lexemes.folded(said) in known for said in (word, in_taiwan(word)))


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("s2twp")
