"""Compares short texts by their words, Latin or Han, without any model."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Written without spaces: Kana and Han.
_UNSPACED = "ぁ-ヿ㐀-䶿一-鿿豈-﫿"
_RUN = re.compile(f"[{_UNSPACED}]+|[^\\W{_UNSPACED}]+")
_WIDE = re.compile("[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]")
_BREAK_BETWEEN_WIDE = re.compile(f"(?<={_WIDE.pattern})\\s*\\n\\s*(?={_WIDE.pattern})")
# Not the wide space, nor one that must not break: they are shown as they are.
_SPACE = re.compile(r"[ \t\r\n\v\f\x1c-\x1f\x85\u2028\u2029]+")
_ENDS_WITH_MARK = re.compile(r"[.,:;!?…。，、：；！？][\"'”’」』）)\]】》]*\s*$")


def terms(text: str) -> frozenset[str]:
    """Words in lower case; of what is written without spaces, each two neighbouring characters."""
    found: set[str] = set()
    for run in _RUN.findall(text.lower()):
        if _WIDE.match(run) and len(run) > 1:
            found.update(run[at : at + 2] for at in range(len(run) - 1))
        else:
            found.add(run)
    return frozenset(found)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The cosine of two sets of terms: 0 nothing in common, 1 the same."""
    if not one or not other:
        return 0.0
    return len(one & other) / float((len(one) * len(other)) ** 0.5)


def nearest(text: str, sentences: Sequence[str]) -> int | None:
    """The index of the sentence most like `text`; None when none has a term in common with it."""
    wanted = terms(text)
    scores = [likeness(wanted, terms(sentence)) for sentence in sentences]
    best = max(range(len(scores)), key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] > 0 else None


def width(text: str) -> int:
    """How much room the text takes: a Han character counts as two Latin ones."""
    return len(text) + len(_WIDE.findall(text))


def one_line(text: str) -> str:
    """The text without line breaks; one between two Han characters leaves no space behind."""
    return _SPACE.sub(" ", _BREAK_BETWEEN_WIDE.sub("", text)).strip(" ")


def ends_with_mark(text: str) -> bool:
    """Whether the text ends as a sentence, or a part of one, does."""
    return _ENDS_WITH_MARK.search(text) is not None


def between(one: str, other: str) -> str:
    """What stands between two texts on one line: a space, but between two wide characters nothing."""
    return "" if _WIDE.match(one[-1:]) and _WIDE.match(other[:1]) else " "


def joined(sentences: Sequence[str]) -> str:
    """The sentences in a row, with spaces between them where their script wants one.

    What ends without a mark, as a heading does, keeps its line to itself.
    """
    lines: list[list[str]] = [[]]
    for sentence in sentences:
        lines[-1].append(sentence)
        if not ends_with_mark(sentence):
            lines.append([])
    return "\n".join(one_line("\n".join(line)) for line in lines if line)
