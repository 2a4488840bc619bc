"""Makes words of a text: the terms that the keyword index holds and that a question is searched by.

Nothing here is shown to a reader: folding changes lengths, so character spans always belong to the original text.
Both sides of a search go through `terms`, which is why it may be bold: two spellings of one word must meet, and that
they meet as something no dictionary lists does no harm.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

# What Postgres accepts: positions up to 16383, 256 of them for a lexeme, a lexeme of less than 2 KB.
LAST_POSITION = 16383
POSITIONS_OF_ONE = 256
LEXEME_BYTES = 2046
# Longer runs of letters are data (base64, hashes of a whole file), found by their beginning.
WORD_CHARACTERS = 100

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
# Written without spaces between words as well: Thai, Lao, Khmer, Myanmar.
_UNSPACED = "\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3"
_PAIRED = f"{_HAN}{_KANA}{_HANGUL}{_UNSPACED}"
# One letter or digit of a word, for other patterns.
LETTER = rf"[^\W_{_PAIRED}]"

TOKEN = re.compile(
    rf"(?P<pairs>[{_PAIRED}]+)"
    # c++, c#, f#
    rf"|(?P<sharp>(?<![^\W_])[a-z](?:\+\+|\#))(?![^\W_])"
    # Letters and digits, held together by single joints: v2.3.1, iso-9001, 2024-05-01, king's, foo_bar, a@b.org
    rf"|(?P<word>{LETTER}+(?:[-._'/:@&+]{LETTER}+)*)"
)
# What `folded` makes of several characters together rather than of each: a letter and its loose accents or sound marks.
_CLUSTER = re.compile("(?s).[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*")
_JOINTS = re.compile(r"[-._'/:@&+]")
_THOUSANDS = re.compile(r"(?<![\d.])(?<!\d,)\d{1,3}(?:,\d{3})+(?!\d|,\d)")
# A raised or fractional digit after a number is not part of it: 6½ is not 61⁄2, 10² is not 102.
_SMALL_DIGIT = re.compile(r"(?<=\d)(?=[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2079\u2150-\u215e])")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-", "\u00ad": ""})
# Letters that Unicode does not take apart into a plain one and an accent.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n"}
)


def terms(text: str) -> list[str]:
    """The terms of `text` in their order, with repetitions: the bag of words that is indexed and searched.

    Words are folded (width, case, accents, Traditional to Simplified Han) and English endings taken off. A number or
    an identifier with digits stays whole, its parts beside it. Text written without spaces between words becomes
    overlapping pairs of characters; a character that stands alone stays as it is.
    """
    found: list[str] = []
    for match in TOKEN.finditer(folded(text)):
        token, kind = match[0], match.lastgroup
        if kind == "word":
            found.extend(_words(token))
        elif kind == "pairs":
            found.extend(_pairs(token))
        else:
            found.append(token)
    return found


def of_passage(title: str, text: str) -> list[str]:
    """The terms of a passage: those of its document's title, too, which many a question names."""
    return terms(title) + terms(text)


def folded(text: str) -> str:
    """`text` in the one form in which spellings are compared. Its length may differ."""
    if text.isascii():
        return _without_thousands(text.lower())
    # To look whether there is anything to translate takes a tenth of translating.
    text = unicodedata.normalize("NFKC", _SMALL_DIGIT.sub(" ", text))
    if _HAS_QUOTES.search(text):
        text = text.translate(_QUOTES)
    text = text.casefold()
    if _HAS_MARKED.search(text):
        text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    if _HAS_HAN.search(text):
        text = text.translate(han_table())
    return _without_thousands(text)


def folded_in_place(text: str) -> tuple[str, list[int]]:
    """`text` as `folded` makes it, and for each character of that where in `text` it comes from.

    The places have one more at the end, that of the end of `text`. (Hangul in loose parts is left so.)
    """
    pieces: list[str] = []
    places: list[int] = []
    for match in _CLUSTER.finditer(text):
        piece = _folded_alone(match[0])
        if _SMALL_DIGIT.match(text, match.start()):
            piece = f" {piece}"
        pieces.append(piece)
        places.extend([match.start()] * len(piece))
    whole = "".join(pieces)
    commas = {at for match in _THOUSANDS.finditer(whole) for at in range(*match.span()) if whole[at] == ","}
    kept = [at for at in range(len(whole)) if at not in commas] if commas else range(len(whole))
    return "".join(whole[at] for at in kept), [*(places[at] for at in kept), len(text)]


@lru_cache(maxsize=20_000)
def _folded_alone(cluster: str) -> str:
    return folded(cluster)


_HAS_QUOTES = re.compile(f"[{''.join(map(chr, _QUOTES))}]")
# Those that the table has.
_HAS_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
# Latin, Greek and Cyrillic letters beyond ASCII, and loose accents.
_HAS_MARKED = re.compile("[\u00c0-\u036f\u0370-\u052f\u1e00-\u1fff]")


