"""Where CommonMark's rules for spaced scripts fail Han text: bold beside full-width marks, and wrapped lines."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

# Ideographs, kana, full-width marks and the quotes 「」『』; not Hangul, which is written with spaces.
_HAN = re.compile("[\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")


class _HanState(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Lets `**注意：**請` be bold: CommonMark sees a mark followed by a letter, and keeps the asterisks."""
        scanned = super().scanDelims(start, canSplitWord)
        end = start + scanned.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if canSplitWord and (_HAN.match(before) or _HAN.match(after)):
            return Scanned(not after.isspace(), not before.isspace(), scanned.length)
        return scanned


class HanInline(ParserInline):
    """Reads a paragraph's inside with Han text in mind."""

    def parse(self, src: str, md: MarkdownIt, env: object, tokens: list[Token]) -> list[Token]:
        """The tokens of `src`, appended to `tokens`."""
        state = _HanState(src, md, env, tokens)  # type: ignore[arg-type]
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def join_lines(state: StateCore) -> None:
    """A rule: a line broken between two Han characters goes on without a space."""
    for token in state.tokens:
        if token.type == "inline":
            _join(token.children or ())


def _join(tokens: Iterable[Token]) -> None:
    before, wrapped = "", None
    for token in tokens:
        if token.type == "softbreak":
            wrapped = token
        elif token.content:
            if wrapped and _HAN.match(before) and _HAN.match(token.content[0]):
                wrapped.type = "text"
            before, wrapped = token.content[-1], None
