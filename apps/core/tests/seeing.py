"""Reads HTML as a browser does, and says what in it our own templates and renderer did not put there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
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
# What the checks of an answer add.
SIGNED: Mapping[str, _Attributes] = {
    "a": {
        "class": re.compile(r"sign is-\w+ is-\w+"),
        "id": re.compile("said-[0-9]+"),
        "href": re.compile("#check-[0-9]+"),
    },
    "span": {"class": re.compile(r"claim is-\w+ is-\w+|cite missing|aloud")},
}


def fragment(html: str) -> Element:
    """The elements of an HTML fragment, below one that stands for the element it is put into."""
    parsed: Element = html5lib.parseFragment(html, container="div", namespaceHTMLElements=False)
    return parsed


def foreign(root: Element, cites: Collection[str] = (), *, signed: bool = False) -> Iterator[str]:
    """What of the elements below `root` is not of rendered Markdown.

    `cites` are the addresses of its sources; `signed`, the signs of its checks are ours as well.
    """
    for element in root.iter():
        tag, attributes = str(element.tag), dict(element.attrib)
        is_ours = (
            element is root
            or (tag == "a" and attributes in ({"class": "cite", "href": href} for href in cites))
            or (signed and tag in SIGNED and _is(attributes, SIGNED[tag]))
            or (tag in RENDERED and _is(attributes, RENDERED[tag]))
        )
        if not is_ours:
            yield f"<{tag} {attributes}>"


def _is(attributes: Mapping[str, str], expected: _Attributes) -> bool:
    return all(name in expected and expected[name].fullmatch(value) for name, value in attributes.items())
