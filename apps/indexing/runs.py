"""Who works on what: runs are claimed with a lease, so that a worker may die at any moment and nothing is lost.

A run waits, is claimed, and is then ended by whoever holds it. Every change to a claimed run says whose it must
still be, so a worker that was thought dead and comes back changes nothing. Where a document and a run are both
locked, the document comes first, as it does when a document is saved: so nobody waits in a circle.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from apps import events
from apps.indexing import spaces
from apps.indexing.models import IndexRun
from apps.library.models import Document, Reason, Revision

# Longer than anything that reports no progress may take: reading one slice of a file has 50 s.
LEASE = timedelta(seconds=60)
# Attempts that ended without a word, or in a fault of ours, before a run is given up. Many workers die of other causes.
MOST_LOSSES = 10
MOST_FAULTS = 4
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
UNFINISHED = (IndexRun.State.WAITING, IndexRun.State.RUNNING)
DETAIL_LENGTH = 2000
# What of a run begins anew with it.
AS_NEW = (
    "state",
    "stage",
    "reason",
    "detail",
    "attempts",
    "losses",
    "due_at",
    "leased_by",
    "lease_until",
    "started_at",
    "finished_at",
)


class LeaseLost(Exception):
    """The run is not ours any more: another took it, or its revision is no longer what the document says."""


def enqueue(document: Document) -> IndexRun:
    """The run that indexes the current revision, waiting; one that has ended begins anew. Wakes nobody.

    To be called in the transaction that changed the document. Runs of its earlier revisions are cancelled.
    """
    revision = document.revision
    if revision is None:
        raise ValueError("a document without a revision has nothing to index")
    earlier = IndexRun.objects.filter(document=document, state__in=UNFINISHED).exclude(revision=revision)
    earlier.update(**_ended(IndexRun.State.CANCELLED))
    fresh = IndexRun(owner_id=document.owner_id, document=document, revision=revision, space=spaces.current())
    # In one statement, which gives back the key of the one that is there.
    [run] = IndexRun.objects.bulk_create(
        [fresh], update_conflicts=True, unique_fields=["revision", "space"], update_fields=AS_NEW
    )
    return run


def due(documents: Collection[int] | None = None) -> QuerySet[IndexRun]:
    """The runs that may be claimed now, of these documents (ids) or of all, the one that waits longest first."""
    found = IndexRun.objects.filter(state=IndexRun.State.WAITING, due_at__lte=Now(), space=spaces.current())
    if documents is not None:
        found = found.filter(document_id__in=documents)
    return found.order_by("due_at", "pk")


def claim(documents: Collection[int] | None = None) -> IndexRun | None:
    """Takes the next run that is due, with its document and revision; `None` when there is none.

    Two workers never get the same one: the row that one looks at, the other skips.
    """
    while True:
        with transaction.atomic():
            run = (
                due(documents)
                .select_related("document", "revision", "space")
                .select_for_update(skip_locked=True, of=("self",))
                .first()
            )
            if run is None:
                return None
            if _is_current(run):
                _lease(run)
                break
            IndexRun.objects.filter(pk=run.pk).update(**_ended(IndexRun.State.CANCELLED))
    show(run, Document.State.WORKING)
    return run


def _is_current(run: IndexRun) -> bool:
    return run.document.trashed_at is None and run.document.revision_id == run.revision_id


def _lease(run: IndexRun) -> None:
    run.leased_by = f"{_here()}:{os.getpid()}:{secrets.token_hex(4)}"
    run.state = IndexRun.State.RUNNING
    run.attempts += 1
    IndexRun.objects.filter(pk=run.pk).update(
        state=run.state,
        leased_by=run.leased_by,
        attempts=run.attempts,
        lease_until=Now() + LEASE,
        started_at=Now(),
        finished_at=None,
        stage=IndexRun.Stage.EXTRACT if run.revision.file else IndexRun.Stage.SPLIT,
    )


def renew(run: IndexRun, stage: str, progress: int) -> None:
    """Keeps the lease and tells the owner's pages how far it is, in percent.

    Raises `LeaseLost` when the run is not ours any more, or its document was trashed, deleted or changed.
    """
    current = Document.objects.kept().filter(pk=run.document_id, revision_id=run.revision_id)
    kept = _mine(run).filter(Exists(current)).update(lease_until=Now() + LEASE, stage=stage)
    if not kept:
        raise LeaseLost
    show(run, Document.State.WORKING, progress=progress)


@contextmanager
def held(run: IndexRun) -> Iterator[Document]:
    """A transaction in which the run is surely ours and its document as it was: nobody else can change them.

    Yields the document, locked. Raises `LeaseLost` when it is too late.
    """
    with transaction.atomic():
        document = (
            Document.objects.kept()
            .select_for_update(no_key=True)
            .filter(pk=run.document_id, revision_id=run.revision_id)
            .first()
        )
        if document is None or not _mine(run).select_for_update().exists():
            raise LeaseLost
        yield document


def finish(run: IndexRun, seconds: Mapping[str, float]) -> None:
    """Ends the run as DONE, each stage having taken so many seconds, and its document as READY; inside `held`."""
    _mine(run).update(timings=seconds, **_ended(IndexRun.State.DONE))
    show(run, Document.State.READY, progress=100)


def fail(run: IndexRun, reason: Reason, detail: str) -> None:
    """Ends the run for good: the document itself is the cause. `detail` is for the operator and holds no text of it."""
    _end(run, Document.State.FAILED, reason, detail=detail[:DETAIL_LENGTH], **_ended(IndexRun.State.FAILED, reason))


def postpone(run: IndexRun, detail: str) -> None:
    """Puts the run back for a cause that will pass, each time for longer."""
    pause = min(FIRST_PAUSE * 2 ** min(run.attempts - 1, 10), LONGEST_PAUSE)
    _end(run, Document.State.WAITING, "", detail=detail[:DETAIL_LENGTH], due_at=Now() + pause, **_waiting())


def lose(run: IndexRun, detail: str) -> None:
    """Puts the run back after an attempt that broke for no known cause; gives it up after too many of them."""
    if run.losses + 1 >= MOST_FAULTS:
        fail(run, Reason.INTERNAL, detail)
    else:
        _mine(run).update(losses=F("losses") + 1)
        postpone(run, detail)


def give_back(run: IndexRun) -> None:
    """Puts the run back as it was, when the worker itself has to stop."""
    _end(run, Document.State.WAITING, "", attempts=F("attempts") - 1, **_waiting())


def let_go(run: IndexRun) -> None:
    """Ends a run whose document was trashed or changed meanwhile; nothing when it is not ours any more."""
    _end(run, Document.State.WAITING, "", **_ended(IndexRun.State.CANCELLED))


def reclaim() -> None:
    """Puts back the runs whose worker died: those whose lease ran out, and at once those of a process that is gone."""
    for leased_by in IndexRun.objects.filter(state=IndexRun.State.RUNNING).values_list("leased_by", flat=True):
        if _is_gone(leased_by):
            IndexRun.objects.filter(state=IndexRun.State.RUNNING, leased_by=leased_by).update(lease_until=Now())
    expired = Q(state=IndexRun.State.RUNNING) & (Q(lease_until__lte=Now()) | Q(lease_until=None))
    for run in IndexRun.objects.filter(expired).select_related("document"):
        if run.losses + 1 >= MOST_LOSSES:
            fail(run, Reason.CRASHED, "the worker died each time it tried")
        elif _mine(run).filter(expired).update(losses=F("losses") + 1, due_at=Now(), **_waiting()):
            # Behind those that wait already: one that kills its worker must not keep the others from their turn.
            show(run, Document.State.WAITING)


def adopt() -> int:
    """Makes the runs that are missing, however their documents came in. Returns how many.

    Missing is the run of a kept document's current revision in the current space, and one that was cancelled
    because the document lay in the trash. A document that names no revision is given its newest.
    """
    newest = Revision.objects.filter(document=OuterRef("pk")).order_by("-number").values("pk")[:1]
    nameless = Document.objects.kept().filter(Exists(Revision.objects.filter(document=OuterRef("pk"))), revision=None)
    nameless.update(revision_id=Subquery(newest))
    runs = IndexRun.objects.filter(revision=OuterRef("revision"), space=spaces.current())
    has_run = Exists(runs.exclude(state=IndexRun.State.CANCELLED))
    missing = Document.objects.kept().filter(~has_run).exclude(revision=None)
    return sum(_adopt(pk) for pk in missing.values_list("pk", flat=True)[:1000])


def _adopt(pk: int) -> bool:
    with transaction.atomic():
        document = Document.objects.kept().select_for_update(no_key=True, skip_locked=True).filter(pk=pk).first()
        if document is None or document.revision_id is None:
            return False
        show(enqueue(document), Document.State.WAITING)
        return True


def show(run: IndexRun, state: Document.State, *, reason: str = "", progress: int = 0) -> None:
    """Writes what the reader sees of the work, unless the document has gone on to another revision, and tells pages."""
    document = Document.objects.filter(pk=run.document_id, revision_id=run.revision_id)
    if document.update(state=state, reason=reason, progress=progress):
        events.publish(run.owner_id, "document", id=run.document_id, state=str(state), progress=progress)


def _end(run: IndexRun, shown: Document.State, why: str, /, **values: Any) -> None:
    """Writes `values` of a run that is still ours, and what the reader sees of its document."""
    with transaction.atomic():
        # The document first, as everywhere.
        Document.objects.select_for_update(no_key=True).filter(pk=run.document_id).first()
        if _mine(run).update(**values):
            show(run, shown, reason=why)


def _mine(run: IndexRun) -> QuerySet[IndexRun]:
    return IndexRun.objects.filter(pk=run.pk, state=IndexRun.State.RUNNING, leased_by=run.leased_by)


def _waiting() -> dict[str, Any]:
    return {"state": IndexRun.State.WAITING, "stage": "", "leased_by": "", "lease_until": None}


def _ended(state: IndexRun.State, reason: str = "") -> dict[str, Any]:
    return {"state": state, "reason": reason, "leased_by": "", "lease_until": None, "finished_at": Now()}


def _here() -> str:
    """This machine, as far as process ids go: two containers may have one name and count their processes apart."""
    try:
        namespace = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        namespace = 0
    return f"{socket.gethostname()[:40]}/{namespace}"


def _is_gone(leased_by: str) -> bool:
    """Whether the holder is surely dead: a process of this machine that does not exist, or has ended."""
    machine, pid, _token = [*leased_by.rsplit(":", 2), "", ""][:3]
    if machine != _here() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _has_ended(pid)


def _has_ended(pid: str) -> bool:
    """Whether nobody has asked yet how this process ended: in a container there may be no one who ever does."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state in ("Z", "X")
