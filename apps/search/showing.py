"""Makes hits of the passages that were found: their text, the sentence to mark, and why they were found."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from typing import NamedTuple

from django.db import connection

from apps.indexing import lexemes
from apps.search.fusion import WORDS
from apps.search.hits import Hit
from apps.search.meaning import Compared
from apps.search.phrases import Phrase
from apps.search.questions import Question
from apps.search.words import Covered, Weighed

Spans = Sequence[Sequence[int]]

# So many more are read than are shown, in case some say the same.
SPARE = 5
_PASSAGES = """
SELECT passage.id, passage.document_id, document.title, passage.page, passage.text, passage.language, passage.sentences
FROM indexing_passage AS passage
JOIN library_document AS document ON document.id = passage.document_id
WHERE passage.owner_id = %(owner)s AND passage.id = ANY(%(ids)s) AND document.trashed_at IS NULL
"""


@dataclass(frozen=True)
class Found:
    """What a search knows about the passages it found, by their ids."""

    asked: Question
    compared: Compared | None
    weighed: Weighed
    covered: Mapping[int, Covered]
    near: Mapping[int, float]
    alike: Mapping[int, float]
    scores: Mapping[int, float]
    phrases: Sequence[Phrase] = ()


class _Passage(NamedTuple):
    pk: int
    document_id: int
    title: str
    page: int | None
    text: str
    language: str
    sentences: Spans


def hits(owner_id: int, best: Sequence[int], limit: int, found: Found) -> list[Hit]:
    """Up to `limit` hits in the order of `best`, no text twice."""
    if not best:
        return []
    shown = list(islice(_no_text_twice(_read(owner_id, best[: limit + SPARE])), limit))
    ids = [passage.pk for passage in shown]
    cosines = found.compared.of_sentences(ids) if found.compared else {}
    reasons = _reasons(found, limit)
    return [_hit(passage, found, reasons, cosines.get(passage.pk, ())) for passage in shown]


def _read(owner_id: int, ids: Sequence[int]) -> Iterator[_Passage]:
    """The passages of these ids in their order, but for those that have gone meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_PASSAGES, {"owner": owner_id, "ids": list(ids)})
        rows = {row[0]: _Passage._make(row) for row in cursor.fetchall()}
    return (rows[pk] for pk in ids if pk in rows)


def _hit(passage: _Passage, found: Found, reasons: Mapping[str, set[int]], cosines: Sequence[float]) -> Hit:
    share = found.covered[passage.pk].share
    marks = sorted(span for phrase in found.phrases for span in phrase.spans(passage.text))
    why = tuple(reason for reason, ids in reasons.items() if passage.pk in ids)
    return Hit(
        passage_id=passage.pk,
        document_id=passage.document_id,
        title=passage.title,
        page=passage.page,
        text=passage.text,
        language=passage.language,
        sentences=tuple((start, end) for start, end in passage.sentences),
        sentence=_nearest_sentence(passage, cosines, found, marks),
        score=found.scores[passage.pk],
        meaning=found.near.get(passage.pk, 0.0),
        words=share,
        alike=found.alike[passage.pk],
        why=why or (("words",) if share else ("meaning",)),
        marks=tuple(marks) or None,
    )


def _nearest_sentence(passage: _Passage, cosines: Sequence[float], found: Found, marks: Spans) -> tuple[int, int]:
    """The sentence to mark, weighed as passages are: by its meaning and by the share of the question it holds.

    One of those that have something of `marks`, the phrases that were asked for, if any has.
    """
    spans = passage.sentences or [[0, len(passage.text)]]
    said = _with_some_of(marks, spans) or range(_headings(passage.text, spans), len(spans))
    if len(said) == 1:
        return spans[said[0]][0], spans[said[0]][1]
    weight = {term: float(value) for term, value in zip(found.asked.terms, found.weighed.weights, strict=True)}
    total = sum(weight.values()) or 1.0
    near = cosines if len(cosines) == len(spans) else [0.0] * len(spans)
    held = found.covered[passage.pk].held
    best, chosen = -math.inf, said[0]
    for at in sorted(said, key=lambda at: -near[at]):
        # No sentence holds more than the passage: those that are left cannot be better.
        if near[at] + WORDS * held <= best:
            break
        terms = {*lexemes.terms(passage.text[slice(*spans[at])])} if held else set()
        score = near[at] + WORDS * sum(weight[term] for term in terms if term in weight) / total
        if score > best:
            best, chosen = score, at
    return spans[chosen][0], spans[chosen][1]


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
    return {
        "words": set(nlargest(limit, shares, key=lambda pk: shares[pk])),
        "meaning": set(nlargest(limit, found.near, key=lambda pk: found.near[pk])),
    }


def _no_text_twice(read: Iterable[_Passage]) -> Iterator[_Passage]:
    seen: set[str] = set()
    for passage in read:
        if passage.text not in seen:
            seen.add(passage.text)
            yield passage
