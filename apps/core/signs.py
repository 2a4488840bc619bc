"""Sets signs into Markdown at places of its source without changing how the rest is read.

A sign is a token of its own, put among those that the parser has made already: whatever the text, it becomes the same
HTML with and without signs. Until the HTML is clean a sign is one character of private use, and no text's own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# The fifteenth plane: two characters for each sign, one where its sentence begins and one where it ends.
_FIRST = 0xF0000
MOST = 0xFFFD // 2
SIGN = re.compile("[\U000f0000-\U000ffffd]")
_NO_CHARACTER = "\ufffd"
# Behind a sentence: marks that belong to it, and its markers, which may stand behind closing emphasis.
_BEHIND = re.compile(r"(?:[.。!！?？…;；」』”’\"'）)]|[*_~]*[ \t]*(?:\[\d{1,4}\])+)*")
_EMPHASIS = frozenset("*_~")


@dataclass(frozen=True)
class Sign:
    """What is said of the sentence [start, end) of a text.

    `kind` is the name of its look, `words` say what it means. `name` is its id in the page, and `href` where it leads.
    """

    start: int
    end: int
    kind: str
    words: str
    name: str
    href: str


@dataclass(frozen=True)
class _Mark:
    """One character to be set at a place of the source, or of a token's content."""

    at: int
    character: str
    opens: bool


@dataclass(frozen=True)
class _Line:
    """A line of an inline token's content: [start, end) in the source, `inside` in the content."""

    token: Token
    start: int
    end: int
    inside: int


def opening(index: int) -> str:
    """The character where the sentence of the sign of this index begins."""
    return chr(_FIRST + 2 * index)


def which(character: str) -> tuple[int, bool]:
    """The index of the sign that the character stands for, and whether its sentence begins here."""
    index, ends = divmod(ord(character) - _FIRST, 2)
    return index, not ends


def forbid(state: StateCore) -> None:
    """A rule: no text, however it is written, holds a sign of its own."""
    state.src = SIGN.sub(_NO_CHARACTER, state.src)
    for token in state.tokens:
        token.content = SIGN.sub(_NO_CHARACTER, token.content)
        for child in token.children or ():
            child.content = SIGN.sub(_NO_CHARACTER, child.content)


def place(state: StateCore) -> None:
    """A rule: sets the signs of `env["signs"]`, in the order of their sentences; none within code.

    The beginning of a sentence is set only where its end is in the same element.
    """
    signs: Sequence[Sign] = state.env.get("signs", ())
    if not signs:
        return
    lines, starts = _lines(state)
    wanted: dict[int, list[_Mark]] = defaultdict(list)
    for mark in _marks(state.env["source"], signs):
        row = bisect_right(starts, mark.at if mark.opens else mark.at - 1)
        if line := _nearest(lines.get(row, ()), mark):
            inside = line.inside + min(max(mark.at - line.start, 0), line.end - line.start)
            wanted[id(line.token)].append(replace(mark, at=inside))
    for token in state.tokens:
        if marks := wanted.get(id(token)):
            token.children = list(_paired(_set(token, deque(sorted(marks, key=lambda mark: mark.at)))))


def _marks(source: str, signs: Sequence[Sign]) -> Iterator[_Mark]:
    """Where each sentence begins, and where its sign stands, in a source whose lines end as the parser's do."""
    before = 0
    for index, sign in enumerate(signs):
        following = signs[index + 1].start if index + 1 < len(signs) else len(source)
        # What matches nothing still matches, at the sentence's end.
        behind = _BEHIND.match(source, sign.end)
        end = max(sign.end, min(behind.end() if behind else sign.end, following))
        if sign.start >= before:
            start = sign.start
            if _EMPHASIS & set(source[sign.end : end]):
                # The sign stands outside of what is bold: so does the beginning.
                start = before + len(source[before:start].rstrip("*_~"))
            yield _Mark(_as_parsed(source, start), opening(index), opens=True)
        yield _Mark(_as_parsed(source, end), chr(ord(opening(index)) + 1), opens=False)
        before = end


def _as_parsed(source: str, at: int) -> int:
    return at - source.count("\r\n", 0, at)


def _lines(state: StateCore) -> tuple[dict[int, list[_Line]], list[int]]:
    """What the inline tokens hold of each line of the source (from 1), and where the lines of the source begin."""
    rows = state.src.split("\n")
    starts = list(accumulate((len(row) + 1 for row in rows), initial=0))
    found: dict[int, list[_Line]] = defaultdict(list)
    for token in state.tokens:
        if token.type == "inline" and token.map and token.content:
            inside = 0
            for number, text in enumerate(token.content.split("\n"), token.map[0]):
                # Cells of a table stand in one line, one after the other.
                after = found[number + 1][-1].end if found[number + 1] else starts[number]
                at = state.src.find(text, after, starts[number + 1])
                if at >= 0:
                    found[number + 1].append(_Line(token, at, at + len(text), inside))
                inside += len(text) + 1
    return found, starts


def _nearest(lines: Sequence[_Line], mark: _Mark) -> _Line | None:
    """The line of content that the mark belongs to, of those of one line of the source."""
    before = [line for line in lines if line.start < mark.at + mark.opens]
    return before[-1] if before else lines[0] if lines and mark.opens else None


def _set(token: Token, marks: deque[_Mark]) -> Iterator[Token]:
    """The token's children with the marks among them; in order, at places of its content."""
    at = 0
    for child in token.children or ():
        begin, at = _written(child, token.content, at)
        cut, text = 0, child.type == "text"
        while marks and (marks[0].at < at if text else marks[0].at <= begin):
            to = max(marks[0].at - begin, cut) if text else 0
            if to > cut:
                yield replace(child, content=child.content[cut:to])
            cut = to
            yield _token(marks.popleft())
        yield replace(child, content=child.content[cut:]) if cut else child
    yield from map(_token, marks)


def _written(child: Token, content: str, at: int) -> tuple[int, int]:
    """Where in the content this child is written, from `at` on."""
    written = "\n" if child.tag == "br" else child.content if child.type == "text" else child.markup
    begin = max(content.find(written, at), at)
    end = begin + len(written)
    if child.type == "code_inline":
        end = max(content.find(written, end + len(child.content)), end) + len(written)
    return begin, end


def _token(mark: _Mark) -> Token:
    """Without content of its own: rules that look at the text around it see through it."""
    return Token("sign", "", 0, info=mark.character)


def _paired(children: Iterator[Token]) -> Iterator[Token]:
    """The children without those beginnings whose end is not in the same element."""
    found = list(children)
    alone: set[int] = set()
    opened, depth = -1, 0
    for index, child in enumerate(found):
        depth += child.nesting
        if child.type == "sign":
            number, opens = which(child.info)
            if opens:
                alone.add(index)
                opened, depth = index, 0
            elif opened >= 0 and depth == 0 and which(found[opened].info)[0] == number:
                alone.discard(opened)
        elif depth < 0:
            opened = -1
    yield from (child for index, child in enumerate(found) if index not in alone)


def render(_renderer: object, tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
    """The character that stands for the sign until the HTML is clean."""
    return tokens[index].info
