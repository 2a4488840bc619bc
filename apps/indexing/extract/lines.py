"""A PDF page as lines of clean text, each character with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from apps.indexing.extract import pdfium
from apps.indexing.extract.pdfium import Glyphs, Page, Style
from apps.indexing.extract.scripts import HAN, is_han

# pdfium puts U+0002 (or U+FFFE) for a hyphen that only breaks a word at the end of a line, and then no line break.
_SOFT = "\x02\ufffe"
_BREAK = re.compile(rf"[\r\n]+|[{_SOFT}][\r\n]*")
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00a0\u00ad\u0300-\u036f\u200b-\u200f\u2028-\u202f\u2060-\u206f\u2e80-\u2fdf"
    "\ud800-\udfff\ue000-\uf8ff\uf900-\ufaff\ufb00-\ufb06\ufeff\uffff]"
)
# Bullets that symbol fonts keep in the private area, and radicals that some writers use for the whole character.
_MEANT = {
    **dict.fromkeys(_SOFT, "-"),
    **dict.fromkeys("\uf0b7\uf0a7\uf0a8\uf0d8\uf076\uf06c\uf06e\uf09f", "•"),
    **dict(
        zip(
            "⺁⺒⺖⺝⺟⺠⺩⺭⻁⻄⻅⻆⻉⻋⻑⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
            "厂巳忄月母民王礻虎西见角贝车長镸长门雨青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
            strict=True,
        )
    ),
}
# Two Han characters in running text stand nearer than this, in font sizes, even when the gap looks like a space.
_HAN_GAP = 1.1

_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class _Row:
    """Characters, each with its left and right edge."""

    text: str
    lefts: list[float]
    rights: list[float]


@dataclass(frozen=True)
class Line:
    """A line as it stands on the page; `lefts` and `rights` have one entry per character of `text`.

    Points from the page's top left corner; `base` is the baseline's distance from the top. `soft`: the hyphen at its
    end only breaks a word.
    """

    text: str
    lefts: tuple[float, ...]
    rights: tuple[float, ...]
    top: float
    bottom: float
    base: float
    size: float
    mono: bool = False
    bold: bool = False
    soft: bool = False

    @property
    def left(self) -> float:
        return self.lefts[0]

    @property
    def right(self) -> float:
        return self.rights[-1]

    def part(self, start: int, end: int) -> Line:
        """The same line from one character to another."""
        return replace(
            self,
            text=self.text[start:end],
            lefts=self.lefts[start:end],
            rights=self.rights[start:end],
            soft=self.soft and end == len(self.text),
        )


def lines(page: Page) -> list[Line]:
    """The lines of the page in the order of its content; what stands outside the page is left out."""
    glyphs = pdfium.glyphs(page)
    found = (_line(page, glyphs, start, end, soft) for start, end, soft in _stretches(glyphs.text))
    return [line for line in found if line is not None]


def _stretches(text: str) -> Iterator[tuple[int, int, bool]]:
    """[start, end) of each line, and whether it ends in a soft hyphen."""
    start = 0
    for match in _BREAK.finditer(text):
        soft = match[0][0] in _SOFT
        yield start, match.start() + soft, soft
        start = match.end()
    yield start, len(text), False


def _line(page: Page, glyphs: Glyphs, start: int, end: int, soft: bool) -> Line | None:
    seen = _on_page(page, glyphs, start, end)
    row = _row(glyphs, seen)
    letters = [i for i in seen if not glyphs.text[i].isspace()]
    if not letters or not row.text.strip():
        return None
    style = _style(page, letters)
    row = _spaced(row, style.size)
    return Line(
        text=row.text,
        lefts=tuple(row.lefts),
        rights=tuple(row.rights),
        top=min([glyphs.tops[i] for i in letters]),
        bottom=max([glyphs.bottoms[i] for i in letters]),
        base=style.base,
        size=style.size,
        # Han is of even width in any type: a line of it is code only by its Latin letters.
        mono=style.mono and 3 * len(HAN.findall(row.text)) < len(row.text),
        bold=style.bold,
        soft=soft,
    )


def _style(page: Page, seen: list[int]) -> Style:
    """The style of the line's middle; bold or of even width only if its ends are too: single words often are."""
    middle = pdfium.style(page, seen[len(seen) // 2])
    if not (middle.mono or middle.bold):
        return middle
    ends = [pdfium.style(page, seen[0]), pdfium.style(page, seen[-1])]
    return replace(
        middle, mono=middle.mono and all(e.mono for e in ends), bold=middle.bold and all(e.bold for e in ends)
    )


def _on_page(page: Page, glyphs: Glyphs, start: int, end: int) -> Sequence[int]:
    """The characters of [start, end) whose middle lies on the visible page."""
    indices = range(start, end)
    if not indices:
        return indices
    inside = (
        min(glyphs.lefts[start:end]) >= 0
        and min(glyphs.tops[start:end]) >= 0
        and max(glyphs.rights[start:end]) <= page.width
        and max(glyphs.bottoms[start:end]) <= page.height
    )
    return indices if inside else [i for i in indices if _is_inside(page, glyphs, i)]


def _is_inside(page: Page, glyphs: Glyphs, index: int) -> bool:
    x = (glyphs.lefts[index] + glyphs.rights[index]) / 2
    y = (glyphs.tops[index] + glyphs.bottoms[index]) / 2
    return 0 <= x <= page.width and 0 <= y <= page.height


def _row(glyphs: Glyphs, seen: Sequence[int]) -> _Row:
    """The characters at these indices; what stands for others is replaced by these, in its place."""
    if isinstance(seen, range) and not _ODD.search(glyphs.text, seen.start, seen.stop):
        whole = slice(seen.start, seen.stop)
        return _Row(glyphs.text[whole], glyphs.lefts[whole], glyphs.rights[whole])
    characters: list[str] = []
    origins: list[int] = []
    for i in seen:
        character = glyphs.text[i]
        for one in _meant(glyphs.text, i) if _ODD.match(character) else character:
            characters.append(one)
            origins.append(i)
    return _Row("".join(characters), [glyphs.lefts[i] for i in origins], [glyphs.rights[i] for i in origins])


def _meant(text: str, index: int) -> str:
    """What an odd character means: ligatures and radicals letters, halves their whole, controls nothing."""
    character = text[index]
    if character in _MEANT:
        return _MEANT[character]
    if "\ud800" <= character < "\udc00" and "\udc00" <= text[index + 1 : index + 2] <= "\udfff":
        return (character + text[index + 1]).encode("utf-16", "surrogatepass").decode("utf-16")
    category = unicodedata.category(character)
    # An accent on nothing is how TeX's opening quotes come out.
    if category == "Mn":
        return "" if index == 0 or text[index - 1].isspace() else character
    return "" if category in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp") else unicodedata.normalize("NFKC", character)


def _spaced(row: _Row, size: float) -> _Row:
    """One space between words, as wide as the gap it stands for; none at the ends and none within Han."""
    words: list[str] = []
    lefts: list[float] = []
    rights: list[float] = []
    for match in _WORD.finditer(row.text):
        start, end = match.span()
        if words and _is_apart(words[-1][-1], match[0][0], row.lefts[start] - rights[-1], size):
            words.append(" ")
            lefts.append(rights[-1])
            rights.append(row.lefts[start])
        words.append(match[0])
        lefts += row.lefts[start:end]
        rights += row.rights[start:end]
    return _Row("".join(words), lefts, rights)


def _is_apart(one: str, other: str, gap: float, size: float) -> bool:
    return gap > _HAN_GAP * size or not (is_han(one) and is_han(other))
