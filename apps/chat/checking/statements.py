"""Cuts an answer into the sentences that state something, each with the numbers of the sources it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from apps.indexing import sentences

_MARKER = re.compile(r"(?<!\\)\[(\d{1,4})\]")
_FENCE = re.compile(r"\s*(?:>\s*)*(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
# What begins a line and is no part of its sentence: quotation, list, task; a heading states nothing.
_PREFIX = re.compile(r"\s*(?:>\s*)*(?:(?:[-*+•]|\d{1,9}[.)])\s+)?(?:\[[ xX]\]\s+)?(?:>\s*)*")
_HEADING = re.compile(r"\s*(?:>\s*)*#{1,6}\s")
_RULE = re.compile(r"[\s|:*_=-]*")
_WORD = re.compile(r"[^\W\d_]")
_LEADS_IN = re.compile(r"[:：][\s*_]*$")
_GOES_ON = "；;"
_SIGNS_AROUND = " \t*_~|"
# A sentence about the sources rather than from them.
_ABOUT_SOURCES = re.compile(
    r"\b(?:passages?|sources?|documents?|library|texts?|excerpts?|notes?)\b[^.]{0,40}?"
    r"\b(?:do|does|did|is|are|was|were|have|has|contain|contains|say|says|give|gives)\b[^.]{0,20}?(?:\bno\b|\bnot\b|n't\b|\bnothing\b)"
    r"|\bno (?:passage|source|document|information|mention)\b"
    r"|(?:文件|資料|资料|段落|出處|出处|來源|来源|內容|内容|文中|文庫|文库)[^。]{0,12}?(?:沒有|没有|並未|并未|未|沒|没|無|无)"
    r"[^。]{0,6}?(?:提|說|说|記|记|寫|写|包含|指|涵蓋|涵盖|回答|相關|相关|資訊|信息)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Statement:
    """[start, end) of a sentence in the answer, without the markers behind it; `words` is what it says.

    `words` is as long as the sentence, spaces standing where it has markers within; `numbers` are the sources it cites.
    """

    start: int
    end: int
    words: str
    numbers: tuple[int, ...]


def statements(text: str) -> list[Statement]:
    """Those of an answer in Markdown, in order. A marker belongs to the sentence that ends or stands before it."""
    return [found for start, line in _lines(text) for found in _of_line(start, line)]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that may state something, outside of blocks of code, with where each begins."""
    at, fence = 0, ""
    for line in text.splitlines(keepends=True):
        opened = _FENCE.match(line)
        if fence:
            fence = "" if opened and opened[1].startswith(fence) else fence
        elif opened:
            fence = opened[1]
        elif not _HEADING.match(line) and not _RULE.fullmatch(line):
            yield at, line
        at += len(line)


def _of_line(start: int, line: str) -> Iterator[Statement]:
    prefix = _PREFIX.match(line)
    begin = prefix.end() if prefix else 0
    code = [match.span() for match in _CODE.finditer(line)]
    markers = [match for match in _MARKER.finditer(line, begin) if not _is_within(match.start(), code)]
    bare = line
    for marker in markers:
        bare = bare[: marker.start()] + " " * len(marker[0]) + bare[marker.end() :]
    spans = [(begin + first, begin + last) for first, last in sentences.whole(bare[begin:])]
    for first, last, following in _joined(bare, spans, [marker.start() for marker in markers]):
        numbers = tuple(dict.fromkeys(int(m[1]) for m in markers if first <= m.start() < following))
        begins, ends = _without_signs(bare, first, last)
        words = bare[begins:ends]
        if _WORD.search(words) and not _LEADS_IN.search(words) and not _ABOUT_SOURCES.search(words):
            yield Statement(start + begins, start + ends, words, numbers)


def _joined(line: str, spans: Sequence[tuple[int, int]], markers: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """[start, end) of each sentence, and where the one after it begins.

    What ends with a Chinese semicolon, and no marker behind it, shares the markers of what goes on: it is one sentence
    with that.
    """
    begun = None
    for (first, last), (following, _) in pairwise([*spans, (len(line), 0)]):
        begun = first if begun is None else begun
        goes_on = line[last - 1] in _GOES_ON and following < len(line)
        if not goes_on or any(first <= marker < following for marker in markers):
            yield begun, last, following
            begun = None


def _without_signs(line: str, first: int, last: int) -> tuple[int, int]:
    """Without emphasis at both ends, so that what is bold as a whole is still a sentence."""
    while first < last and line[first] in _SIGNS_AROUND:
        first += 1
    while first < last and line[last - 1] in _SIGNS_AROUND:
        last -= 1
    return first, last


def _is_within(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= at < last for first, last in spans)
