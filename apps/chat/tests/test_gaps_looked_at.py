"""What comes into a library later fills its gaps: found by the periodic task, told to open pages."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from apps import events
from apps.accounts.models import User
from apps.chat import gaps, tasks
from apps.chat.models import Gap
from apps.chat.tests.conftest import BREAD, LEASE, SALT, add
from apps.indexing.models import IndexRun
from apps.indexing.tests.workers import wait_until, worker
from apps.library.models import Document
from apps.library.trash import move_to_trash
from apps.library.writing import save_article
from apps.search.retrieval import retrieve

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = timedelta(days=1)


def a_gap(user: User, question: str = SALT, looked_at: datetime | None = None) -> Gap:
    return Gap.objects.create(owner=user, question=question, looked_at=looked_at or timezone.now() - LONG_AGO)


def look() -> None:
    tasks.look_for_answers.call_local()


def is_answerable(gap: Gap) -> bool:
    gap.refresh_from_db()
    return gap.is_answerable


def test_it_is_called_every_minute() -> None:
    every = [task for task in HUEY._registry.periodic_tasks if task.name == "look_for_answers"]
    assert len(every) == 1
    hour = [datetime(2026, 1, 1, 12, minute) for minute in range(60)]  # noqa: DTZ001
    assert all(every[0].validate_datetime(minute) for minute in hour)


def test_a_document_that_answers_it_makes_a_gap_answerable(owner: User) -> None:
    gap = a_gap(owner)
    add(owner, "Bread, week by week", BREAD)
    look()
    assert is_answerable(gap)
    assert gap.looked_at > timezone.now() - LONG_AGO


def test_one_that_does_not_leaves_it_open_and_looked_at(owner: User) -> None:
    gap = a_gap(owner)
    add(owner, "租約筆記", LEASE)
    look()
    assert not is_answerable(gap)
    assert gap.looked_at > timezone.now() - LONG_AGO


def test_what_another_reader_keeps_fills_no_gap(owner: User, other: User) -> None:
    gap = a_gap(owner)
    before = gap.looked_at
    add(other, "Bread, week by week", BREAD)
    look()
    assert not is_answerable(gap)
    assert gap.looked_at == before


def test_where_nothing_has_come_in_nothing_is_looked_at(owner: User) -> None:
    add(owner, "Bread, week by week", BREAD)
    IndexRun.objects.update(finished_at=timezone.now() - 2 * LONG_AGO)
    gap = a_gap(owner)
    before = gap.looked_at
    look()
    gap.refresh_from_db()
    assert gap.looked_at == before


def test_what_was_being_stored_while_it_was_looked_at_is_looked_at_next_time(owner: User) -> None:
    add(owner, "Bread, week by week", BREAD)
    finished = IndexRun.objects.get().finished_at
    assert finished
    gap = a_gap(owner, looked_at=finished + timedelta(seconds=20))
    look()
    assert is_answerable(gap)


def test_a_gap_that_was_let_go_is_left_alone(owner: User) -> None:
    gap = a_gap(owner)
    gaps.let_go(gap)
    add(owner, "Bread, week by week", BREAD)
    look()
    assert not is_answerable(gap)


def test_when_its_document_goes_the_gap_is_open_again(owner: User) -> None:
    gap = a_gap(owner)
    bread = add(owner, "Bread, week by week", BREAD)
    look()
    assert is_answerable(gap)
    move_to_trash(bread)
    look()
    assert not is_answerable(gap)


def test_looking_twice_changes_nothing(owner: User) -> None:
    gap = a_gap(owner)
    add(owner, "Bread, week by week", BREAD)
    look()
    gap.refresh_from_db()
    since = gap.answerable_at
    look()
    gap.refresh_from_db()
    assert gap.answerable_at == since


def test_the_ones_that_wait_longest_are_looked_at_first_and_not_all_at_once(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = a_gap(owner, "How much salt is usual?", timezone.now() - LONG_AGO / 2)
    older = a_gap(owner)
    add(owner, "Bread, week by week", BREAD)
    monkeypatch.setattr(gaps, "MOST", 1)
    look()
    assert is_answerable(older)
    assert not is_answerable(newer)
    look()
    assert is_answerable(newer)


def test_one_that_cannot_be_looked_at_does_not_keep_the_others_from_it(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, good = a_gap(owner, "broken"), a_gap(owner)
    add(owner, "Bread, week by week", BREAD)

    def breaks(question: str, user: User) -> object:
        if question == "broken":
            raise RuntimeError(question)
        return retrieve(question, user)

    monkeypatch.setattr("apps.chat.gaps.retrieve", breaks)
    look()
    assert is_answerable(good)
    assert not is_answerable(broken)
    assert broken.looked_at > timezone.now() - LONG_AGO


def test_a_gap_that_is_deleted_meanwhile_is_nothing(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    a_gap(owner)
    add(owner, "Bread, week by week", BREAD)

    def deletes(question: str, user: User) -> object:
        Gap.objects.all().delete()
        return retrieve(question, user)

    monkeypatch.setattr("apps.chat.gaps.retrieve", deletes)
    look()
    assert not Gap.objects.exists()


def test_open_pages_hear_of_it(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, str, dict[str, int | str | bool | None]]] = []
    gap = a_gap(owner)
    add(owner, "Bread, week by week", BREAD)
    publish = events.publish

    def note(user_id: int, kind: str, **data: int | str | bool | None) -> None:
        told.append((user_id, kind, data))
        publish(user_id, kind, **data)

    monkeypatch.setattr(events, "publish", note)
    look()
    look()
    assert told == [(owner.pk, "gap", {"id": gap.pk, "answerable": True, "closed": False})]


def test_a_worker_does_it_by_itself(owner: User) -> None:
    """A real one: it indexes what was saved, and within a minute or two looks at the gap."""
    gap = a_gap(owner)
    with worker():
        bread = save_article(owner, "Bread, week by week", BREAD)
        wait_until(lambda: Document.objects.get(pk=bread.pk).is_ready)
        wait_until(lambda: is_answerable(gap), 200)
