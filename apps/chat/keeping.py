"""Keeps an answer while it is being written, and how it ended, with how its sentences compare with its sources.

Every write needs the claim to it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Func, JSONField, Value
from django.utils import timezone

from apps import events
from apps.accounts.models import User
from apps.ai import prices
from apps.ai.generators import Fault
from apps.ai.generators.quotations import QuotationsGenerator
from apps.chat import gaps
from apps.chat.checking import Checked, comparing
from apps.chat.models import LEASE, Check, Citation, Conversation, Message
from apps.indexing.models import Passage
from apps.search.hits import Hit

logger = logging.getLogger(__name__)

# One statement of the ORM's for all of them takes nine times the work, while every stream waits for its turn.
_KEEP = "UPDATE chat_message SET text = %s, generator = %s, model = %s, lease_until = %s WHERE id = %s"
# Where a passage stands, without the place of every character of it.
_PLACE = Func(F("locator"), Value("lines"), template="%(expressions)s", arg_joiner=" - ", output_field=JSONField())


@dataclass(frozen=True)
class Claim:
    """The right to write one answer: good until the answer ends, or is begun again."""

    answer_id: int
    attempt: int


@dataclass(frozen=True)
class Ending:
    """How an answer ended. `fault` says why, when it did not end well, and `retry_at` when to try again."""

    state: Message.State
    fault: Fault | None = None
    is_not_found: bool = False
    input_tokens: int = 0
    output_tokens: int = 0
    retry_at: datetime | None = None


@dataclass(frozen=True)
class Written:
    """What there is of an answer: its text, who writes it, and the sentence cited of each source cited so far,
    its [start, end) in the passage's text by source number."""

    text: str
    cites: Mapping[int, tuple[int, int]]
    generator: str = ""
    model: str = ""


class ClaimLost(Exception):
    """Somebody else ended the answer, or began it again: what is still coming belongs nowhere."""


@transaction.atomic
def keep_sources(claim: Claim, hits: Sequence[Hit], searched: int, search_ms: int, looked_for: str = "") -> None:
    """Keeps what was found, numbered from 1, how much was searched and what for. Raises `ClaimLost`."""
    answer = _claimed(claim)
    answer.searched, answer.search_ms, answer.found_at = searched, search_ms, timezone.now()
    answer.looked_for = looked_for
    answer.save(update_fields=["searched", "search_ms", "found_at", "looked_for"])
    # A passage may have been replaced since it was found: its words are kept all the same.
    kept = Passage.objects.visible_to(answer.owner).filter(pk__in=[hit.passage_id for hit in hits])
    places = dict(kept.values_list("pk", _PLACE))
    Citation.objects.bulk_create(_citation(answer, number, hit, places) for number, hit in enumerate(hits, 1))


@transaction.atomic
def keep(writings: Mapping[Claim, Written]) -> set[Claim]:
    """Keeps what is written so far of these answers, and renews their leases. Returns the claims that are lost.

    All in one go: a process may be writing a hundred, and does this every second. What somebody else is changing at the
    moment is left for the next time, so that nobody waits for anybody.
    """
    ids = {claim.answer_id for claim in writings}
    streaming = Message.objects.filter(pk__in=ids, state=Message.State.STREAMING).only("pk", "attempt")
    free = streaming.select_for_update(skip_locked=True, no_key=True)
    held = {row.pk: writings[claim] for row in free if (claim := Claim(row.pk, row.attempt)) in writings}
    until = timezone.now() + LEASE
    with connection.cursor() as cursor:
        cursor.executemany(_KEEP, [(one.text, one.generator, one.model, until, pk) for pk, one in held.items()])
    _keep_cites(held)
    return set(writings).difference(Claim(*row) for row in streaming.values_list("pk", "attempt"))


def end(claim: Claim, written: Written, ending: Ending) -> None:
    """Keeps the whole of what was written and how it ended; when another process has ended it, only the former."""
    # Takes long, so nothing is held meanwhile: whoever stops the answer, or looks at it, need not wait.
    compared = _compared(claim.answer_id, written.text, written.generator)
    with transaction.atomic():
        answer = Message.objects.select_for_update().filter(pk=claim.answer_id, attempt=claim.attempt).first()
        if answer is not None:
            _end(answer, written, ending)
            _keep_checks(answer, compared)
            _tell(answer)


@transaction.atomic
def stop(answer: Message) -> None:
    """Ends an answer that another process writes: it notices when it next keeps what it has, within a second.

    What it keeps then is checked there.
    """
    ended = Message.objects.claimed(answer.pk, answer.attempt).update(
        state=Message.State.STOPPED, finished_at=timezone.now(), lease_until=None
    )
    if ended:
        _tell(answer)


