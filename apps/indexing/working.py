"""What a worker does: takes one run after another and brings each to an end, whatever happens on the way."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection

from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now

from apps.ai.embedders import EmbedderFault
from apps.indexing import pipeline, runs
from apps.indexing.extract import ExtractFault
from apps.indexing.models import IndexRun
from apps.library.models import Document

log = logging.getLogger(__name__)
# How long to wait for a database that was restarted before the lease is left to run out.
DATABASE_SECONDS = 30
# How long to wait for others who do the work that is left.
WAIT_SECONDS = 0.3
# How often to look at what is left of many: asking takes longer the more they are.
LOOK_SECONDS = 1
# After so many attempts that failed for a passing cause, waiting is left to the workers.
PATIENCE = 3
ENDED = (Document.State.READY, Document.State.FAILED)


def work_one(documents: Collection[int] | None = None, tell: pipeline.Tell = pipeline.tell_nobody) -> bool:
    """Takes one run that is due, of these documents (ids) or of all, and ends it; whether there was one."""
    run = runs.claim(documents)
    if run is None:
        return False
    attempt(run, tell)
    return True


def work_off(
    documents: Collection[int], look: Callable[[int], None], tell: pipeline.Tell = pipeline.tell_nobody
) -> None:
    """Does the work that is left on these documents (ids), beside any worker that does too, until there is none.

    `look` hears about once a second how many are left; `tell` of the progress of the one in hand.
    """
    while left := unfinished(documents):
        look(len(left))
        if not _work_for(LOOK_SECONDS, left, tell):
            runs.reclaim()
            time.sleep(WAIT_SECONDS)
    look(0)


def _work_for(seconds: float, documents: Collection[int], tell: pipeline.Tell) -> bool:
    """Takes one run after another for a while; whether there was one."""
    ends = time.monotonic() + seconds
    found = False
    while work_one(documents, tell):
        found = True
        if time.monotonic() > ends:
            break
    return found


def unfinished(documents: Collection[int]) -> list[int]:
    """Those that may still become searchable if we wait."""
    put_off = IndexRun.objects.filter(state=IndexRun.State.WAITING, attempts__gte=PATIENCE, due_at__gt=Now())
    waiting = Document.objects.kept().filter(pk__in=documents).exclude(state__in=ENDED)
    return list(waiting.exclude(revision__in=put_off.values("revision")).values_list("pk", flat=True))


def attempt(run: IndexRun, tell: pipeline.Tell = pipeline.tell_nobody) -> None:
    """Indexes a claimed run's revision, and writes down how it went. Raises only what stops the worker."""
    try:
        pipeline.index(run, tell)
    except runs.LeaseLost:
        runs.let_go(run)
    except ExtractFault as fault:
        runs.fail(run, fault.reason, fault.detail)
    except EmbedderFault as fault:
        log.warning("Run %s waits for the embedder: %s", run.pk, fault)
        runs.postpone(run, f"embedder: {fault}")
    except (OperationalError, InterfaceError) as fault:
        log.warning("Run %s waits for the database: %s", run.pk, fault)
        _postpone_when_back(run, f"database: {type(fault).__name__}")
    except Exception as fault:
        # The message may quote the document, so the operator is told where to look instead.
        log.exception("Run %s broke off", run.pk)
        runs.lose(run, f"{type(fault).__name__}: see the worker's log")
    except BaseException:
        # The worker is told to stop at once, perhaps in the middle of a query: its connection is of no more use.
        if not connection.in_atomic_block:
            connection.close()
        runs.give_back(run)
        raise


def _postpone_when_back(run: IndexRun, detail: str) -> None:
    ends = time.monotonic() + DATABASE_SECONDS
    while True:
        try:
            connection.close()
            runs.postpone(run, detail)
            return
        except (OperationalError, InterfaceError):
            if time.monotonic() > ends:
                return
            time.sleep(1)
