"""What a search finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

# How much of its surroundings a found sentence is shown with, as far as whole sentences fit.
AROUND = 160


@dataclass(frozen=True)
class Hit:
    """A found passage.

    `sentence` is the [start, end) in `text` of the sentence that is nearest to the question; `sentences` are the
    spans of all. `score` orders the hits of one question and is made of three: `meaning` (cosine, about 0 to 1),
    `words` (share of the question's weighted terms that are present, about 0 to 1) and `alike` (share of the
    question's words that are there in some wording or language, 0 to 1). `why` names the legs that found it: "words",
    "meaning" or both; none when nothing was asked but that it passes the filters. `marks` are the spans to mark, `None`
    for the sentence.
    """

    passage_id: int
    document_id: int
    title: str
    page: int | None
    text: str
    language: str
    sentences: tuple[tuple[int, int], ...]
    sentence: tuple[int, int]
    score: float = 0.0
    meaning: float = 0.0
    words: float = 0.0
    alike: float = 0.0
    why: tuple[str, ...] = ()
    marks: tuple[tuple[int, int], ...] | None = None

    @property
    def quote(self) -> str:
        """The sentence found."""
        start, end = self.sentence
        return self.text[start:end]

    @property
    def excerpt(self) -> tuple[tuple[str, bool], ...]:
        """The found sentence among its neighbours, in pieces: the text, and whether it is to be marked.

        A heading that only says the title again is not among them.
        """
        start, end = self.sentence
        said = [span for span in self.sentences if self.text[slice(*span)].strip() != self.title]
        first = min((span[0] for span in said if start - AROUND <= span[0] <= start), default=start)
        last = max((span[1] for span in said if end <= span[1] <= end + AROUND), default=end)
        before, after = ("… ", False), (" …", False)
        pieces = [] if self.text[:first].strip() in ("", self.title) else [before]
        pieces += _pieces(self.text, first, last, (self.sentence,) if self.marks is None else self.marks)
        return tuple(_joined([*pieces, after] if self.text[last:].strip() else pieces))


def _pieces(text: str, first: int, last: int, marks: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """`text[first:last]` cut where marks begin and end."""
    at = first
    for start, end in sorted(marks):
        if max(start, at) < min(end, last):
            yield text[at : max(start, at)], False
            yield text[max(start, at) : min(end, last)], True
            at = min(end, last)
    yield text[at:last], False


def _joined(pieces: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """The pieces without empty ones, neighbours of one kind made one."""
    for is_marked, alike in groupby((piece for piece in pieces if piece[0]), key=lambda piece: piece[1]):
        yield "".join(text for text, _ in alike), is_marked
