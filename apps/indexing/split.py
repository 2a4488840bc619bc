"""Cuts blocks into passages of about 200 tokens, at the ends of sentences, never across a page or a top heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.indexing import locate, sentences
from apps.indexing.extract.blocks import Block, BlockKind
from apps.indexing.tokens import estimate

TARGET = 200
# No embedder with a window of 512 tokens of its own was seen to overflow at this many.
CAP = 256
# A section of this many is cut in two, though one of them would fit.
MOST = 240
# Less than this at the end of a page goes with the passage before it.
TINY = 60
# A heading of this level or above begins a passage.
TOP_LEVEL = 2
# Lines of code are quoted in runs of about so many tokens: one alone says little.
_CODE_RUN = 40

Count = Callable[[str], int]


@dataclass(frozen=True)
class Cut:
    """A passage: its text, the [start, end) of its sentences in it, where it stands, and the headings above it."""

    text: str
    page: int | None
    sentences: tuple[tuple[int, int], ...]
    locator: dict[str, Any]
    token_count: int
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """[start, end) of a block, which is not cut any further. `tied`: it makes no sense without the next one."""

    block: Block
    start: int
    end: int
    tokens: int
    tied: bool = False


def cut(blocks: Iterable[Block], count: Count) -> Iterator[Cut]:
    """The passages in order. `count` gives the tokens of a text: no passage has more than `CAP`."""
    for section in _sections(blocks):
        units = [unit for block in section for unit in _units(block, count)]
        for group in _packed(_atoms(units)):
            yield from _fitting(group, count)


def _sections(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Runs of blocks on one page and under one top heading; headings stay with the text that follows them."""
    section: list[Block] = []
    for block in blocks:
        if section and (block.page != section[-1].page or (_is_top(block) and not _only_headings(section))):
            yield section
            section = []
        section.append(block)
    if section:
        yield section


def _is_top(block: Block) -> bool:
    return block.kind == BlockKind.HEADING and len(block.headings) < TOP_LEVEL


def _only_headings(section: Sequence[Block]) -> bool:
    return all(block.kind == BlockKind.HEADING for block in section)


def _units(block: Block, count: Count) -> Iterator[Unit]:
    """The block's sentences, rows or runs of code, none longer than the cap."""
    found = [
        Unit(block, start, end, count(block.text[start:end]))
        for whole in _spans(block)
        for start, end in _halved(block.text, *whole, count)
    ]
    tied = block.kind == BlockKind.HEADING or block.text.endswith((":", "："))
    for unit in found[:-1]:
        yield unit
    for unit in found[-1:]:
        yield Unit(block, unit.start, unit.end, unit.tokens, tied)


def _spans(block: Block) -> list[tuple[int, int]]:
    if block.kind == BlockKind.HEADING:
        return [(0, len(block.text))]
    if block.kind == BlockKind.CODE:
        return _code_runs(block.text)
    return sentences.spans(block.text)


def _code_runs(text: str) -> list[tuple[int, int]]:
    """Runs of lines of code."""
    runs: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]*\S[^\n]*", text):
        if runs and estimate(text[runs[-1][0] : line.end()]) <= _CODE_RUN:
            runs[-1] = (runs[-1][0], line.end())
        else:
            runs.append(line.span())
    return runs


def _halved(text: str, start: int, end: int, count: Count) -> Iterator[tuple[int, int]]:
    """[start, end), cut in two as often as needed to stay under the cap, as rare scripts may need."""
    if end - start < 2 or count(text[start:end]) <= CAP:
        yield start, end
        return
    middle = (start + end) // 2
    space = text.rfind(" ", start + 1, middle)
    middle = space if space > (start + middle) // 2 else middle
    yield from _halved(text, start, middle, count)
    yield from _halved(text, middle + (text[middle] == " "), end, count)


def _atoms(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units that stay together: what is tied to the next one, and a table or code that fits a passage."""
    atoms: list[list[Unit]] = []
    for unit in units:
        together = bool(atoms) and (atoms[-1][-1].tied or _is_one_piece(atoms[-1][-1], unit))
        if together and _tokens(atoms[-1]) + unit.tokens <= CAP:
            atoms[-1].append(unit)
        else:
            atoms.append([unit])
    return atoms


def _is_one_piece(before: Unit, unit: Unit) -> bool:
    return before.block is unit.block and unit.block.kind in (BlockKind.TABLE, BlockKind.CODE)


def _packed(atoms: Sequence[list[Unit]]) -> list[list[Unit]]:
    """Passages of about the same size, as near the target as they come."""
    total = sum(_tokens(atom) for atom in atoms)
    aim = total / max(1, round(total / TARGET), -(-total // MOST))
    groups: list[list[Unit]] = []
    for atom in atoms:
        if groups and not _is_full(groups[-1], atom, aim):
            groups[-1] = groups[-1] + atom
        else:
            groups.append(atom)
    if len(groups) > 1 and _tokens(groups[-1]) < TINY and _tokens(groups[-2]) + _tokens(groups[-1]) <= CAP:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def _is_full(group: Sequence[Unit], atom: Sequence[Unit], aim: float) -> bool:
    """Whether the passage ends before this atom: sooner where a paragraph ends than within one."""
    tokens, more = _tokens(group), _tokens(atom)
    if tokens + more > CAP:
        return True
    new_block = group[-1].block is not atom[0].block
    return tokens + more / 2 > aim * (0.9 if new_block else 1.05)


def _tokens(units: Iterable[Unit]) -> int:
    """With one more for the line break or space after each."""
    return sum(unit.tokens + 1 for unit in units)


def _fitting(group: Sequence[Unit], count: Count) -> Iterator[Cut]:
    """The group as one passage, or as two when its text together has more tokens than its parts promised."""
    passage = _passage(group, count)
    if passage.token_count <= CAP or len(group) == 1:
        yield passage
        return
    middle = len(group) // 2
    yield from _fitting(group[:middle], count)
    yield from _fitting(group[middle:], count)


def _passage(group: Sequence[Unit], count: Count) -> Cut:
    parts: list[locate.Part] = []
    spans: list[tuple[int, int]] = []
    for unit in group:
        if parts and parts[-1].block is unit.block:
            parts[-1] = locate.Part(unit.block, parts[-1].start, unit.end, parts[-1].offset)
        else:
            offset = parts[-1].offset + parts[-1].end - parts[-1].start + 1 if parts else 0
            parts.append(locate.Part(unit.block, unit.start, unit.end, offset))
        shift = parts[-1].offset - parts[-1].start
        spans.append((unit.start + shift, unit.end + shift))
    text = "\n".join(part.block.text[part.start : part.end] for part in parts)
    headings = _headings(parts)
    return Cut(
        text=text,
        page=group[0].block.page,
        sentences=tuple(spans),
        locator=locate.locator(parts, headings),
        token_count=count(text),
        headings=headings,
    )


def _headings(parts: Sequence[locate.Part]) -> tuple[str, ...]:
    """The headings above the first text of the passage."""
    texts = [part.block for part in parts if part.block.kind != BlockKind.HEADING]
    return (texts or [part.block for part in parts])[0].headings
