"""What workers are called for: work that is due, and once a minute a look at whether any was forgotten."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import transaction

from apps.core.tasks import crontab, on_worker_start, periodic_task, task
from apps.indexing import runs, working
from apps.library.models import Document

# A worker that is asked to stop does so between two tasks, so none goes on for long.
TASK_SECONDS = 5
# The most workers that one sweep calls.
MOST_CALLS = 8


@task()
def work() -> None:
    """Takes runs until none is due."""
    ends = time.monotonic() + TASK_SECONDS
    while working.work_one():
        if time.monotonic() > ends:
            wake()
            return


# A sweep that waited a minute in the queue is no use beside the next one.
@periodic_task(crontab(minute="*"), priority=10, expires=timedelta(seconds=60))
def sweep() -> None:
    """Finds what is due and was not announced: dead workers' runs, documents that came in by another door."""
    runs.reclaim()
    runs.adopt()
    for _ in range(min(runs.due().count(), MOST_CALLS)):
        work()


@on_worker_start
def look_for_what_the_last_one_left() -> None:
    """A worker that replaces a killed one takes up its run at once."""
    runs.reclaim()
    if runs.due().exists():
        work()


def wake() -> None:
    """Calls a worker once the transaction commits. May be lost: the sweep makes good for it."""
    transaction.on_commit(work, robust=True)


def index_again(document: Document) -> None:
    """Begins anew with a document whose run has ended without success."""
    with transaction.atomic():
        runs.show(runs.enqueue(document), Document.State.WAITING)
        wake()
