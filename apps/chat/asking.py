"""Asking: a question and its empty answer are kept together, claimed for whoever writes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps import events
from apps.accounts.models import User
from apps.chat import feedback, keeping
from apps.chat.models import LEASE, Conversation, Message
from apps.core.text import storable

QUESTION_LENGTH = 4000
TITLE_LENGTH = 120
HOUR = timedelta(hours=1)


class AskingRefused(Exception):
    """A question that cannot be asked now; its text is a sentence for the reader."""


def ask(user: User, question: str, conversation: Conversation | None = None, scope: Sequence[int] = ()) -> Message:
    """The answer to be written, its question before it; in a new conversation unless one of the user's is given.

    Only the documents of `scope` may answer, when there are any. Raises `AskingRefused`.
    """
    question = clean(question)
    with transaction.atomic():
        wait_for_turn(user, conversation)
        conversation = conversation or Conversation.objects.create(owner=user, title=title_of(question))
        last = conversation.messages.aggregate(last=Max("ordinal"))["last"] or 0
        Message.objects.create(
            owner=user, conversation=conversation, ordinal=last + 1, role=Message.Role.QUESTION, text=question
        )
        answer = Message.objects.create(
            owner=user,
            conversation=conversation,
            ordinal=last + 2,
            role=Message.Role.ANSWER,
            scope=list(scope),
            state=Message.State.STREAMING,
            lease_until=timezone.now() + LEASE,
        )
        _touch(conversation)
    return answer


def ask_again(user: User, answer: Message, looked_for: str | None = None) -> Message:
    """The answer emptied, to be written anew; with `looked_for`, the question is understood as that.

    Without, it is understood as it was before. Raises `AskingRefused`, also when it is just being written.
    """
    looked_for = None if looked_for is None else clean(looked_for)
    with transaction.atomic():
        wait_for_turn(user, answer.conversation)
        answer.refresh_from_db()
        answer.citations.all().delete()
        answer.checks.all().delete()
        feedback.take_back(answer)
        fresh = Message(attempt=answer.attempt + 1, state=Message.State.STREAMING, lease_until=timezone.now() + LEASE)
        for name in ANEW:
            setattr(answer, name, getattr(fresh, name))
        answer.looked_for = answer.looked_for if looked_for is None else looked_for
        answer.save(update_fields=[*ANEW, "looked_for"])
        _touch(answer.conversation)
    return answer


# What beginning again changes; the rest of a message stays.
ANEW = (
    "text",
    "state",
    "outcome",
    "fault",
    "generator",
    "model",
    "input_tokens",
    "output_tokens",
    "searched",
    "search_ms",
    "found_at",
    "cost",
    "attempt",
    "begun_at",
    "retry_at",
    "lease_until",
    "finished_at",
)


def clean(question: str) -> str:
    """The question without what Postgres cannot hold. Raises `AskingRefused` when it is empty or very long."""
    question = storable(question).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not question:
        raise AskingRefused(_("Type a question first."))
    if len(question) > QUESTION_LENGTH:
        raise AskingRefused(
            _("This question has %(length)d characters; at most %(limit)d can be asked at once.")
            % {"length": len(question), "limit": QUESTION_LENGTH}
        )
    return question


def title_of(question: str) -> str:
    """A conversation's name: its first question on one line, cut at a word when it is long."""
    line = " ".join(question.split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[: TITLE_LENGTH - 1]
    # Han has no spaces to cut at.
    word = cut.rfind(" ", TITLE_LENGTH // 2)
    return (cut[:word] if word > 0 else cut) + "…"


def wait_for_turn(user: User, conversation: Conversation | None) -> None:
    """Returns when this user may have one more answer written, and nothing of theirs is begun until the transaction's
    end. Raises `AskingRefused` when they may not, or when one is being written in this conversation."""
    # The user's row is the lock: two questions sent at once are counted one after the other.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    keeping.mark_abandoned(user)
    running = Message.objects.visible_to(user).being_written()
    if conversation and running.filter(conversation=conversation).exists():
        raise AskingRefused(_("The answer before this one is still being written. Wait for it, or stop it first."))
    limit = settings.ANSWERS_AT_ONCE
    if running.count() >= limit:
        raise AskingRefused(
            ngettext(
                "An answer of yours is being written elsewhere. Wait for it, or stop it first.",
                "%(limit)d answers of yours are being written at once. Wait for one of them, or stop it first.",
                limit,
            )
            % {"limit": limit}
        )
    _wait_for_the_hour(user)


def _wait_for_the_hour(user: User) -> None:
    """Refuses what is more than an hour allows. What no model wrote costs nobody anything, and is not counted.

    An answer counts as often as it was ever begun: asking again and again is no way round.
    """
    limit = settings.ANSWERS_AN_HOUR
    if not limit:
        return
    counted = Message.objects.visible_to(user).answers().of_a_model(since=timezone.now() - HOUR)
    found = counted.aggregate(times=Sum("attempt"), first=Min("begun_at"))
    if (found["times"] or 0) >= limit:
        again = date_format(timezone.localtime(found["first"] + HOUR), "TIME_FORMAT")
        raise AskingRefused(
            ngettext(
                "This site allows %(limit)d answer an hour, and you have had it. You can ask again at %(time)s.",
                "This site allows %(limit)d answers an hour, and you have had them. You can ask again at %(time)s.",
                limit,
            )
            % {"limit": limit, "time": again}
        )


def _touch(conversation: Conversation) -> None:
    conversation.updated_at = timezone.now()
    conversation.save(update_fields=["updated_at"])
    events.publish(conversation.owner_id, "conversation", id=conversation.pk)
