"""Trying a failed document again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.indexing import working
from apps.indexing.models import IndexRun
from apps.indexing.tests.making import article, run_of, text_file
from apps.library import trash
from apps.library.models import Document


@pytest.fixture
def failed(owner: User) -> Document:
    """An uploaded file with nothing in it."""
    document = text_file(owner, "empty.txt", "  ")
    assert working.work_one()
    document.refresh_from_db()
    assert document.state == Document.State.FAILED
    return document


def again(document: Document) -> str:
    return reverse("indexing:again", args=[document.pk])


def test_a_failed_document_waits_anew(owner_client: Client, failed: Document) -> None:
    answer = owner_client.post(again(failed))
    assert answer.headers["Location"] == failed.get_absolute_url()
    run = run_of(failed)
    assert (run.state, run.attempts, run.reason) == (IndexRun.State.WAITING, 0, "")
    failed.refresh_from_db()
    assert (failed.state, failed.reason) == (Document.State.WAITING, "")


def test_one_that_did_not_fail_is_left_alone(owner_client: Client, owner: User) -> None:
    document = article(owner)
    assert working.work_one()
    owner_client.post(again(document))
    assert run_of(document).state == IndexRun.State.DONE


def test_signed_out(nobody: Client, failed: Document) -> None:
    assert "/account/login" in nobody.post(again(failed)).headers["Location"]
    assert run_of(failed).state == IndexRun.State.FAILED


def test_not_the_owner(other_client: Client, staff_client: Client, failed: Document) -> None:
    for client in (other_client, staff_client):
        assert client.post(again(failed)).status_code == 404
    assert run_of(failed).state == IndexRun.State.FAILED


def test_in_the_trash(owner_client: Client, failed: Document) -> None:
    trash.move_to_trash(failed)
    assert owner_client.post(again(failed)).status_code == 404


def test_wrong_method(owner_client: Client, failed: Document) -> None:
    assert owner_client.get(again(failed)).status_code == 405
    assert run_of(failed).state == IndexRun.State.FAILED
