"""The one door to unstructured: light, offline and silent, and its elements as blocks."""

from __future__ import annotations

import importlib
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

from apps.indexing.extract.blocks import Block, BlockKind

_LEFT_OUT = ("Header", "Footer", "PageBreak", "Image", "PageNumber")
_KINDS = {
    "ListItem": BlockKind.LIST_ITEM,
    "List-item": BlockKind.LIST_ITEM,
    "Table": BlockKind.TABLE,
    "CodeSnippet": BlockKind.CODE,
}
_WORD = re.compile(r"\w+|[^\w\s]")
_SENTENCE = re.compile(r"[^.!?。！？]+[.!?。！？]*")


def partitioner(name: str) -> Callable[..., list[Any]]:
    """unstructured's function for one format.

    It wants spaCy, which would download a model on first use, and classifies text by English grammar: both are taken
    away before it is imported, and only what the file itself says (styles, tags, title shapes) makes a heading.
    """
    _without_spacy()
    module = importlib.import_module(f"unstructured.partition.{name}")
    for target in (module, sys.modules.get("unstructured.partition.html.parser")):
        _classify_nothing(target)
    function: Callable[..., list[Any]] = getattr(module, f"partition_{name}")
    return function


def _without_spacy() -> None:
    # It asks for a folder to lock a download in; looking for one writes a file, which the child may not.
    tempfile.tempdir = os.devnull
    for name, attribute in (("spacy", ""), ("spacy.language", "Language"), ("spacy.tokens", "Doc")):
        stub = ModuleType(name)
        if attribute:
            setattr(stub, attribute, object)
        sys.modules[name] = stub
    tokenize = importlib.import_module("unstructured.nlp.tokenize")
    tokenize.word_tokenize = _WORD.findall  # type: ignore[attr-defined]
    tokenize.sent_tokenize = _SENTENCE.findall  # type: ignore[attr-defined]
    tokenize.pos_tag = _tagged  # type: ignore[attr-defined]


def _tagged(text: str) -> list[tuple[str, str]]:
    return [(word, "NN") for word in _WORD.findall(text)]


def _classify_nothing(module: ModuleType | None) -> None:
    for name, answer in (("is_possible_narrative_text", True), ("is_possible_title", False)):
        if hasattr(module, name):
            setattr(module, name, lambda *_, answer=answer, **__: answer)


def blocks(elements: Iterable[Any], page: int | None = None) -> Iterator[Block]:
    """Each element as a block under the headings before it; `page`: where they all stand."""
    path: list[tuple[int, str]] = []
    for element in elements:
        text = _text(element)
        if not text or element.category in _LEFT_OUT:
            continue
        heading = element.category == "Title"
        if heading:
            path = [one for one in path if one[0] < _depth(element)]
        titles = tuple(title for _, title in path)
        kind = BlockKind.HEADING if heading else _KINDS.get(element.category, BlockKind.TEXT)
        yield Block(text, kind, page=page, headings=titles)
        if heading:
            path.append((_depth(element), text))


def _depth(element: Any) -> int:
    return element.metadata.category_depth or 0


def _text(element: Any) -> str:
    if element.category == "Table" and (html := element.metadata.text_as_html):
        return _rows(html)
    text = element.text.replace("\0", "").replace("\v", "\n")
    if element.category == "CodeSnippet":
        return str(text.strip("\n"))
    return "\n".join(line for part in text.split("\n") if (line := " ".join(part.split())))


def _rows(html: str) -> str:
    """A table's rows as lines, its cells divided by bars."""
    from lxml import html as lxml_html  # type: ignore[import-untyped]

    rows = []
    for row in lxml_html.fragment_fromstring(html, create_parent="div").iter("tr"):
        cells = [" ".join(cell.text_content().split()) for cell in row.iter("td", "th")]
        rows.append(" | ".join(cells))
    return "\n".join(row.strip() for row in rows if row.strip(" |")).replace("\0", "")
