"""The trash: out of sight at once, back for 30 days, then gone with its files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.utils import timezone

from apps.accounts.models import User
from apps.library import trash, writing
from apps.library.models import UNDO_DAYS, Document
from apps.library.uploading import keep_file


@pytest.fixture
def document(owner: User) -> Document:
    return writing.save_article(owner, "Notes", "words")


def trashed_days_ago(document: Document, days: int) -> None:
    Document.objects.filter(pk=document.pk).update(trashed_at=timezone.now() - timedelta(days=days))


def test_a_trashed_document_is_out_of_sight_and_comes_back(document: Document) -> None:
    trash.move_to_trash(document)
    assert document.trashed_at is not None
    assert list(Document.objects.kept()) == []
    trash.restore(document)
    assert document.trashed_at is None
    assert list(Document.objects.kept()) == [document]


def test_trashing_twice_keeps_the_first_date(document: Document) -> None:
    trashed_days_ago(document, 3)
    first = Document.objects.get().trashed_at
    trash.move_to_trash(document)
    assert document.trashed_at == first


def test_after_30_days_a_document_is_gone_for_good_and_no_sooner(owner: User, document: Document) -> None:
    young = writing.save_article(owner, "Young", "words")
    kept = writing.save_article(owner, "Kept", "words")
    trashed_days_ago(document, UNDO_DAYS)
    trashed_days_ago(young, UNDO_DAYS - 1)
    assert trash.purge_trash() == 1
    assert set(Document.objects.all()) == {young, kept}
    assert trash.purge_trash() == 0


@pytest.mark.django_db(transaction=True)
def test_the_stored_file_goes_when_the_document_is_gone(owner: User, settings: LazySettings) -> None:
    document, _created = keep_file(owner, ContentFile(b"words"), "a.txt")
    kept, _created = keep_file(owner, ContentFile(b"other words"), "b.txt")
    trashed_days_ago(document, UNDO_DAYS + 1)
    trash.purge_trash()
    assert kept.revision is not None
    [left] = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert left == Path(kept.revision.file.path)
    owner.delete()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
