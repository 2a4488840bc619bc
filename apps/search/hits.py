"""What a search finds."""

from __future__ import annotations

from dataclasses import dataclass

# How much of its surroundings a found sentence is shown with, as far as whole sentences fit.
AROUND = 160


@dataclass(frozen=True)
class Hit:
    """A found passage.

    `sentence` is the [start, end) in `text` of the sentence that is nearest to the question; `sentences` are the
    spans of all. `score` orders the hits of one question; `meaning` (cosine, about 0 to 1) and `words` (share of
    the question's weighted terms that are present, about 0 to 1) are its two parts. `why` names the legs that
    found it: "words", "meaning" or both.
    """

    passage_id: int
    document_id: int
    title: str
    page: int | None
    text: str
    language: str
    sentences: tuple[tuple[int, int], ...]
    sentence: tuple[int, int]
    score: float
    meaning: float
    words: float
    why: tuple[str, ...]

    @property
    def quote(self) -> str:
        """The sentence found."""
        start, end = self.sentence
        return self.text[start:end]

    @property
    def excerpt(self) -> tuple[tuple[str, bool], ...]:
        """The found sentence among its neighbours, in pieces: the text, and whether it is to be marked."""
        start, end = self.sentence
        first = min((span[0] for span in self.sentences if start - AROUND <= span[0] <= start), default=start)
        last = max((span[1] for span in self.sentences if end <= span[1] <= end + AROUND), default=end)
        before = ("… " if self.text[:first].strip() else "") + self.text[first:start]
        after = self.text[end:last] + (" …" if self.text[last:].strip() else "")
        return tuple(piece for piece in ((before, False), (self.text[start:end], True), (after, False)) if piece[0])
