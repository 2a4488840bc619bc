"""Tells which language a text is in: by its script where that settles it, by py3langid among those that share one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Protocol

# Those that the bundled embedding model knows; among more, short passages are too often taken for a rare language.
LANGUAGES = frozenset(["ar", "zh", "nl", "en", "fr", "de", "it", "ja", "ko", "pl", "pt", "ru", "es", "th", "tr"])
_LATIN = frozenset(["nl", "en", "fr", "de", "it", "pl", "pt", "es", "tr"])
_READ = 2000
# The languages in Latin letters are told apart by the beginning as well: all of 840 paragraphs were.
_BEGINNING = 600
# A Japanese text has kana all over; a Chinese one has a の in a shop's name.
_KANA_SHARE = 0.1
# So many Han characters say something.
_SENTENCE = 12

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_WORD = {
    "latin": re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]{2,}"),
    "ko": re.compile("[\u1100-\u11ff\uac00-\ud7af]"),
    "th": re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]"),
    "ar": re.compile("[\u0600-\u06ff]{2,}"),
    "ru": re.compile("[\u0400-\u052f]{2,}"),
}


class _Identifier(Protocol):
    def rank(self, text: str) -> Sequence[tuple[str, float]]: ...


def detect(text: str, among: Collection[str] | None = None) -> str:
    """The language of `text` as a two-letter code, one of `among` (default: `LANGUAGES`); "" when none fits.

    Traditional and Simplified Chinese are both "zh". Numbers and signs alone have no language.
    """
    choice = LANGUAGES if among is None else frozenset(among)
    text = text[:_READ]
    script = _script(text)
    if script == "latin":
        return _by_words(text, choice & _LATIN)
    if script in {"zh", "ja"}:
        # Without kana a Japanese text looks Chinese: where only one of the two is possible, it is that one.
        return script if script in choice else next(iter(choice & {"zh", "ja"}), "")
    return script if script in choice else ""


def of_passages(texts: Sequence[str]) -> list[str]:
    """The languages of one document's passages.

    A document is in the languages of at least a tenth of it: a short passage that looks like another one (a list of
    names, a table) is taken for the most likely of these, or left without a language. Where one of them is written
    in Han or Kana, a sentence of it among commands and listings makes the whole passage so.
    """
    alone = [detect(text) for text in texts]
    weight: dict[str, int] = {}
    for language, text in zip(alone, texts, strict=True):
        weight[language] = weight.get(language, 0) + len(text)
    spoken = {language for language, share in weight.items() if language and share >= sum(weight.values()) / 10}
    east = max(spoken & {"zh", "ja"}, key=lambda language: weight[language], default="")
    return [_in_document(text, language, spoken, east) for language, text in zip(alone, texts, strict=True)]


def _in_document(text: str, alone: str, spoken: Collection[str], east: str) -> str:
    if alone in _LATIN and east and len(_HAN.findall(text)) >= _SENTENCE:
        return east
    return alone if alone in spoken else detect(text, among=spoken)


def _script(text: str) -> str:
    """The script that most of `text` is in: "latin", or the language it stands for; "" when there are no letters.

    A Han character counts as much as a word of letters: a Chinese sentence keeps its language among English names.
    """
    counts = {name: len(pattern.findall(text)) for name, pattern in _WORD.items()}
    kana = len(_KANA.findall(text))
    east = len(_HAN.findall(text)) + kana
    counts["ja" if kana > _KANA_SHARE * east else "zh"] = east
    best = max(counts, key=lambda name: (counts[name], name))
    return best if counts[best] else ""


def _by_words(text: str, choice: Collection[str]) -> str:
    if len(choice) < 2:
        return next(iter(choice), "")
    return next((name for name, _score in _identifier().rank(text[:_BEGINNING]) if name in choice), "")


@cache
def _identifier() -> _Identifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    full = LanguageIdentifier.from_model_file(MODEL_FILE)
    full.set_languages(_LATIN)
    # Anew from the parts that are left: the full model would keep 25 MB for languages that are never asked for.
    made: _Identifier = LanguageIdentifier(
        full.nb_ptc.copy(), full.nb_pc.copy(), full.nb_classes, full.tk_nextmove, full.tk_output, tk_row=full.tk_row
    )
    return made
