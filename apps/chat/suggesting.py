"""Questions to begin with and to go on with, made from what the reader keeps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.models import Citation, Message
from apps.indexing.models import Passage
from apps.library.models import Document

MOST = 3
# Headings that say nothing by themselves, or would fill the line.
SHORTEST, LONGEST = 3, 60
SHORTEST_HAN = 2
# Passages before and after one that was found.
NEAR = 6
# Passages that a document begins with.
BEGINNING = 8

_HAN = re.compile("[㐀-䶿一-鿿豈-﫿]")
_NUMBERING = re.compile(
    r"^(?:(?:chapter|section|part|appendix)\s+[\divxlc]+|第\s*[一二三四五六七八九十百\d]+\s*[章節篇部條条]"
    r"|[\d０-９]+(?:[.．][\d０-９]+)*[.．、)）]?(?=\s|[^\d年月日%])|[一二三四五六七八九十]+[、.．])\s*[:：.、-]?\s*",
    re.IGNORECASE,
)
# What every document may have, and nobody asks about.
_SILLY = frozenset(
    re.findall(
        r"[^|]+",
        "contents|table of contents|index|introduction|preface|foreword|summary|abstract|conclusion|"
        "conclusions|references|bibliography|appendix|notes|note|sources|links|acknowledgements|"
        "acknowledgments|overview|figures|tables|list of figures|list of tables|license|copyright|see also|"
        "miscellaneous|other|others|todo|untitled|glossary|目錄|目次|目录|索引|前言|序|自序|序言|緒論|導論|"
        "引言|摘要|結論|结论|結語|總結|参考文献|參考文獻|參考資料|附錄|附录|附註|備註|註釋|註解|其他|雜項|"
        "謝辭|後記|版權|版權頁|圖目錄|表目錄|小結|概述|簡介|說明",
    )
)


@dataclass(frozen=True)
class Section:
    """A heading of a document."""

    title: str
    heading: str


@dataclass(frozen=True)
class Place:
    """A passage of a document and the headings above it."""

    document: int
    title: str
    ordinal: int
    headings: list[str] | None
    is_cited: bool = False

    @property
    def section(self) -> Section | None:
        """What it stands in, where a heading says that."""
        heading = heading_of(self.headings or [], self.title)
        return Section(self.title, heading) if heading else None


def suggestions(user: User) -> list[str]:
    """A question each about a section of the documents added last; none when nothing is ready yet."""
    ready = Document.objects.visible_to(user).kept().filter(state=Document.State.READY).newest_first()
    titles = dict(ready.values_list("pk", "title")[: 2 * MOST])
    first = Passage.objects.visible_to(user).filter(document__in=titles, ordinal__lt=BEGINNING).order_by("ordinal")
    named: dict[int, str] = {}
    for pk, headings in first.values_list("document_id", "locator__headings"):
        if pk not in named and (heading := heading_of(headings or [], titles[pk])):
            named[pk] = heading
    return [question_about(Section(titles[pk], named[pk])) for pk in titles if pk in named][:MOST]


def next_questions(answer: Message) -> list[str]:
    """Questions about what stands beside what the answer rests on; none that its conversation has asked already.

    Sections found for it but not cited come first, then the neighbours of what was found, then what it cites. Of other
    documents than those cited, only what was found before something that is cited: the rest is seldom about the matter.
    Three queries at the most.
    """
    found = _to_the_point(_found(answer))
    if not found:
        return []
    thread = Message.objects.filter(owner_id=answer.owner_id, conversation_id=answer.conversation_id)
    said = thread.filter(ordinal__lte=answer.ordinal).values_list("role", "text", "looked_for")
    asked = [_plain(looked_for if role == Message.Role.ANSWER else text) for role, text, looked_for in said]
    used = {place.section: None for place in found if place.is_cited}
    unused = dict.fromkeys(place.section for place in [*found, *_beside(answer, found)])
    sections = [one for one in [*(one for one in unused if one not in used), *used] if one]
    # What holds the heading's words was about that section already.
    fresh = (one for one in sections if not any(_plain(one.heading) in question for question in asked))
    return list(dict.fromkeys(question_about(section) for section in fresh))[:MOST]


def _found(answer: Message) -> list[Place]:
    """Where the passages found for the answer stand, of those still there, best first."""
    kept = Citation.objects.filter(message=answer, document__trashed_at=None, passage__isnull=False)
    names = ("document_id", "document__title", "passage__ordinal", "passage__locator__headings", "is_cited")
    return [Place(*row) for row in kept.order_by("number").values_list(*names)]


def _to_the_point(found: Sequence[Place]) -> Sequence[Place]:
    """What is in a document that is cited, or was found before a passage that is; all where nothing is cited."""
    cited = {place.document for place in found if place.is_cited}
    last = max((rank for rank, place in enumerate(found) if place.is_cited), default=len(found))
    return [place for rank, place in enumerate(found) if rank < last or place.document in cited]


def _beside(answer: Message, found: Sequence[Place]) -> list[Place]:
    """The passages before and after those found, the nearest first."""
    ranges = (Q(document_id=one.document, ordinal__range=(one.ordinal - NEAR, one.ordinal + NEAR)) for one in found)
    near = Passage.objects.filter(reduce(or_, ranges), owner_id=answer.owner_id)
    places = [Place(*row) for row in near.values_list("document_id", "document__title", "ordinal", "locator__headings")]

    def distance(place: Place) -> tuple[int, int, int]:
        """A step away from a better passage is nearer than one from a worse, and what follows than what precedes."""
        steps = [
            (abs(place.ordinal - one.ordinal), rank) for rank, one in enumerate(found) if one.document == place.document
        ]
        return (*min(steps), -place.ordinal)

    return sorted(places, key=distance)


def question_about(section: Section) -> str:
    """The question, in the reader's language; a heading that asks one itself is that question."""
    is_chinese = (translation.get_language() or "").startswith("zh")
    if section.heading[-1] in "?？" and is_chinese == bool(_HAN.search(section.heading)):
        return section.heading
    return _("What does “%(title)s” say about “%(heading)s”?") % {"title": section.title, "heading": section.heading}


def heading_of(headings: Sequence[str], title: str) -> str:
    """The last of these headings that says something by itself, without its number; "" when none does."""
    for heading in reversed(headings):
        told = _NUMBERING.sub("", " ".join(heading.split()))
        shortest = SHORTEST_HAN if _HAN.search(told) else SHORTEST
        says = any(letter.isalpha() for letter in told) and told.lower() not in _SILLY
        if says and shortest <= len(told) <= LONGEST and _plain(told) != _plain(title):
            return told
    return ""


def _plain(text: str) -> str:
    """The text as it is compared with another."""
    return " ".join(text.lower().split())
