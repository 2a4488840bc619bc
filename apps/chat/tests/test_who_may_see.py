"""Every page of this app is its owner's alone: 404 for anyone else, the sign-in for who is not signed in."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.chat.models import Conversation, Gap, Message
from apps.chat.tests.making import a_citation, a_conversation, the_answer

ABOUT_ONE = [
    ("get", "conversation"),
    ("post", "follow_up"),
    ("post", "move_to_trash"),
    ("post", "restore"),
    ("get", "answer"),
    ("get", "stream"),
    ("post", "stop"),
    ("post", "retry"),
    ("post", "look_for"),
    ("post", "ask_differently"),
    ("post", "rename"),
    ("post", "think"),
    ("get", "citation"),
    ("post", "let_gap_go"),
    ("post", "keep_gap"),
]
GENERAL = [
    ("get", "ask"),
    ("post", "new"),
    ("get", "conversations"),
    ("get", "trash"),
    ("get", "scope"),
    ("get", "gaps"),
    ("get", "gaps_count"),
]


def address(name: str, conversation: Conversation) -> str:
    """The URL of that page about this conversation."""
    answer = the_answer(conversation)
    if name == "citation":
        return reverse("chat:citation", args=[a_citation(answer).pk])
    if name in ("let_gap_go", "keep_gap"):
        gap = Gap.objects.create(owner=conversation.owner, question=conversation.title, message=answer)
        return reverse(f"chat:{name}", args=[gap.pk])
    ids = {
        "think": answer.pk,
        "answer": answer.pk,
        "stream": answer.pk,
        "stop": answer.pk,
        "retry": answer.pk,
        "look_for": answer.pk,
        "ask_differently": answer.pk,
    }
    return reverse(f"chat:{name}", args=[ids.get(name, conversation.pk)])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["other_client", "staff_client"])
@pytest.mark.parametrize(("method", "name"), ABOUT_ONE)
def test_another_readers_page_is_not_there(
    owner: User, request: pytest.FixtureRequest, who: str, method: str, name: str
) -> None:
    conversation = a_conversation(owner)
    response = getattr(request.getfixturevalue(who), method)(
        address(name, conversation), {"question": "Mine?", "looked_for": "Mine?", "instead": "Mine?"}
    )
    assert response.status_code == 404
    conversation.refresh_from_db()
    assert conversation.trashed_at is None
    assert conversation.messages.count() == 2
    assert the_answer(conversation).text == "Two percent [1]."
    assert not Gap.objects.exclude(closed_at=None).exists()


@pytest.mark.parametrize(("method", "name"), ABOUT_ONE)
def test_who_is_not_signed_in_is_sent_to_sign_in(owner: User, nobody: Client, method: str, name: str) -> None:
    url = address(name, a_conversation(owner))
    response = getattr(nobody, method)(url)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/account/login/?next={quote(url)}"


@pytest.mark.parametrize(("method", "name"), GENERAL)
def test_who_is_not_signed_in_asks_nothing(db: None, nobody: Client, method: str, name: str) -> None:
    response = getattr(nobody, method)(reverse(f"chat:{name}"), {"question": "Anyone?"})
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/")
    assert not Message.objects.exists()


@pytest.mark.parametrize(("method", "name"), ABOUT_ONE)
def test_the_wrong_method_is_refused(owner: User, owner_client: Client, method: str, name: str) -> None:
    wrong = {"get": "post", "post": "get"}[method]
    assert getattr(owner_client, wrong)(address(name, a_conversation(owner))).status_code == 405


@pytest.mark.parametrize(("method", "name"), [row for row in ABOUT_ONE if row[0] == "post"])
def test_a_forged_request_is_refused(owner: User, method: str, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    conversation = a_conversation(owner)
    assert client.post(address(name, conversation), {"question": "Forged?"}).status_code == 403
    assert conversation.messages.count() == 2


def test_a_list_shows_only_ones_own_conversations(owner: User, other: User, owner_client: Client) -> None:
    a_conversation(owner, "Mine?")
    a_conversation(other, "Theirs?")
    for headers in ({}, {"HX-Request": "true"}):
        html = owner_client.get("/conversations/", headers=headers).content.decode()
        assert "Mine?" in html
        assert "Theirs?" not in html


@pytest.mark.parametrize("name", ["conversation", "answer", "stream"])
def test_what_is_in_the_trash_is_out_of_sight(owner: User, owner_client: Client, name: str) -> None:
    conversation = a_conversation(owner)
    owner_client.post(reverse("chat:move_to_trash", args=[conversation.pk]))
    assert owner_client.get(address(name, conversation)).status_code == 404
