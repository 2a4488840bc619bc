"""Conversations for who runs the site: whose, how many, how they went, and never a word of them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.chat.marking import FLAGGED
from apps.chat.models import Conversation, Message
from apps.core.admin import LookOnly


@admin.register(Conversation)
class ConversationAdmin(LookOnly):
    """The title is the reader's own words, and so is left out."""

    list_display = (
        "pk",
        "owner",
        "message_count",
        "trouble_count",
        "flagged_count",
        "created_at",
        "updated_at",
        "trashed_at",
    )
    list_filter = (("trashed_at", admin.EmptyFieldListFilter), "updated_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email",)
    date_hierarchy = "created_at"
    ordering = ("-updated_at",)
    fields = readonly_fields = list_display[1:]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        ended_badly = Q(messages__state__in=[Message.State.INTERRUPTED, Message.State.FAILED])
        flagged = Q(messages__checks__verdict__in=FLAGGED)
        # A message is met once for each of its checks.
        counts = {
            "_messages": Count("messages", distinct=True),
            "_trouble": Count("messages", ended_badly, distinct=True),
            "_flagged": Count("messages__checks", flagged, distinct=True),
        }
        return Conversation.objects.defer("title").annotate(**counts)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Conversation | None:
        found = super().get_object(request, object_id, from_field)
        if found:
            # The page is headed with it.
            found.title = f"{found.pk}"
        return found

    @admin.display(description=_("messages"), ordering="_messages")
    def message_count(self, conversation: Conversation) -> int:
        return int(conversation._messages)  # type: ignore[attr-defined]

    @admin.display(description=_("ended badly"), ordering="_trouble")
    def trouble_count(self, conversation: Conversation) -> int:
        return int(conversation._trouble)  # type: ignore[attr-defined]

    @admin.display(description=_("sentences that differ"), ordering="_flagged")
    def flagged_count(self, conversation: Conversation) -> int:
        return int(conversation._flagged)  # type: ignore[attr-defined]
