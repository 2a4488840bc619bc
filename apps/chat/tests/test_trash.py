"""A conversation in the trash is out of sight, comes back for 30 days, and is then gone with all that was said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.chat import tasks, trash
from apps.chat.models import Citation, Conversation, Gap, Message
from apps.chat.tests.making import a_citation, a_conversation, the_answer

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def put_away(conversation: Conversation, ago: timedelta) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(trashed_at=timezone.now() - ago)


def test_it_is_listed_in_the_trash_and_put_back(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner)
    owner_client.post(f"/conversations/{conversation.pk}/trash/")
    assert "How much salt" not in owner_client.get("/conversations/").content.decode().partition("talks")[2]
    page = owner_client.get("/conversations/trash/").content.decode()
    assert "How much salt goes into bread?" in page
    assert "Gone for good on" in page
    back = owner_client.post(f"/conversations/{conversation.pk}/restore/", follow=True)
    assert back.redirect_chain[-1][0] == conversation.get_absolute_url()
    assert "The trash is empty" in owner_client.get("/conversations/trash/").content.decode()


def test_the_trash_of_another_is_not_shown(other: User, owner_client: Client) -> None:
    put_away(a_conversation(other), MONTH / 2)
    assert "The trash is empty" in owner_client.get("/conversations/trash/").content.decode()


def test_moving_it_there_twice_keeps_the_first_date(owner: User) -> None:
    conversation = a_conversation(owner)
    trash.move_to_trash(conversation)
    first = conversation.trashed_at
    trash.move_to_trash(conversation)
    conversation.refresh_from_db()
    assert conversation.trashed_at == first


def test_after_30_days_it_is_gone_with_all_that_was_said_but_its_gap(owner: User) -> None:
    old, young, kept = a_conversation(owner), a_conversation(owner), a_conversation(owner)
    a_citation(the_answer(old))
    gap = Gap.objects.create(owner=owner, question="How much salt?", message=the_answer(old))
    put_away(old, MONTH + timedelta(minutes=1))
    put_away(young, MONTH - timedelta(minutes=1))
    tasks.purge_conversations.call_local()
    assert set(Conversation.objects.all()) == {young, kept}
    assert Message.objects.count() == 4
    assert not Citation.objects.exists()
    gap.refresh_from_db()
    assert gap.message is None
    assert trash.purge_trash() == 0


def test_lists_take_as_many_queries_for_three_as_for_one(owner: User, owner_client: Client) -> None:
    a_conversation(owner)
    put_away(a_conversation(owner), MONTH / 2)
    counts = [queries(owner_client, path) for path in ("/conversations/", "/conversations/trash/")]
    for _ in range(2):
        a_conversation(owner)
        put_away(a_conversation(owner), MONTH / 2)
    assert [queries(owner_client, path) for path in ("/conversations/", "/conversations/trash/")] == counts


def queries(client: Client, path: str) -> int:
    """How often the page asks the database."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)
