"""Writing: an article becomes a document, and each save of it a revision."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps import events
from apps.accounts.models import User
from apps.core.text import storable
from apps.library.models import Document, Draft, Revision
from apps.library.signals import document_changed

ARTICLE_BYTES = 2 * 1024 * 1024
TITLE_LENGTH = 300
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$", re.MULTILINE)
MARKUP = re.compile(r"^[\s>#*+\-]+|[*_`~\s]+$")


class ArticleRefused(Exception):
    """An article that cannot be kept; its text is a sentence for the writer."""


class ChangedMeanwhile(Exception):
    """The article was saved elsewhere since it was opened here, as revision `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def save_article(user: User, title: str, text: str, document: Document | None = None) -> Document:
    """Keeps what was written: a new document, or the next revision of `document`; none when nothing changed.

    Raises `ArticleRefused` when the text is too long, `Document.DoesNotExist` when `document` is not an article
    of this user's.
    """
    text = clean_text(text)
    title = clean_title(title) or title_of(text)
    with transaction.atomic():
        if document is None:
            document = Document(owner=user, kind=Document.Kind.ARTICLE, title=title)
        else:
            document = _locked(user, document)
            if document.revision and (document.revision.title, document.revision.text) == (title, text):
                return document
        _give_revision(document, title, text)
        document_changed.send(sender=Document, document=document)
        events.publish(user.pk, "library", id=document.pk)
    return document


def save_written(
    user: User, title: str, text: str, document: Document | None = None, base: int | None = None
) -> Document:
    """What the editor's Save does: keeps the article and lets go of its draft.

    `base` is the number of the revision it was opened from. Raises `ChangedMeanwhile` when there is a later one,
    and else as `save_article`.
    """
    with transaction.atomic():
        if document and base:
            current = _locked(user, document).revision
            if current and current.number > base:
                raise ChangedMeanwhile(current.number)
        saved = save_article(user, title, text, document)
        drop_draft(user, document)
    return saved


def keep_draft(user: User, title: str, text: str, document: Document | None = None) -> Draft:
    """Keeps what is being typed, as it is. Raises `ArticleRefused` when it is too long."""
    draft, _created = Draft.objects.update_or_create(
        owner=user,
        document=document,
        defaults={"title": storable(title)[:TITLE_LENGTH], "text": clean_text(text)},
    )
    return draft


def open_draft(user: User, document: Document | None = None) -> Draft | None:
    """What was being typed for `document`, or for the article not yet saved; nothing if it says the same."""
    draft = Draft.objects.visible_to(user).filter(document=document).first()
    if draft is None or not (draft.title.strip() or draft.text.strip()):
        return None
    saved = document and document.revision
    return None if saved and (draft.title, draft.text) == (saved.title, saved.text) else draft


def drop_draft(user: User, document: Document | None = None) -> None:
    """Forgets what was being typed for `document`, or for the article not yet saved."""
    Draft.objects.visible_to(user).filter(document=document).delete()


def clean_text(text: str) -> str:
    """`text` with line feeds only and without what Postgres cannot hold; `ArticleRefused` over 2 MB."""
    text = storable(text).replace("\r\n", "\n").replace("\r", "\n")
    if len(text.encode()) > ARTICLE_BYTES:
        raise ArticleRefused(
            _("This article is longer than 2 MB. Divide it into several, or add it to the library as a text file.")
        )
    return text


def clean_title(title: str) -> str:
    """`title` on one line, at most 300 characters."""
    return " ".join(storable(title).split())[:TITLE_LENGTH]


def title_of(text: str) -> str:
    """A title for an article that was given none: its first heading, else its first line."""
    heading = HEADING.search(text)
    lines = (MARKUP.sub("", line) for line in text.splitlines())
    found = heading.group(1) if heading else next(filter(None, lines), "")
    return clean_title(MARKUP.sub("", found)) or _("Untitled")


def without_title(title: str, text: str) -> str:
    """`text` without a first heading that says the same as `title`, for a page that shows the title itself."""
    heading = HEADING.match(text.lstrip("\n"))
    return text.lstrip("\n")[heading.end() :] if heading and clean_title(heading[1]) == title else text


def _locked(user: User, document: Document) -> Document:
    return (
        Document.objects.visible_to(user)
        .filter(kind=Document.Kind.ARTICLE)
        .select_related("revision")
        .select_for_update(of=("self",))
        .get(pk=document.pk)
    )


def _give_revision(document: Document, title: str, text: str) -> None:
    document.title = title
    document.state = Document.State.WAITING
    document.reason = ""
    document.progress = 0
    document.updated_at = timezone.now()
    is_new = document.pk is None
    document.save()
    last = None if is_new else document.revisions.aggregate(last=Max("number"))["last"]
    document.revision = Revision.objects.create(
        owner_id=document.owner_id,
        document=document,
        number=(last or 0) + 1,
        title=title,
        text=text,
        media_type="text/markdown",
        byte_count=len(text.encode()),
    )
    document.save(update_fields=["revision"])
