"""What is typed into a search box: a question, phrases in quotes, and operators that narrow where it is looked for.

    "exact words" 「一字不差」   -left -"left out"   type:pdf   title:lease   after:2025-01   before:2025-06-30

Whatever is not understood is part of the question, and the reader is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.indexing import lexemes
from apps.search.filters import Filters
from apps.search.phrases import Phrase
from apps.search.questions import CHARACTERS

# The names of the operators and of what `type:` takes, in the form in which spellings are compared.
_OPERATORS = {
    **dict.fromkeys(["type", "kind", "類型", "種類", "格式"], "type"),
    **dict.fromkeys(["title", "標題", "題名", "名稱"], "title"),
    **dict.fromkeys(["after", "since", "之後", "晚於"], "after"),
    **dict.fromkeys(["before", "until", "之前", "早於"], "before"),
}
_TYPES = {
    **dict.fromkeys(["article", "articles", "文章"], "article"),
    **dict.fromkeys(["file", "files", "檔案"], "file"),
    **dict.fromkeys(["pdf"], "pdf"),
    **dict.fromkeys(["docx", "doc", "word"], "docx"),
    **dict.fromkeys(["pptx", "ppt", "powerpoint", "slides", "簡報", "投影片"], "pptx"),
    **dict.fromkeys(["html", "htm", "web", "網頁"], "html"),
    **dict.fromkeys(["markdown", "md"], "markdown"),
    **dict.fromkeys(["text", "txt", "文字", "純文字"], "text"),
}
_TYPE_WORDS: dict[str, Promise | str] = {
    "article": gettext_lazy("Articles"),
    "file": gettext_lazy("Files"),
    "pdf": "PDF",
    "docx": "Word",
    "pptx": "PowerPoint",
    "html": gettext_lazy("Web pages"),
    "markdown": "Markdown",
    "text": gettext_lazy("Plain text"),
}

_MARKS = '"“”„＂'
_OPENING = f"{_MARKS}「『"
_QUOTED = rf"(?:[{_MARKS}][^{_MARKS}]+[{_MARKS}]|「[^」]+」|『[^』]+』)"
_MINUS = "[-－−]"
_PIECE = re.compile(
    rf"(?<!\S)(?P<not>{_MINUS}?)(?P<name>[^\W\d_]{{1,20}})[:：](?P<given>{_QUOTED}|[^\s{_OPENING}]+)"
    rf"|(?<!\S){_MINUS}(?P<without>{_QUOTED}|(?!{_MINUS})[^\s{_OPENING}]+)"
    # 12" and foo"bar" are no beginnings of phrases; 什麼是"押金" is one.
    rf"|(?<!{lexemes.LETTER})(?P<phrase>{_QUOTED})"
)
_DATE = re.compile(r"(\d{4})(?:年|(?:[-/.年](\d{1,2})(?:月|[-/.月](\d{1,2})日?)?)?)")
_DATE_OF_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)")
_BETWEEN_TYPES = re.compile(r"[,，、|]")
# What ends a sentence is no part of a value.
_ENDED = re.compile(r"[.,;!?、，。；！？…]+$")
# A remark quotes no more than this of what was typed.
_QUOTED_CHARACTERS = 40


@dataclass(frozen=True)
class Part:
    """One thing that narrows a search: what it is, how it was understood, and all that was typed without it.

    `kind` is "type", "title", "after", "before", "phrase" or "without"; `is_not` where a type or a title is left out.
    """

    kind: str
    value: str
    rest: str
    is_not: bool = False


@dataclass(frozen=True)
class Query:
    """A search as typed: `text` is the question, phrases and all; `remarks` are sentences for the reader."""

    text: str
    filters: Filters
    parts: tuple[Part, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def is_listing(self) -> bool:
        """Whether nothing is asked but which documents there are of some kind."""
        return not self.text and bool(self.filters)


@dataclass(frozen=True)
class _Piece:
    """Something typed that looks as if it narrowed the search. `kind` as in `Part`, "" for an operator unknown."""

    kind: str
    name: str
    value: str
    is_quoted: bool
    is_not: bool


def read(typed: str) -> Query:
    """The search in what somebody typed, of whatever length and content."""
    typed = " ".join(typed[:CHARACTERS].replace("\0", " ").split())
    filters, parts, remarks, text, at = Filters(), list[Part](), list[str](), "", 0
    while match := _PIECE.search(typed, at):
        piece = _piece(match)
        narrowed = _narrowed(filters, piece)
        text += typed[at : match.start()]
        # What is not understood is a part of the question, up to a phrase in quotes that may follow.
        at = match.end() if narrowed or not piece.name else match.start("given")
        if narrowed is None:
            text += typed[match.start() : at]
            remarks += _remarks(piece)
        else:
            filters = narrowed
            text += match[0] if piece.kind == "phrase" else " "
            parts.append(_part(piece, typed[: match.start()], typed[match.end() :]))
    text = " ".join((text + typed[at:]).split())
    says_something = not filters or lexemes.TOKEN.search(lexemes.folded(text))
    return Query(text if says_something else "", filters, tuple(parts), tuple(dict.fromkeys(remarks)))


def read_day(typed: str) -> date | None:
    """The first day of a date, a month or a year: 2025-06-30, 2025/6, 2025年6月30日, 20250630."""
    typed = unicodedata.normalize("NFKC", typed)
    match = _DATE.fullmatch(typed) or _DATE_OF_DIGITS.fullmatch(typed)
    try:
        return date(*(int(number or 1) for number in match.groups())) if match else None
    except ValueError:
        return None


def _piece(match: re.Match[str]) -> _Piece:
    given = match["given"] or match["without"] or match["phrase"]
    is_quoted = given[0] in _OPENING
    value = given[1:-1].strip() if is_quoted else _ENDED.sub("", given)
    if match["name"]:
        name = match["name"]
        return _Piece(_operators().get(lexemes.folded(name), ""), name, value, is_quoted, bool(match["not"]))
    return _Piece("phrase" if match["phrase"] else "without", "", value, is_quoted, is_not=False)


def _narrowed(filters: Filters, piece: _Piece) -> Filters | None:
    """`filters` and what a piece adds to them; nothing when it says nothing that could be understood."""
    if name := _ADDED_BY.get((piece.kind, piece.is_not)):
        phrase = Phrase(piece.value, piece.is_quoted)
        changed: dict[str, Any] = {name: (*getattr(filters, name), phrase)}
        return replace(filters, **changed) if phrase.says_something else None
    if piece.kind == "type" and (types := _types_in(piece.value)):
        name = "without_types" if piece.is_not else "types"
        return replace(filters, **{name: getattr(filters, name) | types})
    day = None if piece.is_not else read_day(piece.value)
    if piece.kind == "after" and day:
        return replace(filters, after=max(day, filters.after or day))
    if piece.kind == "before" and day:
        return replace(filters, before=min(day, filters.before or day))
    return None


_ADDED_BY = {
    ("phrase", False): "phrases",
    ("without", False): "without",
    ("title", False): "titles",
    ("title", True): "without_titles",
}


def _types_in(value: str) -> frozenset[str]:
    """The types a value names; none when there is one among them that is none."""
    named = [lexemes.folded(name.strip(" .")) for name in _BETWEEN_TYPES.split(value)]
    found = frozenset(_types().get(name, "") for name in named)
    return frozenset() if "" in found else found


def _part(piece: _Piece, before: str, after: str) -> Part:
    value = piece.value
    if piece.kind == "type":
        value = ", ".join(str(_TYPE_WORDS[name]) for name in _TYPE_WORDS if name in _types_in(value))
    elif day := read_day(value) if piece.kind in ("after", "before") else None:
        value = day.isoformat()
    # A phrase that need not stand so is still asked for.
    rest = f"{before}{value if piece.kind == 'phrase' else ' '}{after}"
    return Part(piece.kind, value, " ".join(rest.split()), piece.is_not)


def _remarks(piece: _Piece) -> Iterator[str]:
    """Why an operator is none, for those who may have meant one."""
    typed = f"{'-' if piece.is_not else ''}{piece.name}:{piece.value}"
    said = {"typed": f"{typed[:_QUOTED_CHARACTERS]}…" if len(typed) > _QUOTED_CHARACTERS else typed, "name": piece.name}
    if piece.kind in ("after", "before") and not piece.is_not:
        yield _("“%(typed)s” is no date; write %(name)s:2026-01-31.") % said
    elif piece.kind == "type":
        said["types"] = "article, file, pdf, docx, pptx, html, markdown, text"
        yield _("“%(typed)s” is no kind of document; there are %(types)s.") % said
    elif piece.name.isascii() and piece.value[:1].isalnum() and not piece.is_quoted:
        yield _("“%(typed)s” was taken as words; a search is narrowed by type:, title:, after: and before:.") % said


@cache
def _operators() -> dict[str, str]:
    return {lexemes.folded(name): kind for name, kind in _OPERATORS.items()}


@cache
def _types() -> dict[str, str]:
    return {lexemes.folded(name): kind for name, kind in _TYPES.items()}
