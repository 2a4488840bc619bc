"""The admin counts conversations and shows nothing that was said in them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.chat.checking import Verdict
from apps.chat.tests.making import a_check, a_citation, a_conversation, the_answer


@pytest.fixture
def secret(owner: User, other: User) -> int:
    """Somebody's conversation, about nobody else's business."""
    conversation = a_conversation(other, "Is my secret safe?", text="My secret answer [1].", state="failed")
    a_citation(the_answer(conversation), title="Secret title", quote="secret quote", context="secret quote", start=0)
    a_check(the_answer(conversation), "My secret answer", Verdict.NAME, 1, detail="secret name")
    a_check(the_answer(conversation), "secret", Verdict.UNCITED)
    return conversation.pk


def test_the_list_tells_whose_and_how_many(secret: int, owner_client: Client) -> None:
    html = owner_client.get(reverse("admin:chat_conversation_changelist")).content.decode()
    assert "other@example.org" in html
    assert '<td class="field-message_count">2</td>' in html
    assert '<td class="field-trouble_count">1</td>' in html
    assert '<td class="field-flagged_count">1</td>' in html
    assert "secret" not in html.lower()


def test_one_conversation_shows_no_word_of_it(secret: int, owner_client: Client) -> None:
    html = owner_client.get(reverse("admin:chat_conversation_change", args=[secret])).content.decode()
    assert "other@example.org" in html
    assert "secret" not in html.lower()


def test_nothing_can_be_changed_added_or_deleted_there(secret: int, owner_client: Client) -> None:
    change = reverse("admin:chat_conversation_change", args=[secret])
    assert owner_client.post(change, {"owner": 1}).status_code == 403
    assert owner_client.get(reverse("admin:chat_conversation_add")).status_code == 403
    assert owner_client.post(reverse("admin:chat_conversation_delete", args=[secret])).status_code == 403
