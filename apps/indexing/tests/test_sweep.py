"""The periodic task: finds what is due and was not announced, and calls workers for it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db.models.functions import Now
from huey.contrib.djhuey import HUEY

from apps.accounts.models import User
from apps.indexing import runs, tasks
from apps.indexing.models import IndexRun
from apps.indexing.tests.making import article, inserted_article, queued, run_of
from apps.library.models import Document

pytestmark = pytest.mark.django_db


def sweep() -> int:
    """Sweeps; how many calls for workers that made."""
    before = queued()
    tasks.sweep.call_local()
    return queued() - before


def test_it_is_called_every_minute() -> None:
    every = [task for task in HUEY._registry.periodic_tasks if task.name == "sweep"]
    assert len(every) == 1
    hour = [datetime(2026, 1, 1, 12, minute) for minute in range(60)]  # noqa: DTZ001
    assert all(every[0].validate_datetime(minute) for minute in hour)


def test_with_nothing_to_do_it_calls_nobody(owner: User) -> None:
    assert sweep() == 0


def test_a_run_that_waits_is_called_for(owner: User) -> None:
    article(owner)
    assert sweep() == 1


def test_a_run_that_is_put_off_is_not_called_for_before_its_time(owner: User) -> None:
    document = article(owner)
    run = runs.claim()
    assert run is not None
    runs.postpone(run, "")
    assert sweep() == 0
    IndexRun.objects.update(due_at=Now())
    assert sweep() == 1
    assert run_of(document).state == IndexRun.State.WAITING


def test_a_lease_that_ran_out_is_put_back_and_called_for(owner: User) -> None:
    document = article(owner)
    assert runs.claim() is not None
    IndexRun.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert sweep() == 1
    assert run_of(document).state == IndexRun.State.WAITING


def test_a_document_that_came_in_by_another_door_is_called_for(owner: User) -> None:
    document = inserted_article(owner, "Inserted", "By hand.")
    assert sweep() == 1
    assert run_of(document).state == IndexRun.State.WAITING


def test_a_thousand_documents_do_not_fill_the_queue(owner: User) -> None:
    for number in range(30):
        inserted_article(owner, f"{number}", "By hand.")
    assert sweep() == tasks.MOST_CALLS
    assert IndexRun.objects.count() == 30


def test_work_does_all_that_is_due(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    # However slow the machine is.
    monkeypatch.setattr(tasks, "TASK_SECONDS", 600)
    for number in range(3):
        article(owner, f"{number}")
    tasks.work.call_local()
    assert set(Document.objects.values_list("state", flat=True)) == {Document.State.READY}


def test_work_stops_between_two_documents_and_calls_for_more(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        article(owner, f"{number}")
    monkeypatch.setattr(tasks, "TASK_SECONDS", 0)
    tasks.work.call_local()
    assert Document.objects.filter(state=Document.State.READY).count() == 1
