"""Makes hits of the passages that were found: their text, the sentence to mark, and why they were found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice

from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import User
from apps.indexing import lexemes
from apps.indexing.models import Passage
from apps.search.fusion import WORDS
from apps.search.hits import Hit
from apps.search.meaning import Near
from apps.search.phrases import Phrase
from apps.search.questions import Question
from apps.search.words import Covered, Weighed

Spans = Sequence[Sequence[int]]

# So many more are read than are shown, in case some say the same.
SPARE = 5


@dataclass(frozen=True)
class Found:
    """What a search knows about the passages it found, by their ids."""

    asked: Question
    weighed: Weighed
    covered: Mapping[int, Covered]
    near: Mapping[int, Near]
    alike: Mapping[int, float]
    scores: Mapping[int, float]
    phrases: Sequence[Phrase] = ()


def hits(user: User | AnonymousUser, best: Sequence[int], limit: int, found: Found) -> list[Hit]:
    """Up to `limit` hits in the order of `best`, no text twice."""
    reasons = _reasons(found, limit)
    made = (_hit(passage, found, reasons) for passage in _read(user, best[: limit + SPARE]))
    return list(islice(_no_text_twice(made), limit))


def _read(user: User | AnonymousUser, ids: Sequence[int]) -> Iterator[Passage]:
    """The passages of these ids in their order, but for those that have gone meanwhile."""
    columns = ("text", "language", "page", "sentences", "document_id", "document__title")
    readable = Passage.objects.visible_to(user).filter(document__trashed_at=None)
    rows = readable.select_related("document").only(*columns).in_bulk(ids)
    return (rows[pk] for pk in ids if pk in rows)


def _hit(passage: Passage, found: Found, reasons: Mapping[str, set[int]]) -> Hit:
    near, share = found.near.get(passage.pk), found.covered[passage.pk].share
    marks = sorted(span for phrase in found.phrases for span in phrase.spans(passage.text))
    why = tuple(reason for reason, ids in reasons.items() if passage.pk in ids)
    return Hit(
        passage_id=passage.pk,
        document_id=passage.document_id,
        title=passage.document.title,
        page=passage.page,
        text=passage.text,
        language=passage.language,
        sentences=tuple((start, end) for start, end in passage.sentences),
        sentence=_nearest_sentence(passage, near, found, marks),
        score=found.scores[passage.pk],
        meaning=near.meaning if near else 0.0,
        words=share,
        alike=found.alike[passage.pk],
        why=why or (("words",) if share else ("meaning",)),
        marks=tuple(marks) or None,
    )


def _nearest_sentence(passage: Passage, near: Near | None, found: Found, marks: Spans) -> tuple[int, int]:
    """The sentence to mark, weighed as passages are: by its meaning and by the share of the question it holds.

    One of those that have something of `marks`, the phrases that were asked for, if any has.
    """
    spans = passage.sentences or [[0, len(passage.text)]]
    said = _with_some_of(marks, spans) or range(_headings(passage.text, spans), len(spans))
    if len(said) == 1:
        return spans[said[0]][0], spans[said[0]][1]
    cosines = near.sentences if near and len(near.sentences) == len(spans) else (0.0,) * len(spans)
    weight = {term: float(value) for term, value in zip(found.asked.terms, found.weighed.weights, strict=True)}
    total = sum(weight.values()) or 1.0

    def score(at: int) -> float:
        held = {*lexemes.terms(passage.text[slice(*spans[at])])}
        return cosines[at] + WORDS * sum(weight[term] for term in held if term in weight) / total

    start, end = spans[max(said, key=score)]
    return start, end


def _with_some_of(marks: Spans, spans: Spans) -> Sequence[int]:
    return [at for at, (start, end) in enumerate(spans) if any(mark[0] < end and start < mark[1] for mark in marks)]


def _headings(text: str, spans: Spans) -> int:
    """How many headings a passage begins with: they name what is said, and often with the question's own words."""
    ended = (at for at, (_start, end) in enumerate(spans) if _ENDED.search(text, max(end - 4, 0), end))
    return next(ended, 0)


# A sentence's end, perhaps with what closes a quotation after it.
_ENDED = re.compile(r"[.!?…:;。！？：；][\"'”’»)）」』】》]*$")


def _reasons(found: Found, limit: int) -> dict[str, set[int]]:
    """The passages that each leg would have shown by itself."""
    shares = {pk: covered.share for pk, covered in found.covered.items() if covered.share}
    meanings = {pk: near.meaning for pk, near in found.near.items()}
    return {
        "words": set(nlargest(limit, shares, key=lambda pk: shares[pk])),
        "meaning": set(nlargest(limit, meanings, key=lambda pk: meanings[pk])),
    }


def _no_text_twice(made: Iterable[Hit]) -> Iterator[Hit]:
    seen: set[str] = set()
    for hit in made:
        if hit.text not in seen:
            seen.add(hit.text)
            yield hit
