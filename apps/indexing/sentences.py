"""Where the sentences of a text begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.indexing.extract.scripts import is_han
from apps.indexing.tokens import estimate

Span = tuple[int, int]

# Longer sentences, in about the tokens of `tokens.estimate`, are cut at a comma or a space.
LONGEST = 120

_CLOSING = "」』”’\"'）)】》〉\\]}"
# What may end a sentence. No look-ahead: on a long row of dots it would take the square of its length.
_MARKS = re.compile(rf"([。｡！？；]+|[.!?…]+)[{_CLOSING}]*|\n")
# After these a full stop ends nothing; after those of the second kind only when a number follows.
_TITLE = re.compile(
    r"mrs?|ms|dr|prof|rev|gen|sen|rep|st|mt|jr|sr|vs|cf|eg|e\.g|ie|i\.e|approx|ca|dept|bros|inc|ltd|corp|eds?|al"
    r"|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec|z\.b|bzw|usw|vgl|bd|hrsg",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"nos?|nr|figs?|eqs?|secs?|chap|ch|vols?|pp?|art|tab", re.IGNORECASE)
# After these nothing ends where the next word is small.
_MIDDLE = re.compile(r"etc|resp|incl|excl|max|min|est|no|co|art|usw", re.IGNORECASE)
# With these a sentence may begin: "2.1. The garden".
_NUMBERING = re.compile(r"\d{1,3}(?:\.\d{1,3})*")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_LAST_WORD = re.compile(r"[^\s(\[“\"'（「]*$")
_COMMA = frozenset("，、；：,;:")
_HAN_WEIGHT, _OTHER_WEIGHT = 1.0, 0.25


def spans(text: str) -> list[Span]:
    """[start, end) of each sentence, in order and apart; together they hold everything but white space."""
    return [short for long in whole(text) for short in _shortened(text, *long)]


def whole(text: str) -> Iterator[Span]:
    """The same, however long a sentence is."""
    start = 0
    for match in _MARKS.finditer(text):
        if _ends(text, start, match):
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, len(text))


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the sentence that began at `start` ends here.

    Full stops of Chinese end it anywhere, "!" and "?" anywhere but within an address, "." only before white space.
    """
    marks, after = match[1] or "", text[match.end() : match.end() + 1]
    if not marks or marks[0] in "。｡！？；":
        return True
    if not after or after == "\n":
        return True
    if "!" in marks or "?" in marks:
        return after.isspace() or is_han(after)
    return "." in marks and after.isspace() and not _is_abbreviated(text, start, match)


def _is_abbreviated(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the full stop belongs to the word before it: a title, an initial, a list's number."""
    word = _LAST_WORD.search(text, max(start, match.start() - 40), match.start())
    last = word[0] if word else ""
    following = text[match.end() : match.end() + 40].lstrip()[:1]
    if following.islower() and (match[1].startswith("..") or _MIDDLE.fullmatch(last)):
        return True
    if _NUMBERING.fullmatch(last):
        return not text[start : match.start() - len(last)].strip()
    if following.isdigit() and _NUMBERED.fullmatch(last):
        return True
    return bool(_TITLE.fullmatch(last) or _INITIALS.fullmatch(last))


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    part = text[start:end]
    inner = part.strip()
    if inner:
        start += len(part) - len(part.lstrip())
        yield start, start + len(inner)


def _shortened(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentence, or its parts when it is longer than `LONGEST`."""
    if estimate(text[start:end]) <= LONGEST:
        yield start, end
        return
    weight, comma, space, begun = 0.0, 0, 0, start
    for i in range(start, end):
        weight += _HAN_WEIGHT if is_han(text[i]) else _OTHER_WEIGHT
        if text[i] in _COMMA:
            comma = i + 1
        elif text[i].isspace():
            space = i + 1
        if weight >= LONGEST and i + 1 < end:
            cut = _best(begun, i + 1, comma, space)
            yield from _trimmed(text, begun, cut)
            begun, weight = cut, sum(_HAN_WEIGHT if is_han(c) else _OTHER_WEIGHT for c in text[cut : i + 1])
    yield from _trimmed(text, begun, end)


def _best(begun: int, here: int, comma: int, space: int) -> int:
    """After the last comma unless that leaves too little, else at the last space, else here."""
    least = begun + (here - begun) // 3
    return next((place for place in (comma, space) if place > least), here)
