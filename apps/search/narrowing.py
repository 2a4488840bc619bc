"""Which documents and passages the filters of a search leave: what both legs choose among.

The documents are found first, by what the library knows of them. Phrases are then looked for in their passages: the
index tells which hold all the terms of one, and the text of those tells which say it. So nothing that passes is lost,
whatever a leg would have thought of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.indexing import lexemes
from apps.library import kinds
from apps.library.models import Document
from apps.search.filters import EVERYTHING, Filters, Scope
from apps.search.phrases import Phrase

# What a document may be, and what the database knows it by.
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
# `+ 0` keeps Postgres from reading all passages of the owner instead of those that hold the terms.
_HOLDING = """
SELECT passage.id, CASE WHEN %(is_read)s THEN document.title END, CASE WHEN %(is_read)s THEN passage.text END
FROM indexing_passage AS passage
JOIN library_document AS document ON document.id = passage.document_id
WHERE passage.owner_id + 0 = %(owner)s
    AND passage.revision_id = document.revision_id
    AND document.trashed_at IS NULL
    AND {held}
    {scope}
ORDER BY passage.id
"""
_BY_TERMS = "passage.terms @@ %(terms)s::tsquery"
_BY_CHARACTER = "(passage.text ~ %(characters)s OR document.title ~ %(characters)s)"


def scope_of(user: User | AnonymousUser, filters: Filters | None) -> Scope:
    """What these filters leave of the user's library as it is now. What is not the user's is never in it."""
    if user.pk is None:
        return Scope(documents=())
    scope = Scope(documents=_documents(user, filters)) if filters and filters.narrow_documents else EVERYTHING
    for phrase in filters.phrases if filters else ():
        scope = Scope(passages=_saying(user.pk, phrase, scope))
    unwanted = {pk for phrase in (filters.without if filters else ()) for pk in _saying(user.pk, phrase, scope)}
    if scope.passages is not None:
        return Scope(passages=[pk for pk in scope.passages if pk not in unwanted])
    return replace(scope, without=tuple(sorted(unwanted)))


def _documents(user: User | AnonymousUser, filters: Filters) -> list[int]:
    found = Document.objects.visible_to(user).kept().filter(_condition(filters)).order_by()
    if not filters.titles and not filters.without_titles:
        return list(found.values_list("pk", flat=True))
    return [pk for pk, title in found.values_list("pk", "title") if _has_title(title, filters)]


def _condition(filters: Filters) -> Q:
    wanted = Q()
    if filters.documents is not None:
        wanted &= Q(pk__in=filters.documents)
    if filters.types:
        wanted &= _is_one_of(filters.types)
    if filters.without_types:
        wanted &= ~_is_one_of(filters.without_types)
    if filters.after:
        wanted &= Q(updated_at__gte=_beginning(filters.after))
    if filters.before:
        wanted &= Q(updated_at__lt=_beginning(filters.before))
    return wanted


def _is_one_of(types: Iterable[str]) -> Q:
    found = Q(pk__in=())
    for name in sorted(types):
        found |= TYPES[name]
    return found


def _beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _has_title(title: str, filters: Filters) -> bool:
    return all(phrase.begins_in(title) for phrase in filters.titles) and not any(
        phrase.begins_in(title) for phrase in filters.without_titles
    )


def _saying(owner_id: int, phrase: Phrase, scope: Scope) -> list[int]:
    """The passages in `scope` that say this, or whose document's title does; none when it says nothing itself."""
    if not phrase.says_something or scope.is_nothing:
        return []
    asked = {
        "owner": owner_id,
        "is_read": not phrase.is_told_by_index,
        "terms": " & ".join(lexemes.tsquery(owner_id, term) for term in phrase.terms),
        "characters": f"[{phrase.characters}]",
        **scope.values,
    }
    with connection.cursor() as cursor:
        held = _BY_TERMS if phrase.terms else _BY_CHARACTER
        cursor.execute(_HOLDING.format(held=held, scope=scope.of_passages), asked)
        if phrase.is_told_by_index:
            return [pk for pk, _title, _text in cursor.fetchall()]
        return [pk for pk, title, text in cursor.fetchall() if phrase.is_in(text) or phrase.is_in(title)]
