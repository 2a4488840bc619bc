"""Runs: who gets which, what becomes of one whose worker dies, and what is put off or given up."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from apps.accounts.models import User
from apps.indexing import runs
from apps.indexing.models import IndexRun
from apps.indexing.tests.making import article, inserted_article, run_of
from apps.library import trash, writing
from apps.library.models import Document, Reason

State = IndexRun.State


@pytest.fixture
def document(owner: User) -> Document:
    """An article that waits to be indexed."""
    return article(owner)


def expire(run: IndexRun) -> None:
    IndexRun.objects.filter(pk=run.pk).update(lease_until=Now() - timedelta(seconds=1))


def claimed() -> IndexRun:
    run = runs.claim()
    assert run is not None
    return run


def give_to(run: IndexRun, process: subprocess.Popen[bytes]) -> None:
    """Makes it look as if another process of this machine held the run."""
    machine, _pid, token = run.leased_by.rsplit(":", 2)
    IndexRun.objects.filter(pk=run.pk).update(leased_by=f"{machine}:{process.pid}:{token}")


def test_a_saved_document_has_one_run_that_waits(document: Document) -> None:
    run = run_of(document)
    assert (run.state, run.attempts, run.owner_id) == (State.WAITING, 0, document.owner_id)


def test_a_claim_takes_the_run_and_says_so(document: Document) -> None:
    run = claimed()
    assert run.document_id == document.pk
    kept = run_of(document)
    assert (kept.state, kept.attempts) == (State.RUNNING, 1)
    assert kept.lease_until is not None
    assert kept.lease_until > timezone.now()
    document.refresh_from_db()
    assert document.state == Document.State.WORKING


def test_what_is_claimed_is_not_claimed_again(document: Document) -> None:
    claimed()
    assert runs.claim() is None


def test_the_one_that_waits_longest_comes_first(owner: User) -> None:
    first, second = article(owner, "first"), article(owner, "second")
    assert [claimed().document_id, claimed().document_id] == [first.pk, second.pk]


def test_a_claim_may_be_limited_to_some_documents(owner: User) -> None:
    article(owner, "first")
    second = article(owner, "second")
    run = runs.claim([second.pk])
    assert run is not None
    assert run.document_id == second.pk
    assert runs.claim([second.pk]) is None


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_each_get_another_run(owner: User) -> None:
    documents = {article(owner, f"number {n}").pk for n in range(12)}
    found: list[int] = []
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        while run := runs.claim():
            found.append(run.document_id)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(documents)


def test_progress_keeps_the_lease_and_is_shown(document: Document) -> None:
    run = claimed()
    expire(run)
    runs.renew(run, IndexRun.Stage.EMBED, 40)
    kept = run_of(document)
    assert kept.stage == IndexRun.Stage.EMBED
    assert kept.lease_until is not None
    assert kept.lease_until > timezone.now()
    document.refresh_from_db()
    assert document.progress == 40


def test_a_run_whose_lease_ran_out_is_another_workers(document: Document) -> None:
    late = claimed()
    expire(late)
    runs.reclaim()
    again = claimed()
    assert (again.pk, again.attempts, again.losses) == (late.pk, 2, 1)
    with pytest.raises(runs.LeaseLost):
        runs.renew(late, IndexRun.Stage.EMBED, 10)


def test_a_late_worker_changes_nothing(document: Document) -> None:
    late = claimed()
    expire(late)
    runs.reclaim()
    again = claimed()
    runs.fail(late, Reason.BROKEN, "too late")
    runs.postpone(late, "too late")
    runs.let_go(late)
    with pytest.raises(runs.LeaseLost), runs.held(late):
        pytest.fail("held what is another's")
    kept = run_of(document)
    assert (kept.state, kept.leased_by, kept.detail) == (State.RUNNING, again.leased_by, "")
    document.refresh_from_db()
    assert document.state == Document.State.WORKING


def test_a_lease_that_has_not_run_out_is_left_alone(document: Document) -> None:
    run = claimed()
    runs.reclaim()
    assert run_of(document).leased_by == run.leased_by


def test_a_dead_process_of_this_machine_loses_its_lease_at_once(document: Document) -> None:
    run = claimed()
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    give_to(run, gone)
    runs.reclaim()
    assert run_of(document).state == State.WAITING


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
def test_so_does_one_that_has_ended_and_that_nobody_has_waited_for(document: Document) -> None:
    run = claimed()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        give_to(run, ended)
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        runs.reclaim()
    assert run_of(document).state == State.WAITING


def test_a_process_of_this_machine_that_lives_keeps_its_lease(document: Document) -> None:
    run = claimed()
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as living:
        give_to(run, living)
        runs.reclaim()
    assert run_of(document).state == State.RUNNING


def test_a_process_of_another_machine_keeps_its_lease_until_it_runs_out(document: Document) -> None:
    run = claimed()
    IndexRun.objects.filter(pk=run.pk).update(leased_by="elsewhere/1:999999999:abcd")
    runs.reclaim()
    assert run_of(document).state == State.RUNNING


def test_a_run_that_lost_its_worker_goes_behind_those_that_wait(owner: User) -> None:
    first, second = article(owner, "first"), article(owner, "second")
    expire(claimed())
    runs.reclaim()
    assert [claimed().document_id, claimed().document_id] == [second.pk, first.pk]


def test_a_run_that_always_loses_its_worker_is_given_up(document: Document) -> None:
    for _ in range(runs.MOST_LOSSES):
        expire(claimed())
        runs.reclaim()
    assert runs.claim() is None
    run = run_of(document)
    assert (run.state, run.reason) == (State.FAILED, Reason.CRASHED)
    document.refresh_from_db()
    assert (document.state, document.reason) == (Document.State.FAILED, Reason.CRASHED)


def test_what_will_pass_is_put_off_each_time_for_longer_and_never_given_up(document: Document) -> None:
    pauses = []
    for _ in range(30):
        run = claimed()
        runs.postpone(run, "the embedder is away")
        assert runs.claim() is None
        kept = run_of(document)
        assert (kept.state, kept.detail, kept.losses) == (State.WAITING, "the embedder is away", 0)
        pauses.append(kept.due_at - timezone.now())
        IndexRun.objects.update(due_at=Now())
    assert pauses[0] < pauses[1] < pauses[2]
    assert max(pauses) <= runs.LONGEST_PAUSE
    document.refresh_from_db()
    assert document.state == Document.State.WAITING


def test_a_run_given_back_costs_no_attempt(document: Document) -> None:
    runs.give_back(claimed())
    assert claimed().attempts == 1


def test_a_failure_of_the_document_is_final_and_says_why(document: Document) -> None:
    runs.fail(claimed(), Reason.ENCRYPTED, "a password is asked for")
    assert runs.claim() is None
    run = run_of(document)
    assert (run.state, run.reason, run.detail) == (State.FAILED, Reason.ENCRYPTED, "a password is asked for")
    assert run.finished_at is not None
    document.refresh_from_db()
    assert (document.state, document.reason) == (Document.State.FAILED, Reason.ENCRYPTED)


def test_an_ended_run_begins_anew_when_it_is_asked_for_again(document: Document) -> None:
    runs.fail(claimed(), Reason.BROKEN, "")
    runs.enqueue(document)
    again = claimed()
    assert (again.attempts, again.reason) == (1, "")
    assert IndexRun.objects.count() == 1


def test_a_newer_revision_cancels_the_run_of_the_older(owner: User, document: Document) -> None:
    older = run_of(document)
    working = claimed()
    newer = writing.save_article(owner, document.title, "Something else.", document)
    older.refresh_from_db()
    assert older.state == State.CANCELLED
    with pytest.raises(runs.LeaseLost):
        runs.renew(working, IndexRun.Stage.EMBED, 50)
    assert claimed().revision_id == newer.revision_id


def test_a_trashed_document_is_not_worked_on_and_comes_back_with_it(document: Document) -> None:
    trash.move_to_trash(document)
    assert runs.claim() is None
    assert run_of(document).state == State.CANCELLED
    assert runs.adopt() == 0
    trash.restore(document)
    assert runs.adopt() == 1
    assert claimed().document_id == document.pk


def test_trashing_takes_the_lease_away(document: Document) -> None:
    run = claimed()
    trash.move_to_trash(document)
    with pytest.raises(runs.LeaseLost):
        runs.renew(run, IndexRun.Stage.EMBED, 50)
    runs.let_go(run)
    assert run_of(document).state == State.CANCELLED


def test_a_deleted_document_leaves_a_worker_with_nothing(document: Document) -> None:
    run = claimed()
    document.delete()
    with pytest.raises(runs.LeaseLost):
        runs.renew(run, IndexRun.Stage.EMBED, 50)
    runs.let_go(run)
    runs.postpone(run, "")
    runs.lose(run, "")
    assert not IndexRun.objects.exists()


def test_documents_that_came_in_by_another_door_are_adopted_once(owner: User) -> None:
    document = inserted_article(owner, "Inserted", "By hand.")
    assert runs.adopt() == 1
    assert runs.adopt() == 0
    assert claimed().document_id == document.pk


def test_a_document_that_names_no_revision_is_given_its_newest(owner: User) -> None:
    document = inserted_article(owner, "Inserted", "By hand.")
    Document.objects.filter(pk=document.pk).update(revision=None)
    assert runs.adopt() == 1
    document.refresh_from_db()
    assert document.revision is not None
    assert document.revision.text == "By hand."


def test_a_run_that_ended_is_not_adopted_again(document: Document) -> None:
    runs.fail(claimed(), Reason.BROKEN, "")
    assert runs.adopt() == 0
