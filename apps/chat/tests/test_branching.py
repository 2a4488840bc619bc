"""A question asked differently has a conversation of its own; nothing that was said before is lost or paid twice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import LazySettings
from django.test import AsyncClient, Client
from django.utils import timezone

from apps.accounts.models import User
from apps.ai.tests.scripted_server import ScriptedServer
from apps.chat import trash
from apps.chat.asking import AskingRefused, ask_again
from apps.chat.branching import branch
from apps.chat.models import Check, Citation, Conversation, Message
from apps.chat.tests.conftest import SALT, written
from apps.chat.tests.making import a_check, a_citation, a_conversation
from apps.core.threads import in_database
from apps.library.models import Document

pytestmark = pytest.mark.django_db
FIRST, SECOND = "How much salt goes into bread?", "And how hot is the oven?"


def two_turns(owner: User, **answer: object) -> Conversation:
    """A conversation of two turns, its first answer with a source, a check, and what it cost."""
    conversation = a_conversation(
        owner, FIRST, SECOND, model="m-1", input_tokens=40, output_tokens=2, cost=Decimal("0.5"), **answer
    )
    first = conversation.messages.get(ordinal=2)
    a_citation(first)
    a_check(first, "Two percent", "matches", 1)
    return conversation


def the_second(conversation: Conversation) -> Message:
    return conversation.messages.select_related("conversation").get(ordinal=4)


def test_it_begins_with_all_that_was_said_before_and_the_old_one_stays(owner: User) -> None:
    old = two_turns(owner)
    answer = branch(owner, the_second(old), "  And how long does it bake?\n")
    new = answer.conversation
    said = list(new.messages.order_by("ordinal").values_list("text", flat=True))
    assert said == [FIRST, "Two percent [1].", "And how long does it bake?", ""]
    assert (new.title, answer.is_streaming) == ("And how long does it bake?", True)
    assert new.branched_from == old.messages.get(ordinal=3)
    copy = new.messages.get(ordinal=2)
    assert [(row.quote, row.owner) for row in Citation.objects.filter(message=copy)] == [
        ("Two percent is usual.", owner)
    ]
    assert [row.verdict for row in Check.objects.filter(message=copy)] == ["matches"]
    assert old.messages.count() == 4
    assert Citation.objects.filter(message__conversation=old).count() == 1


def test_a_copy_costs_nothing_and_is_not_counted_again(owner: User, settings: LazySettings) -> None:
    settings.ANSWERS_AN_HOUR = 3
    old = two_turns(owner)
    new = branch(owner, the_second(old), "And how long?").conversation
    copy = new.messages.get(ordinal=2)
    assert (copy.input_tokens, copy.output_tokens, copy.cost, copy.model) == (0, 0, None, "m-1")
    since = timezone.now() - timedelta(hours=1)
    assert Message.objects.answers().of_a_model(since).filter(conversation=new).count() == 1
    # The two old ones and the one being written are the three of this hour.
    new.messages.filter(state="streaming").update(state="done", model="m-1")
    with pytest.raises(AskingRefused, match="3 answers an hour"):
        ask_again(owner, copy)


def test_a_copy_may_be_asked_again(owner: User) -> None:
    new = branch(owner, the_second(two_turns(owner)), "And how long?").conversation
    new.messages.filter(state="streaming").update(state="done")
    again = ask_again(owner, new.messages.select_related("conversation").get(ordinal=2))
    assert (again.attempt, again.is_streaming) == (1, True)


def test_the_first_question_branches_to_a_conversation_with_nothing_before(owner: User) -> None:
    first = two_turns(owner, scope=[7]).messages.select_related("conversation").get(ordinal=2)
    answer = branch(owner, first, "How much sugar?")
    assert answer.conversation.messages.count() == 2
    assert answer.scope == [7]


@pytest.mark.parametrize(("question", "words"), [(" \n", "Type a question"), ("x" * 4001, "4001 characters")])
def test_what_cannot_be_asked_makes_no_conversation(owner: User, question: str, words: str) -> None:
    old = two_turns(owner)
    with pytest.raises(AskingRefused, match=words):
        branch(owner, the_second(old), question)
    assert list(Conversation.objects.all()) == [old]


def test_while_an_answer_is_written_there_it_waits(owner: User) -> None:
    old = two_turns(owner)
    ask_again(owner, old.messages.select_related("conversation").get(ordinal=2))
    with pytest.raises(AskingRefused, match="still being written"):
        branch(owner, the_second(old), "And how long?")
    assert Conversation.objects.count() == 1


def test_each_page_leads_to_the_other_as_long_as_it_is_kept(owner: User, owner_client: Client) -> None:
    old = two_turns(owner)
    new = branch(owner, the_second(old), "And how long does it bake?").conversation
    there, here = (owner_client.get(one.get_absolute_url()).content.decode() for one in (old, new))
    assert f'Asked differently: <a href="{new.get_absolute_url()}">And how long does it bake?</a>' in there
    assert f'Branched from <a href="{old.get_absolute_url()}">' in here
    trash.move_to_trash(new)
    assert "Asked differently:" not in owner_client.get(old.get_absolute_url()).content.decode()
    trash.restore(new)
    trash.move_to_trash(old)
    assert "Branched from" not in owner_client.get(new.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
async def test_it_is_answered_in_its_conversation(
    page: AsyncClient, owner: User, library: list[Document], model: ScriptedServer
) -> None:
    response = await page.post("/ask/", {"question": SALT})
    answer = await written(await Message.objects.answers().select_related("conversation", "owner").alatest("pk"))
    response = await page.post(f"/answers/{answer.pk}/ask-differently/", {"instead": "How is a loaf baked?"})
    new = await written(await Message.objects.answers().select_related("conversation", "owner").alatest("pk"))
    assert response.headers["Location"] == f"/conversations/{new.conversation_id}/"
    assert (new.outcome, new.state) == ("answered", "done")
    assert new.conversation_id != answer.conversation_id


@pytest.mark.django_db(transaction=True)
async def test_a_refusal_keeps_what_was_typed(page: AsyncClient, owner: User) -> None:
    answer = await in_database(lambda: the_second(two_turns(owner)))
    refused = await page.post(f"/answers/{answer.pk}/ask-differently/", {"instead": "long " * 801})
    assert refused.status_code == 422
    assert "long long" in refused.content.decode()
    assert await Conversation.objects.acount() == 1
