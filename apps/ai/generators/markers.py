"""Finds the source markers of an answer while it is written: 【1】 ［１］ [1,2] [1-3] [Source 1] become [1][2]…"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_OPEN, _CLOSE = "\\[【［", "\\]】］"
_DIGIT = "0-9０-９"
_COMMA = ",，、;；"
_DASH = "\\-‐‑–—~～至"
_NAMED = r"(?:\^|#|(?:sources?|passages?|來源|来源|資料|资料|段落)[ :：]*)?"
_MARKER = re.compile(
    rf"[{_OPEN}] *{_NAMED} *(?P<numbers>[{_DIGIT}]{{1,3}}(?: *[{_COMMA}{_DASH}] *[{_DIGIT}]{{1,3}})*)"
    rf"(?:†[^{_OPEN}{_CLOSE}\n]*)? *[{_CLOSE}]",
    re.IGNORECASE,
)
# What may still become a marker when more text comes; the letters are those of "sources" and "passages".
_BEGUN = re.compile(
    rf"[{_OPEN}][ \^#:：acegoprsu來源来資料资段落{_DIGIT}{_COMMA}{_DASH}]*(?:†[^{_OPEN}{_CLOSE}\n]*)?", re.IGNORECASE
)
_LONGEST = 40
_PART = re.compile(rf"([{_DIGIT}]+)(?: *[{_DASH}] *([{_DIGIT}]+))?")
_TOKEN = re.compile(rf"(?P<open>[{_OPEN}])|(?P<ticks>`+)|(?P<newline>\n)|[^{_OPEN}`\n]+")
_FENCE = re.compile(r"[\s>*+\-.\d]*")


class Markers:
    """Splits an answer's text, as it arrives, into plain text and markers of known sources.

    Nothing is changed inside code, and nothing that names no known source. What could be the beginning of a marker is
    held back until it is decided, so that no marker is ever split. With `written` false it is not for the writer to
    set markers (the server tells citations apart from the text): what looks like one is escaped, and only shown.
    """

    def __init__(self, known: Collection[int], *, written: bool = True) -> None:
        self._known = known
        self._written = written
        self._held = ""
        # The line so far, and the backticks that opened the code we are in.
        self._line = ""
        self._code = ""
        self._fenced = False

    def feed(self, text: str) -> Iterator[str | int]:
        """What is decided once `text` has been added: plain text, and the number of each source cited."""
        return self._decided(self._held + text, complete=False)

    def rest(self) -> Iterator[str | int]:
        """What was held back, now that nothing more comes."""
        return self._decided(self._held, complete=True)

    def _decided(self, text: str, *, complete: bool) -> Iterator[str | int]:
        plain, at = "", 0
        while token := _TOKEN.match(text, at):
            end, marker = token.end(), None
            if token["open"] and not self._code:
                marker = _MARKER.match(text, at)
                if not marker and not complete and _may_become_one(text[at:]):
                    break
            elif token["ticks"] and end == len(text) and not complete:
                break
            if marker:
                end = marker.end()
                for piece in self._read(marker):
                    if isinstance(piece, int):
                        if plain:
                            yield plain
                        plain = ""
                        yield piece
                    else:
                        plain += piece
            else:
                plain += token.group()
            self._follow(text[at:end], is_ticks=bool(token["ticks"]))
            at = end
        self._held = text[at:]
        if plain:
            yield plain

    def _read(self, marker: re.Match[str]) -> list[str | int]:
        """The known sources that the marker names; or its own text, when it names none or is none of the writer's."""
        if not self._written:
            return [re.sub(r"^\[(.*)\]$", r"\\[\1\\]", marker.group())]
        numbers = list(_numbers(marker["numbers"]))
        if not any(number in self._known for number in numbers):
            return [marker.group()]
        return [number if number in self._known else f"[{number}]" for number in numbers]

    def _follow(self, text: str, *, is_ticks: bool) -> None:
        """Keeps track of whether what comes next is inside code."""
        if text == "\n":
            if not self._fenced and not self._line.strip():
                self._code = ""
            self._line = ""
            return
        if is_ticks:
            self._at_ticks(text)
        self._line += text

    def _at_ticks(self, ticks: str) -> None:
        starts_line = _FENCE.fullmatch(self._line) is not None
        if not self._code and not self._line.endswith("\\"):
            self._code, self._fenced = ticks, starts_line and len(ticks) >= 3
        elif self._fenced and starts_line and len(ticks) >= len(self._code):
            self._code, self._fenced = "", False
        elif not self._fenced and ticks == self._code:
            self._code = ""


def _may_become_one(text: str) -> bool:
    return len(text) <= _LONGEST and _BEGUN.fullmatch(text) is not None


def _numbers(text: str) -> Iterator[int]:
    """1, 2 and 3 of "1,2-3"; a range that makes no sense gives its two ends."""
    for first, last in _PART.findall(text):
        low, high = int(first), int(last or first)
        yield from range(low, high + 1) if low <= high < low + 20 else (low, high)
