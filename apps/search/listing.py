"""Lists documents by the first passage of each, for a search that only says what documents are."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Subquery

from apps.accounts.models import User
from apps.indexing.models import Passage, PassageQuerySet
from apps.library.models import Document
from apps.search.filters import Scope
from apps.search.hits import Hit


def newest(user: User | AnonymousUser, scope: Scope, limit: int) -> list[Hit]:
    """Up to `limit` documents of the user's with a passage in `scope`, newest first, each as its first one there."""
    if scope.is_nothing:
        return []
    own = _in_scope(Passage.objects.visible_to(user), scope)
    first = own.filter(document=OuterRef("pk"), revision=OuterRef("revision")).order_by("ordinal").values("pk")
    documents = Document.objects.visible_to(user).kept()
    if scope.documents is not None:
        documents = documents.filter(pk__in=scope.documents)
    found = documents.annotate(first=Subquery(first[:1])).exclude(first=None).newest_first()
    ids = list(found.values_list("first", flat=True)[:limit])
    columns = ("text", "language", "page", "sentences", "document_id", "document__title")
    rows = Passage.objects.visible_to(user).select_related("document").only(*columns).in_bulk(ids)
    return [_hit(rows[pk]) for pk in ids if pk in rows]


def _in_scope(passages: PassageQuerySet, scope: Scope) -> PassageQuerySet:
    if scope.passages is not None:
        return passages.filter(pk__in=scope.passages)
    return passages.exclude(pk__in=scope.without)


def _hit(passage: Passage) -> Hit:
    title, spans = passage.document.title, tuple((start, end) for start, end in passage.sentences)
    return Hit(
        passage_id=passage.pk,
        document_id=passage.document_id,
        title=title,
        page=passage.page,
        text=passage.text,
        language=passage.language,
        sentences=spans,
        # Not a heading that says the title again.
        sentence=next((span for span in spans if passage.text[slice(*span)].strip() != title), (0, len(passage.text))),
        marks=(),
    )
