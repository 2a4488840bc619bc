"""Tells whether a statement says no where its source says yes, or yes where it says no."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.chat.checking.clauses import Shared, about_the_same, clauses

# Of a clause's words, the share that a source's clause must have for a no to tell them apart.
SAME = 0.65
# A limit is the same limit said with a no or without: not more than, 不得超過.
_LIMIT = re.compile(
    r"\b(?:no|not|never|n't|cannot)\b(?:\s+\w+){0,2}?"
    r"\s+(?:more|less|fewer|later|earlier|longer than|exceed\w*|above|below)\b"
    r"|\b(?:do|does|must|should|may|can)(?:n't| not)(?:\s+\w+){0,2}?\s+(?:more|less|exceed\w*)\b"
    r"|不(?:得|应|應|可|能|會|会|要)?(?:超过|超過|低于|低於|少于|少於|多于|多於|高于|高於|晚于|晚於)|未(?:满|滿|超过|超過|达|達)",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"\b(?:not|no|never|none|neither|nor|nobody|nothing|cannot|without)\b|n't\b", re.IGNORECASE)
_HAN = re.compile(
    r"(?:沒有|没有|並未|并未|並不|并不|不得|不可|不能|不會|不会|不應|不应|不要|不用|不必|不許|不许|尚未|從未|从未|未曾"
    r"|[不沒没未無无勿莫])(?!過|过|僅|仅|只|但|論|论|管|斷|断|久|同|錯|错|足|如|來|来|妨|外)"
)
# Words that hold a sign of negation and say no such thing.
_HARMLESS = re.compile(r"差不多|對不起|对不起|了不起|說不定|说不定|無線|无线|無人|无人|未來|未来|無論|无论|無名|无名")


def differs(statement: str, sources: Sequence[str], shared: Shared) -> bool:
    """Whether a clause of the statement and what the sources say of the same differ by a no."""
    said = [clauses(source) for source in sources]
    parts = clauses(statement)
    # Commas stand elsewhere in the one than in the other: what differs in a part must differ in the whole.
    return any(_denies(part, said, shared) for part in parts) and (
        len(parts) == 1 or _denies(statement, said, shared) is not False
    )


def count(text: str) -> int:
    """How often the text says no; a limit does not."""
    text = _HARMLESS.sub(" ", _LIMIT.sub(" ", text.replace("’", "'")))
    return len(_ENGLISH.findall(text)) + len(_HAN.findall(text))


def _denies(words: str, said: Sequence[Sequence[str]], shared: Shared) -> bool | None:
    """Whether they say no where the sources say yes; `None` when those are about something else."""
    best = about_the_same(words, said, shared, least=SAME)
    return None if best is None else count(words) % 2 != count(best) % 2
