"""When the library changes: an article's words can be found when the save returns; the rest waits for a worker."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.accounts.models import User
from apps.indexing import derived, passages, working
from apps.indexing.models import IndexRun, Passage, Vector
from apps.indexing.tests.making import article, pdf, queued, run_of, text_file
from apps.library import writing
from apps.library.models import Document

pytestmark = pytest.mark.django_db


def test_an_article_has_its_passages_and_words_when_the_save_returns(owner: User) -> None:
    document = article(owner)
    document.refresh_from_db()
    found = list(Passage.objects.filter(document=document).order_by("ordinal"))
    assert [passage.ordinal for passage in found] == [0, 1]
    assert "房東負責修繕。" in found[0].text
    assert found[0].language == "zh"
    assert f"'{owner.pk}:fifth'" in str(found[1].terms)
    assert found[1].term_count > 0
    assert (document.state, document.passage_count) == (Document.State.WAITING, 2)
    assert not Vector.objects.exists()


def test_its_title_is_among_its_words(owner: User) -> None:
    document = article(owner, title="Tenancy", text="Nothing but this.")
    assert "tenanc" in str(Passage.objects.get(document=document).terms)


def test_the_passages_of_the_older_text_go_with_the_save(owner: User) -> None:
    document = article(owner)
    assert working.work_one()
    writing.save_article(owner, document.title, "All new.", document)
    assert list(Passage.objects.values_list("text", flat=True)) == ["All new."]
    assert not Vector.objects.exists()
    document.refresh_from_db()
    assert (document.state, document.passage_count) == (Document.State.WAITING, 1)


def test_a_save_that_is_rolled_back_leaves_nothing(owner: User) -> None:
    with transaction.atomic():
        article(owner)
        transaction.set_rollback(True)
    assert not Passage.objects.exists()
    assert not IndexRun.objects.exists()


def test_a_file_waits_for_a_worker(owner: User) -> None:
    document = text_file(owner)
    assert run_of(document).state == IndexRun.State.WAITING
    assert not Passage.objects.exists()


def test_a_worker_is_called_when_the_save_is_committed_and_not_before(
    owner: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = queued()
    with django_capture_on_commit_callbacks(execute=True):
        article(owner)
        assert queued() == before
    assert queued() == before + 1


def test_an_article_we_cannot_cut_is_saved_all_the_same(
    owner: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(revision: object) -> list[object]:
        raise RuntimeError

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(passages, "of_article", breaks)
        document = article(owner)
    assert "not cut" in caplog.text
    assert working.work_one()
    document.refresh_from_db()
    assert (document.state, document.passage_count) == (Document.State.READY, 2)


def test_what_was_made_of_a_file_goes_with_it(
    owner: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    document = pdf(owner, "One page.")
    assert document.revision is not None
    derived.kept(document.revision, "page-1-1", lambda: b"picture")
    folder = Path(settings.MEDIA_ROOT) / "derived"
    assert [path.read_bytes() for path in folder.rglob("page*")] == [b"picture"]
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
    assert not list(folder.rglob("page*"))
