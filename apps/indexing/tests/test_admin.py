"""What staff see of indexing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.indexing import runs, working
from apps.indexing.models import IndexRun
from apps.indexing.tests.making import article, run_of
from apps.library.models import Document, Reason

RUNS = "admin:indexing_indexrun_changelist"


@pytest.fixture
def failed(other: User) -> Document:
    """Another person's document that failed."""
    document = article(other, "A secret title", "Secret words.")
    run = runs.claim()
    assert run is not None
    runs.fail(run, Reason.BROKEN, "page 3 has no content stream")
    return document


def test_the_list_tells_state_reason_and_owner_and_nothing_of_the_document(
    owner_client: Client, failed: Document
) -> None:
    page = owner_client.get(reverse(RUNS)).content.decode()
    assert "Failed" in page
    assert "other@example.org" in page
    one = owner_client.get(reverse("admin:indexing_indexrun_change", args=[run_of(failed).pk])).content.decode()
    assert "page 3 has no content stream" in one
    assert "ecret" not in page + one


def test_a_failed_run_can_be_tried_again(owner_client: Client, failed: Document) -> None:
    chosen = {"action": "try_again", "_selected_action": [run_of(failed).pk]}
    answer = owner_client.post(reverse(RUNS), chosen, follow=True)
    assert "1 run waits again." in answer.content.decode()
    assert run_of(failed).state == IndexRun.State.WAITING
    assert working.work_one()
    failed.refresh_from_db()
    assert failed.state == Document.State.READY


def test_a_run_that_is_done_is_left_alone(owner_client: Client, owner: User) -> None:
    document = article(owner)
    assert working.work_one()
    owner_client.post(reverse(RUNS), {"action": "try_again", "_selected_action": [run_of(document).pk]})
    assert run_of(document).state == IndexRun.State.DONE


def test_spaces_are_listed(owner_client: Client, failed: Document) -> None:
    page = owner_client.get(reverse("admin:indexing_embeddingspace_changelist")).content.decode()
    assert "use-multilingual-v3" in page


def test_nothing_can_be_added_or_changed_by_hand(owner_client: Client, failed: Document) -> None:
    assert owner_client.get(reverse("admin:indexing_indexrun_add")).status_code == 403
    one = reverse("admin:indexing_indexrun_change", args=[run_of(failed).pk])
    assert owner_client.post(one, {"state": "done"}).status_code == 403
    assert run_of(failed).state == IndexRun.State.FAILED


def test_it_is_for_staff_alone(other_client: Client, nobody: Client, failed: Document) -> None:
    for client in (other_client, nobody):
        answer = client.get(reverse(RUNS))
        assert answer.status_code in (302, 404)
        assert b"BROKEN" not in answer.content
