"""What a search is narrowed to, and which documents and passages that leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.library import kinds
from apps.library.models import Document

# What a document may be: what `type:` names, and what the database knows it by.
TYPES = {
    "article": Q(kind=Document.Kind.ARTICLE),
    "file": Q(kind=Document.Kind.FILE),
    "pdf": Q(kind=Document.Kind.FILE, revision__media_type=kinds.PDF),
    "docx": Q(kind=Document.Kind.FILE, revision__media_type=kinds.DOCX),
    "pptx": Q(kind=Document.Kind.FILE, revision__media_type=kinds.PPTX),
    "html": Q(kind=Document.Kind.FILE, revision__media_type=kinds.HTML),
    "markdown": Q(kind=Document.Kind.FILE, revision__media_type=kinds.MARKDOWN),
    "text": Q(kind=Document.Kind.FILE, revision__media_type=kinds.TEXT),
}


@dataclass(frozen=True)
class Filters:
    """What a passage and its document must be to be found; without anything, all are.

    `documents` are ids: `None` for all, empty for none. `types` are names of `TYPES`, of which a document must be one.
    It was last changed on the day `after` or later, and before the day `before`.
    """

    documents: frozenset[int] | None = None
    types: frozenset[str] = frozenset()
    after: date | None = None
    before: date | None = None

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Scope:
    """The passages that a search may look at: all of the owner's, or those of `documents`, or only `passages`.

    In the statements of both legs it is a condition, so that what they propose is chosen among these and no more of
    it is lost than of a search for everything.
    """

    documents: Sequence[int] | None = None
    passages: Sequence[int] | None = None

    @property
    def is_everything(self) -> bool:
        return self.documents is None and self.passages is None

    @property
    def is_nothing(self) -> bool:
        return not self.is_everything and not (self.documents or self.passages)

    @property
    def of_passages(self) -> str:
        """SQL to add to the conditions on a table of passages, named `passage`."""
        if self.passages is not None:
            return "AND passage.id = ANY(%(scope)s)"
        return "AND passage.document_id = ANY(%(scope)s)" if self.documents is not None else ""

    @property
    def of_vectors(self) -> str:
        """SQL to add to the conditions on a table with a `passage_id`, in a statement that is given the `owner`."""
        if self.passages is not None:
            return "AND passage_id = ANY(%(scope)s)"
        if self.documents is None:
            return ""
        return (
            "AND passage_id IN (SELECT id FROM indexing_passage "
            "WHERE owner_id = %(owner)s AND document_id = ANY(%(scope)s))"
        )

    @property
    def values(self) -> dict[str, Any]:
        """What that SQL names."""
        return {"scope": list(self.documents or () if self.passages is None else self.passages)}


EVERYTHING = Scope()


def scope_of(user: User | AnonymousUser, filters: Filters | None) -> Scope:
    """What these filters leave of the user's library as it is now. What is not the user's is never in it."""
    if not filters:
        return EVERYTHING
    kept = Document.objects.visible_to(user).kept().filter(_condition(filters)).order_by()
    return Scope(documents=list(kept.values_list("pk", flat=True)))


def _condition(filters: Filters) -> Q:
    wanted = Q()
    if filters.documents is not None:
        wanted &= Q(pk__in=filters.documents)
    if filters.types:
        one = Q(pk__in=())
        for name in sorted(filters.types):
            one |= TYPES[name]
        wanted &= one
    if filters.after:
        wanted &= Q(updated_at__gte=_beginning(filters.after))
    if filters.before:
        wanted &= Q(updated_at__lt=_beginning(filters.before))
    return wanted


def _beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
