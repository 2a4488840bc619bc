"""What staff see of indexing: which runs wait, work and fail, and why. Never what a document says or is called."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.admin import LookOnly
from apps.indexing.models import EmbeddingSpace, IndexRun
from apps.indexing.tasks import index_again
from apps.library.models import Document


@admin.register(IndexRun)
class IndexRunAdmin(LookOnly):
    """The runs, newest first, with their errors and a way to try again."""

    list_display = ("id", "state", "stage", "reason", "attempts", "losses", "duration", "owner", "created_at")
    list_filter = ("state", "reason", "stage", "created_at")
    search_fields = ("=id", "=document__id", "owner__email", "detail", "leased_by")
    list_select_related = ("owner",)
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    actions = ("try_again",)
    # The document by its number: its title is its owner's.
    fields = (
        "state",
        "stage",
        "reason",
        "detail",
        "owner",
        "document_id",
        "revision_id",
        "space",
        "attempts",
        "losses",
        "leased_by",
        "lease_until",
        "due_at",
        "timings",
        "created_at",
        "started_at",
        "finished_at",
    )
    readonly_fields = fields

    @admin.display(description=_("duration"))
    def duration(self, run: IndexRun) -> timedelta | None:
        """From the claim to the end, or until now."""
        if run.started_at is None:
            return None
        took = (run.finished_at or timezone.now()) - run.started_at
        return timedelta(seconds=round(took.total_seconds()))

    @admin.action(description=_("Try again"), permissions=["view"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[IndexRun]) -> None:
        """Starts anew what has ended without success and still is what its document says."""
        ended = chosen.filter(state__in=[IndexRun.State.FAILED, IndexRun.State.CANCELLED])
        current = Document.objects.kept().filter(revision__in=ended.values("revision"))
        documents = list(current.select_related("revision"))
        for document in documents:
            index_again(document)
        count = len(documents)
        sentence = ngettext("%(count)d run waits again.", "%(count)d runs wait again.", count)
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)


@admin.register(EmbeddingSpace)
class EmbeddingSpaceAdmin(LookOnly):
    """The models that documents were embedded with."""

    list_display = ("model_id", "dimensions", "state", "created_at", "weight_hash")
    ordering = ("-created_at",)
