"""Which characters are written without spaces between them."""

from __future__ import annotations

import re

_RANGES = (
    "\u2e80-\u30ff\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f"
    "\uffe0-\uffef\U00020000-\U0003ffff"
)
# Chinese and Japanese writing and its punctuation: between two of them a line break means nothing.
HAN = re.compile(f"[{_RANGES}]")


def is_han(character: str) -> bool:
    """Whether it is one of `HAN`."""
    return bool(HAN.match(character))
