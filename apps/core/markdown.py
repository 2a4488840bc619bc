"""Markdown to safe HTML: the only module that marks HTML as safe.

What models and readers write is hostile input. The parser knows no raw HTML; a sanitiser then keeps a short list of
elements; our own citation links, the signs of what was found about a sentence, and the mark of a quotation are inserted
last, into text only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from apps.core import quoting
from apps.core import signs as signing
from apps.core.han import HanInline, join_lines
from apps.core.quoting import Quotation
from apps.core.signs import SIGN, Sign

_TAGS = {
    *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td", "mark", "sup"),
}
_ATTRIBUTES = {"code": {"class"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
_LANGUAGE = re.compile(r"language-[\w+#.-]{1,30}", re.ASCII)
# A path of this site or a place in the page; never another host in disguise (`//host`, `/\host`).
_OWN_PATH = re.compile(r"(?:/(?![/\\])|#)[!-~]*")
_MARKER = re.compile(r"\[([1-9][0-9]{0,3})\]")
# Stands for an escaped bracket until the markers are linked: a character of private use, and no text's own.
_ESCAPED_BRACKET = "\ue05b"
# A marker into which a sign fell: the sign stands behind it.
_PARTED_MARKER = re.compile(rf"\[[{SIGN.pattern[1:-1]}0-9]+\]")
_TAG = re.compile(r"""(<(?:[^"'<>]|"[^"]*"|'[^']*')*>)""")
_TASK = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
# A list inside a list counts twice: thirty of them, then the rest is left out rather than the stack overrun.
_DEEPEST = 60


def answer_html(
    text: str, citations: Mapping[int, str] | None = None, signs: Sequence[Sign] = (), missing: str = ""
) -> SafeString:
    """An answer as HTML in which nothing can be clicked but our citations and signs.

    `citations` maps the number n of a marker `[n]` to the address its link opens; other markers stay text, and so
    does an escaped one, as quoted text has it: `\\[n\\]`. Where `missing` says what it means that there is no such
    source, other markers are marked as such. `signs` are those of sentences of `text`, in order and apart; one whose
    sentence ends within code is left out.
    """
    signs = signs[: signing.MOST]
    html = _ANSWER.render(text.replace(_ESCAPED_BRACKET, "["), {"signs": signs, "source": text})
    html = _cited(_ANSWER_CLEANER.clean(html), citations or {}, missing)
    return mark_safe(_signed(html, signs).replace(_ESCAPED_BRACKET, "["))  # noqa: S308


def article_html(text: str) -> SafeString:
    """A reader's own article as HTML: links to the web, to mail and into this site; pictures become links."""
    return mark_safe(_ARTICLE_CLEANER.clean(_ARTICLE.render(text)))  # noqa: S308


def article_html_at(text: str, quotation: Quotation) -> SafeString | None:
    """As `article_html`, with the quotation marked; `None` when the article, as it is read, does not say so."""
    html = quoting.marked(_ARTICLE_CLEANER.clean(_ARTICLE.render(text)), quotation)
    return None if html is None else mark_safe(html)  # noqa: S308


def _cited(html: str, citations: Mapping[int, str], missing: str) -> str:
    """`html` (as the sanitiser wrote it) with links for the markers in its text, none within code."""

    def link(marker: re.Match[str]) -> str:
        if href := citations.get(int(marker[1])):
            return f'<a class="cite" href="{escape(href)}">{marker[1]}</a>'
        # A year in brackets is none.
        if missing and len(marker[1]) < 4:
            return f'<span class="cite missing">{marker[1]}<span class="aloud"> {escape(missing)}</span></span>'
        return marker[0]

    if not citations and not missing:
        return html
    depth, pieces = 0, _TAG.split(html)
    for index, piece in enumerate(pieces):
        if index % 2:
            depth += (piece.startswith(("<code", "<pre"))) - (piece in ("</code>", "</pre>"))
        elif not depth:
            pieces[index] = _MARKER.sub(link, _PARTED_MARKER.sub(_signs_last, piece))
    return "".join(pieces)


def _signs_last(marker: re.Match[str]) -> str:
    return SIGN.sub("", marker[0]) + "".join(SIGN.findall(marker[0]))


def _signed(html: str, signs: Sequence[Sign]) -> str:
    """`html` with the signs in the place of the characters that stand for them."""
    set_here = set(SIGN.findall(html))

    def markup(found: re.Match[str]) -> str:
        index, opens = signing.which(found[0])
        sign = signs[index]
        if opens:
            return f'<span class="claim {escape(sign.kind)}">'
        link = f'<a class="sign {escape(sign.kind)}" id="{escape(sign.name)}" href="{escape(sign.href)}">'
        closing = "</span>" if signing.opening(index) in set_here else ""
        return f"{link}<span>{escape(sign.words)}</span></a>{closing}"

    return SIGN.sub(markup, html) if signs else html


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return value if _LANGUAGE.fullmatch(value) else None
    return value


def _own_path(url: str) -> str | None:
    return url if _OWN_PATH.fullmatch(url) else None


def _shift_headings(levels: int) -> Any:
    """A rule that lowers headings, since the page's own title stands above them."""

    def rule(state: StateCore) -> None:
        for token in state.tokens:
            if token.type in ("heading_open", "heading_close"):
                token.tag = f"h{min(6, int(token.tag[1]) + levels)}"

    return rule


def _align_cells(state: StateCore) -> None:
    """Says the alignment of a cell in an attribute: a style would be against the policy."""
    for token in state.tokens:
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs = {"align": str(token.attrs["style"]).removeprefix("text-align:")}


def _name_strikes(state: StateCore) -> None:
    """Says `del`, which tells a screen reader more than `s`."""
    for token in state.tokens:
        for child in token.children or ():
            if child.tag == "s":
                child.tag = "del"


def _keep_escaped_brackets(state: StateCore) -> None:
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "text_special" and child.content == "[":
                child.content = _ESCAPED_BRACKET


def _tick_tasks(state: StateCore) -> None:
    """Draws the boxes of a task list."""
    for before, token in zip(state.tokens[1:], state.tokens[2:], strict=False):
        first = token.children[0] if token.type == "inline" and token.children else None
        if first and before.type == "paragraph_open" and before.level and first.content[:4] in _TASK:
            first.content = _TASK[first.content[:4]] + first.content[4:]


def _picture_as_link(self: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    """What another host would be asked for at once if it were a picture waits here until the reader follows it."""
    token = tokens[index]
    words = self.renderInlineAsText(token.children, options, env) or token.attrs["src"]
    return f'<a href="{escape(token.attrs["src"])}">{escape(words)}</a>'


def _parser(levels: int) -> MarkdownIt:
    parser = MarkdownIt()
    parser.inline = HanInline()
    parser.configure("commonmark", {"html": False, "maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    parser.core.ruler.push("join_lines", join_lines)
    parser.core.ruler.push("shift_headings", _shift_headings(levels))
    parser.core.ruler.push("align_cells", _align_cells)
    parser.core.ruler.push("name_strikes", _name_strikes)
    return parser.disable(["html_block", "html_inline"])


_ANSWER = _parser(levels=2).disable(["image", "link", "reference", "autolink"])
_ANSWER.core.ruler.before("text_join", "keep_escaped_brackets", _keep_escaped_brackets)
_ANSWER.core.ruler.before("text_join", "forbid_signs", signing.forbid)
_ANSWER.core.ruler.before("text_join", "place_signs", signing.place)
_ANSWER.add_render_rule("sign", signing.render)
_ANSWER_CLEANER = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=_attribute, link_rel=None)

_ARTICLE = _parser(levels=1)
_ARTICLE.core.ruler.push("tick_tasks", _tick_tasks)
_ARTICLE.add_render_rule("image", _picture_as_link)
_ARTICLE_CLEANER = nh3.Cleaner(
    tags=_TAGS | {"h2", "a"},
    attributes={**_ATTRIBUTES, "a": {"href", "title"}},
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    url_relative=_own_path,
    link_rel="noopener noreferrer nofollow",
)
