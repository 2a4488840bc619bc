"""What the user keeps: documents, what each said at one time, and what is being typed."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import reduce
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.querysets import OwnedQuerySet

UNDO_DAYS = 30


class Reason(models.TextChoices):
    """Why a document could not be made searchable. The words for the reader are in `reasons.py`."""

    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    NO_TEXT = "no_text"
    EMPTY = "empty"
    MISMATCH = "mismatch"
    UNSUPPORTED = "unsupported"
    TOO_BIG = "too_big"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    MISSING = "missing"
    INTERNAL = "internal"


# What the list may be narrowed to. "Working" is what is not searchable by meaning yet.
FILTERS = {
    "articles": models.Q(kind="article"),
    "files": models.Q(kind="file"),
    "working": models.Q(state__in=["waiting", "working"]),
    "attention": models.Q(state="failed"),
}


class DocumentQuerySet(OwnedQuerySet["Document"]):
    """Reads of documents."""

    def kept(self) -> Self:
        """Those not in the trash."""
        return self.filter(trashed_at=None)

    def in_trash(self) -> Self:
        """Those in the trash, which may still be restored."""
        return self.exclude(trashed_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-updated_at", "-pk")

    def for_rows(self) -> Self:
        """With what a row shows of the current revision, and without its text."""
        return self.select_related("revision").defer("revision__text")

    def shown_as(self, kind: str) -> Self:
        """Those a filter of the list names; all of them for a name it does not have."""
        return self.filter(FILTERS[kind]) if kind in FILTERS else self

    def titled(self, words: str) -> Self:
        """Those whose title has every one of these words."""
        return reduce(lambda found, word: found.filter(title__icontains=word), words.split(), self)

    def among(self, ids: Collection[int]) -> Self:
        """Those with one of these ids; all of them for none."""
        return self.filter(pk__in=ids) if ids else self

    def passages(self) -> int:
        """How many passages they have together."""
        return int(self.aggregate(passages=Coalesce(Sum("passage_count"), 0))["passages"])

    def numbers(self) -> dict[str, int]:
        """How many there are, of which each filter shows how many, and how many passages they have."""
        counts = {name: Count("pk", filter=condition) for name, condition in FILTERS.items()}
        return self.aggregate(all=Count("pk"), passages=Coalesce(Sum("passage_count"), 0), **counts)


class Document(models.Model):
    """One thing the user keeps: an article written here or an uploaded file."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        FILE = "file", _("File")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Being indexed")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    # What it says now; the older revisions stay.
    revision = models.ForeignKey("Revision", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(default=timezone.now)
    trashed_at = models.DateTimeField(null=True, blank=True)

    # Written by indexing, which this app does not know.
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=20, choices=Reason, blank=True, default="")
    page_count = models.PositiveIntegerField(null=True, blank=True)
    passage_count = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=10, blank=True, default="")
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent of the work done while WORKING.")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-updated_at"], name="document_owner_updated"),
            # What a search must leave out, or parts of it: few, and asked for by every search.
            models.Index(
                fields=["owner"],
                condition=~models.Q(state="ready") | models.Q(trashed_at__isnull=False),
                name="document_hidden",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason="") | models.Q(state="failed"), name="document_reason_only_when_failed"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("library:document", args=[self.pk])

    @property
    def is_article(self) -> bool:
        return self.kind == self.Kind.ARTICLE

    @property
    def is_failed(self) -> bool:
        return self.state == self.State.FAILED

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def is_under_way(self) -> bool:
        """Whether its state will change by itself."""
        return self.state in (self.State.WAITING, self.State.WORKING)

    @property
    def is_working(self) -> bool:
        return self.state == self.State.WORKING

    @property
    def gone_for_good_at(self) -> datetime | None:
        """When the trash lets go of it; `None` while it is kept."""
        return self.trashed_at and self.trashed_at + timedelta(days=UNDO_DAYS)


def stored_name(revision: Revision, filename: str) -> str:
    """Where an upload is stored: a name of our own, so that nothing of the user's reaches the file system."""
    return f"{revision.owner_id}/{uuid.uuid4()}"


class Revision(models.Model):
    """What a document said at one time: Markdown for an article, the stored original for a file."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True, default="")
    file = models.FileField(upload_to=stored_name, blank=True, max_length=120)
    file_name = models.CharField(max_length=255, blank=True, default="", help_text="As uploaded; shown, never opened.")
    media_type = models.CharField(max_length=100, blank=True, default="")
    byte_count = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: OwnedQuerySet[Revision] = OwnedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="revision_number_once")]
        indexes = [models.Index(fields=["owner", "sha256"], name="revision_owner_sha256")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Draft(models.Model):
    """What is being typed: one per document and user, saved every few seconds, never indexed."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Empty while the document has never been saved.
    document = models.ForeignKey(Document, null=True, on_delete=models.CASCADE, related_name="drafts")
    title = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    objects: OwnedQuerySet[Draft] = OwnedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "document"], name="draft_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.title
