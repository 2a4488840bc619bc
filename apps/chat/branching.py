"""A question asked differently: in a conversation of its own, which begins with all that was said before it."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from apps.accounts.models import User
from apps.chat.asking import ask, clean, title_of, wait_for_turn
from apps.chat.models import Check, Citation, Conversation, Message

# A copy was never begun, and cost nothing: it is not counted again.
NOT_BEGUN = {"attempt": 0, "input_tokens": 0, "output_tokens": 0, "cost": None}

Row = TypeVar("Row", bound=Model)


@transaction.atomic
def branch(user: User, answer: Message, question: str) -> Message:
    """The answer to be written to `question`, which takes the place of the one that `answer` is to.

    Asked of the same documents. What was asked and answered stays as it is. Raises `AskingRefused`.
    """
    question = clean(question)
    wait_for_turn(user, answer.conversation)
    said = Message.objects.visible_to(user).filter(conversation=answer.conversation_id)
    asked = said.get(ordinal=answer.ordinal - 1)
    conversation = Conversation.objects.create(owner=user, title=title_of(question), branched_from=asked)
    _copy(said.filter(ordinal__lt=asked.ordinal).order_by("ordinal"), conversation)
    return ask(user, question, conversation, answer.scope)


def _copy(said: QuerySet[Message], conversation: Conversation) -> None:
    """The same messages in another conversation, with their sources and how they compare with them."""
    new = {message.pk: _as_new(message, conversation=conversation, **NOT_BEGUN) for message in said}
    Message.objects.bulk_create(new.values())
    citations, checks = Citation.objects.filter(message__in=said), Check.objects.filter(message__in=said)
    Citation.objects.bulk_create(_as_new(row, message=new[row.message_id]) for row in citations)
    Check.objects.bulk_create(_as_new(row, message=new[row.message_id]) for row in checks)


def _as_new(row: Row, **other: object) -> Row:
    """A row like this one, not yet saved, with some of its fields otherwise."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del fields[row._meta.pk.attname]
    new = type(row)(**fields)
    for name, value in other.items():
        setattr(new, name, value)
    return new
