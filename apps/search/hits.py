"""What a search finds."""

from __future__ import annotations

from dataclasses import dataclass


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
