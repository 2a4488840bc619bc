"""Words that Taiwan and the mainland have for the same thing, as Taiwan says them: 打印 is 列印, 默认 is 預設."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC


@lru_cache(maxsize=4096)
def in_taiwan(text: str) -> str:
    """The text in Traditional characters and Taiwan's words, by OpenCC's dictionaries of phrases.

    Of another length, and by phrases: what it makes of a text is compared, and never shown or indexed.
    """
    found: str = _converter().convert(text)
    return found


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("s2twp")
