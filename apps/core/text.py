"""What text may hold where it comes from outside."""

from __future__ import annotations


def storable(text: str) -> str:
    """`text` without NUL, which Postgres cannot hold; half a surrogate pair, which has no UTF-8, becomes "?"."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
