"""Reads HTML as a browser does, and says what in it our own templates and renderer did not put there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

import html5lib

_Attributes = Mapping[str, re.Pattern[str]]
# The attributes that each element of rendered Markdown may have, and what each may say.
RENDERED: Mapping[str, _Attributes] = {
    **{tag: {} for tag in ("p", "br", "hr", "strong", "em", "del", "pre", "blockquote", "ul", "li")},
    **{tag: {} for tag in ("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr")},
    **{tag: {"align": re.compile("left|center|right")} for tag in ("th", "td")},
    "ol": {"start": re.compile("[0-9]{1,9}")},
    "code": {"class": re.compile(r"language-[\w+#.-]{1,30}", re.ASCII)},
}
# What else an article may have, and what the checks of an answer add to it.
LINKED: Mapping[str, _Attributes] = {
    "h2": {},
    "a": {
        "href": re.compile(r"https?:.*|mailto:.*|/(?![/\\]).*|#.*"),
        "title": re.compile(".*", re.DOTALL),
        "rel": re.compile("noopener noreferrer nofollow"),
    },
}
SIGNED: Mapping[str, _Attributes] = {
    "a": {
        "class": re.compile(r"sign is-\w+ is-\w+"),
        "id": re.compile("said-[0-9]+"),
        "href": re.compile("#check-[0-9]+"),
    },
    "span": {"class": re.compile(r"claim is-\w+ is-\w+|cite missing|aloud")},
}


def cited(answer: object) -> Mapping[str, _Attributes]:
    """The markers of the sources of the answer with this id."""
    href = re.compile(f"#source-{answer}-[1-9][0-9]?")
    # The last is for the source that is open beside the answer.
    return {"a": {"class": re.compile("cite"), "href": href, "aria-current": re.compile("true")}}


def fragment(html: str) -> Element:
    """The elements of an HTML fragment, below one that stands for the element it is put into."""
    parsed: Element = html5lib.parseFragment(html, container="div", namespaceHTMLElements=False)
    return parsed


def foreign(root: Element, *more: Mapping[str, _Attributes]) -> Iterator[str]:
    """What of the elements below `root` is neither of rendered Markdown nor of `more`."""
    for element in root.iter():
        tag, attributes = str(element.tag), dict(element.attrib)
        if element is not root and not any(tag in kind and _is(attributes, kind[tag]) for kind in (RENDERED, *more)):
            yield f"<{tag} {attributes}>"


def _is(attributes: Mapping[str, str], expected: _Attributes) -> bool:
    return all(name in expected and expected[name].fullmatch(value) for name, value in attributes.items())
