"""Compares each sentence of an answer with the sources it cites: for now by its numbers alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from apps.chat.checking import Checked, Verdict

_END = re.compile(r"(?:[。！？!?]+|\.(?=\s|\[|$))(?:[ \t]*\[\d+\])*|\n|$")
_BEGINNING = re.compile(r"\s*(?:[-*+>#]+\s+)*")
_MARKERS_LAST = re.compile(r"(?:[ \t]*\[\d{1,4}\])+$")
_MARKER = re.compile(r"[ \t]*\[(\d{1,4})\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def check(text: str, sources: Mapping[int, str]) -> list[Checked]:
    """One for each sentence of the answer `text`, in order; `sources` are the texts it may cite, by number."""
    return [_checked(text, start, end, sources) for start, end in _spans(text)]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        beginning = _BEGINNING.match(text, start, match.end())
        begin = beginning.end() if beginning else start
        sentence = text[begin : match.end()].rstrip()
        if re.search(r"\w", _MARKER.sub("", sentence)):
            yield begin, begin + len(sentence)
        start = match.end()


def _checked(text: str, start: int, end: int, sources: Mapping[int, str]) -> Checked:
    sentence = text[start:end]
    numbers = tuple(dict.fromkeys(map(int, _MARKER.findall(sentence))))
    end = start + len(_MARKERS_LAST.sub("", sentence))
    if not numbers:
        return Checked(start, end, (), Verdict.UNCITED)
    if any(number not in sources for number in numbers):
        return Checked(start, end, numbers, Verdict.NO_SOURCE)
    known = set(_NUMBER.findall(" ".join(sources[number] for number in numbers)))
    wrong = [number for number in _NUMBER.findall(_MARKER.sub("", sentence)) if number not in known]
    return Checked(start, end, numbers, Verdict.NUMBER if wrong else Verdict.MATCHES, ", ".join(wrong))