def _without_thousands(text: str) -> str:
    return _THOUSANDS.sub(lambda match: match[0].replace(",", ""), text) if "," in text else text


@cache
def han_table() -> Mapping[int, int]:
    """Every Han character that has a simpler or more usual form, with that form, one for one.

    Made from OpenCC's dictionaries applied to single characters: by phrases it would fold the same character
    differently in a question and in a passage. Characters that Simplified merged (後 and 后, 乾 and 幹) are merged.
    """
    from opencc import OpenCC

    plain = [chr(code) for start, end in ((0x3400, 0x4DC0), (0x4E00, 0xA000)) for code in range(start, end)]
    forms = "\n".join(plain)
    # Twice, until nothing moves: 麼 becomes 么, which regional spelling takes on to 幺.
    for step in ("tw2t", "hk2t", "t2s") * 2:
        forms = OpenCC(step).convert(forms)
    pairs = zip(plain, forms.split("\n"), strict=True)
    return {ord(before): ord(after) for before, after in pairs if before != after and len(after) == 1}


def is_paired(text: str) -> bool:
    """Whether `text` begins as text does that is indexed in pairs of characters."""
    match = TOKEN.match(text)
    return bool(match and match["pairs"])


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def _words(token: str) -> list[str]:
    if token.isalpha():
        return [stem(token[:WORD_CHARACTERS])]
    parts = [part for part in _JOINTS.split(token.removesuffix("'s")) if part]
    if len(parts) == 1:
        return [stem(parts[0][:WORD_CHARACTERS])]
    has_digit = any(character.isdigit() for character in token)
    whole = [token[:WORD_CHARACTERS]] if has_digit else []
    # The parts of a decimal number or a version say nothing on their own; nor do letters cut off by an apostrophe.
    kept = [part for part in parts if len(part) > 1 and not (has_digit and "." in token and part.isdigit())]
    return whole + [stem(part[:WORD_CHARACTERS]) for part in kept]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """`word` without an English plural, -ed or -ing: steps 1 and 5a of M. F. Porter's algorithm (1980), no more."""
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return word
    word = _without_plural(word)
    for ending in ("ed", "ing"):
        if word.endswith(ending) and not word.endswith("eed") and _VOWEL.search(word[: -len(ending)]):
            word = _mended(word[: -len(ending)])
            break
    if word.endswith("y") and _VOWEL.search(word[:-1]):
        word = word[:-1] + "i"
    if word.endswith("e") and (_measure(word[:-1]) > 1 or (_measure(word[:-1]) == 1 and not _is_short(word[:-1]))):
        word = word[:-1]
    return word


_VOWEL = re.compile(r"[aeiou]|(?<=[^aeiou])y")
_MEASURE = re.compile(r"(?:[aeiou]|(?<=[^aeiou])y)+(?:[^aeiouy]|(?<=[aeiou])y|^y)+")
_SHORT = re.compile(r"[^aeiou](?:[aeiou]|y)[^aeiouwxy]$")


def _without_plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _mended(word: str) -> str:
    """A stem as it was before -ed or -ing: hop from hopp, create from creat."""
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if len(word) > 1 and word[-1] == word[-2] and word[-1] not in "aeioulsz":
        return word[:-1]
    if _measure(word) == 1 and _is_short(word):
        return word + "e"
    return word


def _measure(word: str) -> int:
    """Porter's m: how often a vowel is followed by a consonant."""
    return len(_MEASURE.findall(word))


def _is_short(word: str) -> bool:
    """Whether it ends consonant, vowel, consonant, the last not w, x or y."""
    return bool(_SHORT.search(word))


def tsvector(owner_id: int, found: Iterable[str]) -> str:
    """A literal for `::tsvector` of a passage's terms, each with its owner, so that a search reads no one else's."""
    places: dict[str, list[int]] = {}
    for position, term in enumerate(found, start=1):
        at = places.setdefault(term, [])
        if len(at) < POSITIONS_OF_ONE and (position <= LAST_POSITION or not at):
            at.append(min(position, LAST_POSITION))
    return " ".join(f"{_lexeme(owner_id, term)}:{','.join(map(str, at))}" for term, at in places.items())


def tsquery(owner_id: int, term: str) -> str:
    """A literal for `::tsquery` that asks for one term of one owner's."""
    return _lexeme(owner_id, term)


def _lexeme(owner_id: int, term: str) -> str:
    """The owner and the term as one quoted lexeme, of a length that Postgres takes."""
    if len(term) <= WORD_CHARACTERS and term.isalnum():
        # As nearly all are: there is nothing to escape or to cut off.
        return f"'{owner_id}:{term}'"
    text = f"{owner_id}:{term}".replace("\0", "").encode("utf-8", "ignore")[:LEXEME_BYTES].decode("utf-8", "ignore")
    return quoted(text)


def quoted(lexeme: str) -> str:
    """A lexeme, as it is in the index, as a literal of Postgres' text search."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
