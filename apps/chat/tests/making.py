"""Makes conversations that have been had, without having them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.chat.models import Check, Citation, Conversation, Message


def a_conversation(user: User, *questions: str, **answer: Any) -> Conversation:
    """A conversation with an answer to each question; `answer` are fields of the answers."""
    questions = questions or ("How much salt goes into bread?",)
    conversation = Conversation.objects.create(owner=user, title=questions[0])
    fields = {"text": "Two percent [1].", "outcome": "answered", "found_at": timezone.now(), **answer}
    for number, question in enumerate(questions):
        common = {"owner": user, "conversation": conversation}
        Message.objects.create(**common, ordinal=2 * number + 1, role=Message.Role.QUESTION, text=question)
        Message.objects.create(**common, ordinal=2 * number + 2, role=Message.Role.ANSWER, **fields)
    return conversation


def the_answer(conversation: Conversation) -> Message:
    """Its first answer."""
    return conversation.messages.get(ordinal=2)


def a_citation(answer: Message, **fields: Any) -> Citation:
    """A source of the answer, whose document is gone unless one is given."""
    shown = {"number": 1, "title": "Bread", "context": "Use salt. Two percent is usual. Not more.", "start": 10}
    quoted = {"quote": "Two percent is usual.", "is_cited": True}
    return Citation.objects.create(**{"owner": answer.owner, "message": answer, **shown, **quoted, **fields})


def a_check(answer: Message, sentence: str, verdict: str, *numbers: int, detail: str = "") -> Check:
    """What was found about this sentence of the answer."""
    start = answer.text.index(sentence)
    return Check.objects.create(
        owner=answer.owner,
        message=answer,
        start=start,
        end=start + len(sentence),
        numbers=list(numbers),
        verdict=verdict,
        detail=detail,
    )
