"""The trash: what is moved there is out of sight at once, comes back for 30 days, and is then gone for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from apps import events
from apps.library.models import UNDO_DAYS, Document, DocumentQuerySet, Revision


def move_to_trash(document: Document) -> None:
    """Puts `document` out of sight; nothing of it is lost. Doing it twice keeps the first date."""
    _set_trashed_at(document, timezone.now(), only_from=Document.objects.kept())


def restore(document: Document) -> None:
    """Brings `document` back to where it was."""
    _set_trashed_at(document, None, only_from=Document.objects.in_trash())


def purge_trash() -> int:
    """Deletes for good what has been in the trash for 30 days. Returns how many documents. May run twice."""
    due = timezone.now() - timedelta(days=UNDO_DAYS)
    ids = Document.objects.filter(trashed_at__lte=due).values_list("pk", flat=True)
    return sum(_purge(pk, due) for pk in list(ids))


def _purge(pk: int, due: datetime) -> bool:
    with transaction.atomic():
        # Looked at again under the lock: it may have been restored meanwhile.
        document = Document.objects.select_for_update().filter(pk=pk, trashed_at__lte=due).first()
        if document is None:
            return False
        document.delete()
        return True


def _set_trashed_at(document: Document, when: datetime | None, only_from: DocumentQuerySet) -> None:
    with transaction.atomic():
        if only_from.filter(pk=document.pk).update(trashed_at=when):
            events.publish(document.owner_id, "library", id=document.pk)
    document.refresh_from_db(fields=["trashed_at"])


@receiver(post_delete, sender=Revision)
def forget_file(instance: Revision, **kwargs: object) -> None:
    """Takes the stored original away when its revision is gone for good, by whichever door, once that is committed."""
    if instance.file.name:
        transaction.on_commit(partial(default_storage.delete, instance.file.name), robust=True)
