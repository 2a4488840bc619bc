"""The words of a text as the embedder understands them: near each other are a word, its synonyms and translations.

A search by words alone is silent between languages, and sentence vectors are vague about names and terms. Compared word
by word, 「製藥」 in a question meets "pharmaceutical" in a passage. Only the signs of a vector's numbers are kept: 64
bytes a word, and measured to find as well as the whole vector.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any

from apps.ai.embedders import checked, embedder
from apps.indexing import binary, lexemes
from apps.indexing.binary import Signs

# A word of fewer letters or Han characters says too little by itself; numbers are compared as they are, not by meaning.
LETTERS = 2
# Tables and listings may hold more: the first ones are compared.
WORDS_OF_ONE = 250
# 32 MB. A library's words are few beside its text: nearly all are known after some documents.
KNOWN = 100_000

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"(?P<han>[{_HAN}]+)|[^\W\d_{_HAN}]{{{LETTERS},40}}")
# Folding takes the most usual of question words to a rare form (the first), which no dictionary knows.
_AS_IN_DICTIONARIES = "幺", "么"

_keeping = Lock()


def words(text: str) -> list[str]:
    """The distinct words of `text` in their order, folded as terms are; text in Han characters by a dictionary."""
    found: dict[str, None] = {}
    for match in _WORD.finditer(lexemes.folded(text).replace(*_AS_IN_DICTIONARIES)):
        found.update(dict.fromkeys(_cut(match[0]) if match["han"] else (match[0],)))
    return list(found)[:WORDS_OF_ONE]


def signs(found: Sequence[str]) -> Signs:
    """The signs of each word's vector: shape (len(found), dimensions / 8). Raises `EmbedderFault`."""
    model = embedder()
    known = _known(model.model_id, model.weight_hash)
    with _keeping:
        asked = {word: known.get(word) for word in found}
    missing = [word for word, row in asked.items() if row is None]
    made = dict(zip(missing, _made(missing), strict=True))
    with _keeping:
        if len(known) + len(made) > KNOWN:
            known.clear()
        known.update(made)
    return binary.read(b"".join(asked[word] or made[word] for word in found), model.dimensions)


def forget() -> None:
    """Forgets the words that are known."""
    _known.cache_clear()


@cache
def _known(model_id: str, weight_hash: str) -> dict[str, bytes]:
    """The signs of words that were asked for, of one embedder."""
    return {}


def _made(missing: Sequence[str]) -> list[bytes]:
    if not missing:
        return []
    model = embedder()
    vectors = checked(model.embed(missing), len(missing), model.dimensions)
    return [row.tobytes() for row in binary.signs(vectors)]


def _cut(run: str) -> list[str]:
    return [word for word in dictionary().cut(run) if len(word) >= LETTERS]


@cache
def dictionary() -> Any:
    """Cuts Chinese into words, and tells of what kind they are: the module rjieba."""
    # Its dictionary takes 34 MB: loaded where the first Chinese text is, not at the start.
    import rjieba

    return rjieba
