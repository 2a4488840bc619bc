"""Conversations are named and found by their words; an answer is told what it was worth."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

from apps.accounts.models import User
from apps.chat.asking import ask_again
from apps.chat.models import Feedback, Message
from apps.chat.tests.making import a_conversation, the_answer

pytestmark = pytest.mark.django_db


def test_a_conversation_is_renamed(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner)
    page = owner_client.post(f"/conversations/{conversation.pk}/rename/", {"name": "  Bread\nand salt "}, follow=True)
    conversation.refresh_from_db()
    assert conversation.title == "Bread and salt"
    assert "Bread and salt" in page.content.decode()


@pytest.mark.parametrize(("name", "words"), [(" ", "needs a name"), ("x" * 121, "121 characters")])
def test_a_name_that_cannot_be_is_refused_in_words(owner: User, owner_client: Client, name: str, words: str) -> None:
    conversation = a_conversation(owner)
    page = owner_client.post(f"/conversations/{conversation.pk}/rename/", {"name": name}, follow=True)
    assert words in page.content.decode()
    conversation.refresh_from_db()
    assert conversation.title == "How much salt goes into bread?"


def test_a_name_is_not_asked_for_by_looking(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner)
    assert owner_client.get(f"/conversations/{conversation.pk}/rename/").status_code == 405
    assert owner_client.get(f"/answers/{the_answer(conversation).pk}/feedback/").status_code == 405


@pytest.mark.parametrize("words", ["SALT bread", "two percent", "押金"])
def test_conversations_are_found_by_what_is_said_in_them(owner: User, owner_client: Client, words: str) -> None:
    a_conversation(owner) if words != "押金" else a_conversation(owner, "押金是多少？", text="兩個月的租金 [1]。")
    a_conversation(owner, "When do trains leave?", text="At nine [1].")
    page = owner_client.get("/conversations/", {"q": words}).content.decode()
    rows = page[page.index("talks") : page.index("</ul>", page.index("talks"))]
    assert rows.count("<li>") == 1
    assert "trains" not in rows


def test_where_nothing_says_it_the_page_says_so(owner: User, owner_client: Client) -> None:
    a_conversation(owner)
    assert "No conversation says this." in owner_client.get("/conversations/", {"q": "walrus"}).content.decode()


def test_those_of_others_are_not_found(owner: User, other: User, owner_client: Client) -> None:
    a_conversation(other)
    a_conversation(owner, "When do trains leave?", text="At nine [1].")
    assert "No conversation says this." in owner_client.get("/conversations/", {"q": "salt"}).content.decode()


def test_what_the_reader_thinks_is_kept_changed_and_taken_back(owner: User, owner_client: Client) -> None:
    answer = the_answer(a_conversation(owner))
    url = f"/answers/{answer.pk}/feedback/"
    assert owner_client.post(url, {"helpful": "yes"}).headers["Location"] == answer.get_absolute_url()
    assert Feedback.objects.get().is_helpful
    page = owner_client.post(url, {"helpful": "no"}, headers={"HX-Request": "true"}).content.decode()
    assert "What was wrong?" in page
    owner_client.post(url, {"helpful": "no", "reason": "source", "words": " Not on that page.\0 "})
    given = Feedback.objects.get()
    assert (given.owner, given.is_helpful, given.reason, given.words) == (owner, False, "source", "Not on that page.")
    shown = owner_client.get(answer.get_absolute_url()).content.decode()
    assert 'value="source" checked' in shown
    assert "Not on that page." in shown
    owner_client.post(url, {"helpful": "none"})
    assert not Feedback.objects.exists()


def test_a_reason_that_there_is_not_is_left_out_and_words_are_cut(owner: User, owner_client: Client) -> None:
    answer = the_answer(a_conversation(owner))
    owner_client.post(f"/answers/{answer.pk}/feedback/", {"helpful": "no", "reason": "<b>", "words": "x" * 5000})
    assert (Feedback.objects.get().reason, len(Feedback.objects.get().words)) == ("", 1000)


def test_an_answer_written_anew_is_not_yet_thought_of(owner: User, settings: LazySettings) -> None:
    answer = the_answer(a_conversation(owner))
    Feedback.objects.create(owner=owner, message=answer, is_helpful=False)
    ask_again(owner, answer)
    assert not Feedback.objects.exists()
    assert Message.objects.get(pk=answer.pk).is_streaming
