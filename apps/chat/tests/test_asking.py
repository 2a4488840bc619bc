"""Asking: a question and its empty answer are kept together, and only one at a time in a conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone
from django.utils.formats import date_format

from apps.accounts.models import User
from apps.ai.generators import Fault
from apps.chat.asking import AskingRefused, ask, ask_again, title_of
from apps.chat.models import Citation, Conversation, Message


def test_a_question_begins_a_conversation_named_after_it(owner: User) -> None:
    answer = ask(owner, "  How long is the\nnotice period?  ")
    conversation = answer.conversation
    question = conversation.messages.get(role=Message.Role.QUESTION)
    assert conversation.owner == owner
    assert conversation.title == "How long is the notice period?"
    assert question.text == "How long is the\nnotice period?"
    assert (question.ordinal, answer.ordinal) == (1, 2)
    assert answer.state == Message.State.STREAMING
    assert answer.lease_until
    assert answer.lease_until > timezone.now()


def test_a_follow_up_joins_its_conversation(owner: User) -> None:
    first = ended(ask(owner, "One?"))
    second = ask(owner, "Two?", first.conversation)
    assert second.conversation == first.conversation
    assert list(first.conversation.messages.order_by("ordinal").values_list("ordinal", flat=True)) == [1, 2, 3, 4]
    first.conversation.refresh_from_db()
    assert first.conversation.title == "One?"


@pytest.mark.parametrize("question", ["", "  \n ", "\0"])
def test_nothing_is_no_question(owner: User, question: str) -> None:
    with pytest.raises(AskingRefused, match="Type a question"):
        ask(owner, question)
    assert not Conversation.objects.exists()


def test_a_very_long_question_is_refused_with_its_length(owner: User) -> None:
    with pytest.raises(AskingRefused, match="5001 characters"):
        ask(owner, "x" * 5001)


def test_what_postgres_cannot_hold_is_left_out(owner: User) -> None:
    answer = ask(owner, "a\0b \ud83d\r\nc")
    assert answer.conversation.messages.get(ordinal=1).text == "ab ?\nc"


def test_one_answer_is_written_at_a_time_in_a_conversation(owner: User) -> None:
    running = ask(owner, "One?")
    with pytest.raises(AskingRefused, match="still being written"):
        ask(owner, "Two?", running.conversation)
    assert running.conversation.messages.count() == 2


def test_no_more_answers_at_once_than_the_settings_allow(owner: User, other: User, settings) -> None:  # type: ignore[no-untyped-def]
    settings.ANSWERS_AT_ONCE = 2
    ask(owner, "One?")
    ask(owner, "Two?")
    with pytest.raises(AskingRefused, match="2 answers"):
        ask(owner, "Three?")
    assert ask(other, "Mine?")


def test_an_answer_whose_process_has_gone_is_in_nobodys_way(owner: User) -> None:
    gone = ask(owner, "One?")
    Message.objects.filter(pk=gone.pk).update(lease_until=timezone.now() - timedelta(seconds=1), text="Half of")
    assert ask(owner, "Two?", gone.conversation)
    gone.refresh_from_db()
    assert (gone.state, gone.fault, gone.text) == (Message.State.INTERRUPTED, Fault.PROCESS_ENDED, "Half of")


def test_asking_again_empties_the_answer_and_its_sources(owner: User) -> None:
    answer = ended(ask(owner, "One?"), text="Old.", outcome=Message.Outcome.ANSWERED, input_tokens=7)
    Citation.objects.create(owner=owner, message=answer, number=1, title="T", quote="Q")
    again = ask_again(owner, answer)
    again.refresh_from_db()
    assert (again.text, again.outcome, again.input_tokens) == ("", "", 0)
    assert again.state == Message.State.STREAMING
    assert again.attempt == 2
    assert not again.citations.exists()


def test_an_answer_being_written_is_not_begun_again(owner: User) -> None:
    answer = ask(owner, "One?")
    with pytest.raises(AskingRefused):
        ask_again(owner, answer)
    answer.refresh_from_db()
    assert answer.attempt == 1


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Short?", "Short?"),
        ("a " * 100, "a " * 59 + "…"),
        ("長" * 200, "長" * 119 + "…"),
    ],
)
def test_a_title_fits_a_line(question: str, title: str) -> None:
    assert title_of(question).replace(" …", "…") == title.replace(" …", "…")


def ended(answer: Message, **changes: object) -> Message:
    """The answer as if it had been written."""
    Message.objects.filter(pk=answer.pk).update(state=Message.State.DONE, lease_until=None, **changes)
    answer.refresh_from_db()
    return answer


def test_no_more_answers_of_a_model_in_an_hour_than_the_settings_allow(
    owner: User, other: User, settings: LazySettings
) -> None:
    settings.ANSWERS_AN_HOUR = 2
    first = ended(ask(owner, "One?"), model="m", begun_at=timezone.now() - timedelta(minutes=50))
    ended(ask(owner, "Two?"), model="m")
    again = timezone.localtime(first.begun_at + timedelta(hours=1))
    with pytest.raises(AskingRefused, match=f"2 answers an hour.*{date_format(again, 'TIME_FORMAT')}"):
        ask(owner, "Three?")
    with pytest.raises(AskingRefused, match="2 answers an hour"):
        ask_again(owner, first)
    assert ask(other, "Mine?")
    Message.objects.filter(pk=first.pk).update(begun_at=timezone.now() - timedelta(minutes=61))
    assert ask(owner, "Three?")


def test_asking_again_is_no_way_round_the_hour(owner: User, settings: LazySettings) -> None:
    settings.ANSWERS_AN_HOUR = 2
    answer = ended(ask(owner, "One?"), model="m")
    answer = ended(ask_again(owner, answer), model="m")
    with pytest.raises(AskingRefused, match="2 answers an hour"):
        ask_again(owner, answer)


def test_what_no_model_wrote_does_not_count(owner: User, settings: LazySettings) -> None:
    settings.ANSWERS_AN_HOUR = 1
    ended(ask(owner, "One?"))
    ended(ask(owner, "Two?"))
    assert ask(owner, "Three?")


def test_without_a_limit_everything_may_be_asked(owner: User, settings: LazySettings) -> None:
    settings.ANSWERS_AN_HOUR = 0
    for _ in range(3):
        ended(ask(owner, "One?"), model="m", attempt=100)
    assert ask(owner, "Three?")
