"""Real workers: killed in the middle, two at a time, and woken by nothing but the periodic task."""

from __future__ import annotations

import signal

import pytest
from django.db import connection
from django.db.models import Count

from apps.accounts.models import User
from apps.indexing.models import IndexRun, Passage, Vector
from apps.indexing.tests.making import article, inserted_article, pdf, text_file
from apps.indexing.tests.workers import kill, wait_until, worker
from apps.library.models import Document

pytestmark = pytest.mark.django_db(transaction=True)
State = Document.State


def in_state(*states: str) -> int:
    return Document.objects.filter(state__in=states).count()


def forget_the_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM huey_task")


def paragraphs(number: int, count: int = 12) -> str:
    return "\n\n".join(
        f"第 {number} 號文件的第 {part} 段說明修繕的責任。Paragraph {part} of document {number} is about the rent. "
        f"It is due on day {part} and paid by transfer." * 3
        for part in range(count)
    )


def assert_whole(documents: list[Document]) -> None:
    """Every document can be searched, and no passage or vector is there twice or missing."""
    runs = IndexRun.objects.filter(document__in=documents)
    assert set(runs.values_list("state", flat=True)) == {IndexRun.State.DONE}
    assert runs.count() == len(documents)
    for document in Document.objects.filter(pk__in=[each.pk for each in documents]):
        assert document.state == State.READY
        passages = list(Passage.objects.filter(document=document).order_by("ordinal"))
        assert passages
        assert [passage.ordinal for passage in passages] == list(range(len(passages)))
        assert document.passage_count == len(passages)
        expected = sum(1 + len(passage.sentences) for passage in passages)
        assert Vector.objects.filter(passage__document=document).count() == expected
    texts = Passage.objects.values("document", "text").annotate(times=Count("pk")).filter(times__gt=1)
    assert not texts.exists()


def test_a_worker_killed_three_times_loses_nothing_and_repeats_nothing(owner: User) -> None:
    documents = [text_file(owner, f"{n}.txt", paragraphs(n)) for n in range(10)]
    documents += [article(owner, f"article {n}", paragraphs(100 + n)) for n in range(6)]
    documents += [pdf(owner, *(f"Page {p} of {n}. " * 20 for p in range(4)), name=f"{n}.pdf") for n in range(4)]
    kills = 0
    while kills < 3:
        with worker() as running:
            ready = in_state(State.READY)
            wait_until(lambda: in_state(State.READY) >= ready + 2 and in_state(State.WORKING) > 0)  # noqa: B023
            kill(running)
        # One that fell between two documents does not count.
        kills += IndexRun.objects.filter(state=IndexRun.State.RUNNING).exists()
        assert in_state(State.READY) < len(documents), "nothing was left to kill at"
    with worker():
        wait_until(lambda: in_state(State.READY, State.FAILED) == len(documents))
    assert_whole(documents)


def test_two_workers_do_every_run_once(owner: User) -> None:
    documents = [article(owner, f"article {n}", paragraphs(n, 4)) for n in range(20)]
    with worker("--workers", "2"):
        wait_until(lambda: in_state(State.READY) == len(documents))
        holders = set(IndexRun.objects.values_list("attempts", "losses"))
    assert holders == {(1, 0)}
    assert_whole(documents)


def test_what_came_in_by_another_door_is_found_by_the_periodic_task_alone(owner: User) -> None:
    document = inserted_article(owner, "Inserted", paragraphs(1))
    assert not IndexRun.objects.exists()
    # A consumer calls its periodic tasks when it starts, and then every minute.
    with worker():
        wait_until(lambda: in_state(State.READY) == 1)
    assert_whole([document])


def test_a_wake_up_that_was_lost_is_made_good_by_the_periodic_task(owner: User) -> None:
    document = article(owner)
    forget_the_queue()
    with worker():
        wait_until(lambda: in_state(State.READY) == 1)
    assert_whole([document])


def test_a_worker_that_is_asked_to_stop_ends_what_it_does_and_stops(owner: User) -> None:
    documents = [text_file(owner, f"{n}.txt", paragraphs(n)) for n in range(6)]
    with worker() as running:
        wait_until(lambda: in_state(State.READY) > 0)
        running.send_signal(signal.SIGTERM)
        running.wait(60)
        assert running.returncode == 0
        left = IndexRun.objects.exclude(state=IndexRun.State.DONE)
        assert set(left.values_list("state", "losses")) <= {(IndexRun.State.WAITING, 0)}
    with worker():
        wait_until(lambda: in_state(State.READY) == len(documents))
    assert_whole(documents)


def connections() -> set[int]:
    """Who is connected to the tests' database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return {pid for (pid,) in cursor.fetchall()}


def test_the_processes_of_a_killed_consumer_end_with_it(owner: User) -> None:
    before = connections()
    with worker() as running:
        article(owner)
        wait_until(lambda: in_state(State.READY) == 1)
        theirs = connections() - before
        assert theirs
        # The consumer alone, not what it started.
        running.kill()
        running.wait()
        wait_until(lambda: not theirs & connections())
