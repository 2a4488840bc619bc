"""The trash of conversations: what is moved there is out of sight at once, comes back for 30 days, and is then gone."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps import events
from apps.chat.models import Conversation
from apps.library.models import UNDO_DAYS


def move_to_trash(conversation: Conversation) -> None:
    """Puts it out of sight; nothing of it is lost. Doing it twice keeps the first date."""
    conversation.trashed_at = conversation.trashed_at or timezone.now()
    _keep(conversation)


def restore(conversation: Conversation) -> None:
    """Brings it back to where it was."""
    conversation.trashed_at = None
    _keep(conversation)


@transaction.atomic
def purge_trash() -> int:
    """Deletes for good what has been in the trash for 30 days. Returns how many conversations. May run twice."""
    due = Conversation.objects.filter(trashed_at__lte=timezone.now() - timedelta(days=UNDO_DAYS))
    # Under the lock, for one may have been restored meanwhile.
    found = [conversation.delete() for conversation in due.select_for_update()]
    return len(found)


def _keep(conversation: Conversation) -> None:
    conversation.save(update_fields=["trashed_at"])
    events.publish(conversation.owner_id, "conversation", id=conversation.pk)
