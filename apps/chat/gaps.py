"""The gaps of a library: questions that it did not answer, kept until it does or the reader lets them go."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from apps import events
from apps.chat.models import Gap, GapQuerySet, Message
from apps.indexing.models import IndexRun
from apps.library.models import Document
from apps.search.evidence import is_enough
from apps.search.retrieval import retrieve

logger = logging.getLogger(__name__)

# So much is looked at in one go, by number and in seconds: what is left comes a minute later.
MOST = 200
MOST_SECONDS = 5
# What a worker stores bears the time when it began to store it, and is there only some time after that.
STORING = timedelta(minutes=1)


def note(answer: Message) -> None:
    """Keeps the question of an answer that has ended as a gap, or closes its gap, as the answer has it.

    Not of an answer from chosen documents alone: of the rest of the library nothing is known.
    """
    question = "" if answer.scope else question_of(answer)
    if not question:
        return
    if answer.outcome == Message.Outcome.NOT_FOUND:
        keep(answer, question)
    elif answer.outcome == Message.Outcome.ANSWERED and answer.state == Message.State.DONE:
        for gap in Gap.objects.filter(owner_id=answer.owner_id, question=question).unclosed():
            let_go(gap)


def keep(answer: Message, question: str) -> None:
    """Keeps a question that nothing was found for: once, however often it is asked."""
    now = timezone.now()
    asked = {"message": answer, "created_at": now, "looked_at": now, "answerable_at": None, "closed_at": None}
    gap, _created = Gap.objects.update_or_create(owner_id=answer.owner_id, question=question, defaults=asked)
    _tell(gap)


def question_of(answer: Message) -> str:
    """What was looked for: the question, or what a follow-up stands for; nothing when the question is gone."""
    asked = Message.objects.filter(conversation_id=answer.conversation_id, ordinal=answer.ordinal - 1)
    return answer.looked_for or next((row.looked_for or row.text for row in asked), "")


def let_go(gap: Gap) -> None:
    """Takes it off the list."""
    _set_closed_at(gap, timezone.now())


def reopen(gap: Gap) -> None:
    """Brings it back to where it was in the list."""
    _set_closed_at(gap, None)


def look_again() -> None:
    """Looks for answers to the gaps of those whose library has changed since, the ones not looked at longest first."""
    ends = time.monotonic() + MOST_SECONDS
    for gap in due()[:MOST]:
        try:
            _look(gap)
        except Exception:
            # It would be the first one again in a minute, and keep all others from their turn.
            logger.exception("Gap %s could not be looked at", gap.pk)
            Gap.objects.filter(pk=gap.pk).update(looked_at=timezone.now())
        if time.monotonic() > ends:
            return


def due() -> GapQuerySet:
    """The gaps whose owner's library has changed since they were looked at, the one that waits longest first."""
    changed = [Q(owner=owner, looked_at__lt=when + STORING) for owner, when in _changes()]
    if not changed:
        return Gap.objects.none()
    return Gap.objects.unclosed().filter(reduce(or_, changed)).select_related("owner").order_by("looked_at", "pk")


def _changes() -> Iterator[tuple[int, datetime]]:
    """Whose library with a gap has changed, and when last: what became searchable there, what went into the trash."""
    owners = Gap.objects.unclosed().values("owner")
    done = IndexRun.objects.filter(owner__in=owners, state=IndexRun.State.DONE, finished_at__isnull=False)
    gone = Document.objects.filter(owner__in=owners).in_trash()
    yield from done.values_list("owner").annotate(last=Max("finished_at"))
    yield from gone.values_list("owner").annotate(last=Max("trashed_at"))


def _look(gap: Gap) -> None:
    # From before the search: what is stored during it is looked at next time.
    looked_at = timezone.now()
    is_answerable = is_enough(gap.question, retrieve(gap.question, gap.owner))
    with transaction.atomic():
        now = Gap.objects.visible_to(gap.owner).unclosed().select_for_update().filter(pk=gap.pk).first()
        # Asked again meanwhile, it has been looked at since.
        if now is None or now.looked_at != gap.looked_at:
            return
        changed = now.is_answerable != is_answerable
        now.looked_at = looked_at
        if changed:
            now.answerable_at = looked_at if is_answerable else None
        now.save(update_fields=["looked_at", "answerable_at"])
        if changed:
            _tell(now)


def _set_closed_at(gap: Gap, when: datetime | None) -> None:
    with transaction.atomic():
        Gap.objects.filter(pk=gap.pk).update(closed_at=when)
        gap.closed_at = when
        _tell(gap)


def _tell(gap: Gap) -> None:
    events.publish(gap.owner_id, "gap", id=gap.pk, answerable=gap.is_answerable, closed=gap.closed_at is not None)
