"""A PDF page as lines of clean text, each character with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
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

# A character with its left and right edge.
_Character = tuple[str, float, float]


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
    seen = [i for i in _on_page(page, glyphs, start, end) if not glyphs.text[i].isspace()]
    if not seen:
        return None
    style = _style(page, seen)
    row = _spaced(_characters(glyphs, range(seen[0], seen[-1] + 1), set(seen)), style.size)
    if not row:
        return None
    characters, lefts, rights = zip(*row, strict=True)
    text = "".join(characters)
    return Line(
        text=text,
        lefts=lefts,
        rights=rights,
        top=min([glyphs.tops[i] for i in seen]),
        bottom=max([glyphs.bottoms[i] for i in seen]),
        base=style.base,
        size=style.size,
        # Han is of even width in any type: a line of it is code only by its Latin letters.
        mono=style.mono and 3 * len(HAN.findall(text)) < len(text),
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


def _on_page(page: Page, glyphs: Glyphs, start: int, end: int) -> range | list[int]:
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


def _characters(glyphs: Glyphs, indices: range, seen: set[int]) -> Iterator[_Character]:
    """The characters seen and the spaces between them; what stands for others is replaced by these, in its place."""
    text, lefts, rights = glyphs.text, glyphs.lefts, glyphs.rights
    odd = _ODD.search(text, indices.start, indices.stop) is not None
    for i in indices:
        character = text[i]
        if character.isspace():
            yield " ", lefts[i], rights[i]
        elif i in seen:
            for one in _meant(text, i) if odd and _ODD.match(character) else character:
                yield one, lefts[i], rights[i]


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


def _spaced(row: Iterator[_Character], size: float) -> list[_Character]:
    """One space between words, as wide as the gap it stands for; none at the ends and none within Han."""
    found: list[_Character] = []
    gap = False
    for one in row:
        if one[0] == " ":
            gap = True
            continue
        if gap and found and _is_apart(found[-1], one, size):
            found.append((" ", found[-1][2], one[1]))
        found.append(one)
        gap = False
    return found


def _is_apart(one: _Character, other: _Character, size: float) -> bool:
    return other[1] - one[2] > _HAN_GAP * size or not (is_han(one[0]) and is_han(other[0]))