def mark_abandoned(user: User) -> None:
    """Marks as interrupted those of the user's answers whose process has gone; what was written stays."""
    for pk in Message.objects.visible_to(user).abandoned().values_list("pk", flat=True):
        _mark_abandoned(pk)


@transaction.atomic
def _mark_abandoned(pk: int) -> None:
    answer = Message.objects.abandoned().filter(pk=pk).select_for_update().first()
    if answer is None:
        return
    answer.state, answer.fault = Message.State.INTERRUPTED, Fault.PROCESS_ENDED
    answer.finished_at, answer.lease_until = timezone.now(), None
    answer.save(update_fields=["state", "fault", "finished_at", "lease_until"])
    _keep_checks(answer, _compared(answer.pk, answer.text, answer.generator))


def _end(answer: Message, written: Written, ending: Ending) -> None:
    if answer.is_streaming:
        answer.state, answer.fault = ending.state, ending.fault or ""
        answer.finished_at, answer.lease_until = timezone.now(), None
    if ending.is_not_found:
        answer.outcome = Message.Outcome.NOT_FOUND
    elif written.text:
        answer.outcome = Message.Outcome.ANSWERED
    answer.input_tokens, answer.output_tokens = ending.input_tokens, ending.output_tokens
    answer.cost = prices.cost(written.model, ending.input_tokens, ending.output_tokens)
    answer.retry_at = ending.retry_at
    _take(answer, written)
    answer.save()
    _keep_cites({answer.pk: written})
    gaps.note(answer)


def _claimed(claim: Claim) -> Message:
    answer = Message.objects.claimed(claim.answer_id, claim.attempt).select_for_update().first()
    if answer is None:
        raise ClaimLost
    return answer


def _citation(answer: Message, number: int, hit: Hit, places: Mapping[int, dict[str, Any]]) -> Citation:
    start, end = _trimmed(hit.text, hit.sentence)
    is_kept = hit.passage_id in places
    return Citation(
        owner_id=answer.owner_id,
        message=answer,
        number=number,
        document_id=hit.document_id if is_kept else None,
        passage_id=hit.passage_id if is_kept else None,
        title=hit.title,
        page=hit.page,
        context=hit.text,
        start=start,
        quote=hit.text[start:end],
        locator=places.get(hit.passage_id, {}),
    )


def _take(answer: Message, written: Written) -> None:
    answer.text, answer.generator, answer.model = written.text, written.generator, written.model


def _keep_cites(written: Mapping[int, Written]) -> None:
    """`written` by the answer's id."""
    cites = {(pk, number): span for pk, one in written.items() for number, span in one.cites.items()}
    if not cites:
        return
    uncited = Citation.objects.filter(message_id__in={pk for pk, _number in cites}, is_cited=False)
    # Without their texts: hardly any is new.
    places = uncited.values_list("pk", "message_id", "number")
    new = list(uncited.filter(pk__in=[pk for pk, *place in places if tuple(place) in cites]))
    for citation in new:
        start, end = _trimmed(citation.context, cites[citation.message_id, citation.number])
        citation.is_cited, citation.start, citation.quote = True, start, citation.context[start:end]
    Citation.objects.bulk_update(new, ["is_cited", "start", "quote"])


def _compared(answer_id: int, text: str, generator: str) -> Sequence[Checked]:
    """How the sentences compare with their sources. Quotations are their sources' own sentences and need none of it."""
    if not text.strip() or generator == QuotationsGenerator.name:
        return ()
    sources = dict(Citation.objects.filter(message_id=answer_id).values_list("number", "context"))
    try:
        return comparing.check(text, sources)
    except Exception:
        # Its end must be kept all the same.
        logger.exception("an answer could not be compared with its sources")
        return ()


def _keep_checks(answer: Message, compared: Sequence[Checked]) -> None:
    """Keeps these in place of what was kept of the answer before."""
    answer.checks.all().delete()
    most = Check._meta.get_field("detail").max_length
    Check.objects.bulk_create(
        Check(
            owner_id=answer.owner_id,
            message=answer,
            start=one.start,
            end=one.end,
            numbers=list(one.numbers),
            verdict=one.verdict,
            detail=one.detail[:most],
        )
        for one in compared
    )


def _trimmed(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span without the white space at its ends."""
    start, end = span
    quote = text[start:end]
    return start + len(quote) - len(quote.lstrip()), end - len(quote) + len(quote.rstrip())


def _tell(answer: Message) -> None:
    Conversation.objects.filter(pk=answer.conversation_id).update(updated_at=timezone.now())
    events.publish(answer.owner_id, "message", id=answer.pk, state=answer.state)
