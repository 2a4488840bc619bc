"""Reads numerals: 十二億五千萬, 1.2萬, 一九二七, twenty-five hundred."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {digit: at for at, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "廿": 20, "卅": 30}
SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
LARGE_UNITS = {"万": 10**4, "亿": 10**8, "兆": 10**12}
_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS = {word: at for at, word in enumerate(_SMALL.split())} | {
    word: 20 + 10 * at for at, word in enumerate(_TENS.split())
}
TIMES = {"once": 1, "twice": 2, "thrice": 3, "dozen": 12}
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
ORDINALS = {word: at for at, word in enumerate(_ORDINALS.split(), 1)}
SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
# May be a thousand and a million, or kilobytes and metres.
SHORT_SCALES = {"k": 10**3, "m": 10**6, "bn": 10**9}
_PART = re.compile(r"\d+(?:\.\d+)?|[^\d\s.]")


def of_han(numeral: str) -> Decimal:
    """The value of figures and Han numerals mixed, in the form that `lexemes.folded` gives them."""
    if "点" in numeral:
        whole, _, fraction = numeral.partition("点")
        return of_han(whole) + Decimal("0." + "".join(str(DIGITS[digit] % 10) for digit in fraction))
    if len(numeral) > 1 and all(DIGITS.get(character, 10) < 10 for character in numeral):
        return Decimal("".join(str(DIGITS[character]) for character in numeral))
    total, section, digit = Decimal(0), Decimal(0), None
    for part in _PART.findall(numeral):
        if part in LARGE_UNITS:
            total += (section + (digit or 0) or 1) * LARGE_UNITS[part]
            section, digit = Decimal(0), None
        elif part in SMALL_UNITS:
            section += (1 if digit is None else digit) * SMALL_UNITS[part]
            digit = None
        else:
            digit = (digit or Decimal(0)) + (DIGITS[part] if part in DIGITS else Decimal(part))
    return total + section + (digit or 0)


def of_words(words: list[str]) -> Decimal:
    """The value of English words for one number, "and" left out."""
    total, current = Decimal(0), Decimal(0)
    for word in words:
        if word == "hundred":
            current = (current or Decimal(1)) * 100
        elif word in SCALES:
            total, current = total + (current or 1) * SCALES[word], Decimal(0)
        else:
            current += WORDS.get(word, TIMES.get(word, 0))
    return total + current
