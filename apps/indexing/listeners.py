"""What indexing does when the library says that a document changed."""

from __future__ import annotations

import logging
from functools import partial

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from apps.indexing import derived, passages, runs, store
from apps.indexing.tasks import wake
from apps.library.models import Document, Revision
from apps.library.signals import document_changed

log = logging.getLogger(__name__)


@receiver(document_changed)
def index_anew(document: Document, **kwargs: object) -> None:
    """In the transaction that saves: an article's words can be found at once, and a run waits for the rest."""
    runs.show(runs.enqueue(document), Document.State.WAITING)
    # The sender may save what it holds.
    document.state, document.reason, document.progress = Document.State.WAITING, "", 0
    if document.is_article:
        _cut(document)
    wake()


@receiver(post_delete, sender=Revision)
def forget_derived(instance: Revision, **kwargs: object) -> None:
    """What was made of a revision's file goes with it."""
    transaction.on_commit(partial(derived.forget, instance.owner_id, instance.pk), robust=True)


def _cut(document: Document) -> None:
    revision = document.revision
    if revision is None:
        return
    try:
        with transaction.atomic():
            new = passages.of_article(revision)
            store.put_passages(revision, new, store.new_ids(len(new)))
    except Exception:
        # What was written is kept, whatever is wrong with our cutting; the run tries again.
        log.exception("Revision %s was saved and not cut", revision.pk)
        store.forget_passages(revision)
        new = []
    document.passage_count, document.language = len(new), passages.main_language(new)
    document.save(update_fields=["passage_count", "language"])
