"""`manage.py ask`: the same answer as in the page, for the terminal and for other programs."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.ai.tests.scripted_server import ScriptedServer
from apps.chat.models import Conversation
from apps.chat.tests.conftest import LEAK, SALT
from apps.library.models import Document

pytestmark = pytest.mark.django_db(transaction=True)


def said(*arguments: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("ask", *arguments, stdout=out)
    return out.getvalue()


def test_the_answer_and_its_citations_are_printed(library: list[Document], owner: User) -> None:
    out = said(LEAK, "--user", owner.email)
    assert "承租人發現漏水時，應在三日內以書面通知出租人。" in out
    assert "[1] 租約筆記" in out
    assert "Quoted from your library word for word" in out
    assert Conversation.objects.visible_to(owner).get().title == LEAK


def test_json_names_state_generator_text_and_citations(
    library: list[Document], owner: User, model: ScriptedServer
) -> None:
    answer = json.loads(said(SALT, "--user", "OWNER@example.org", "--json"))
    assert answer["state"] == "done"
    assert answer["generator"] == "anthropic"
    assert "[1]" in answer["text"]
    first = answer["citations"][0]
    assert set(first) == {"number", "title", "page", "quote"}
    assert first["number"] == 1
    assert first["page"] is None
    assert first["title"] == "Bread, week by week"
    assert first["quote"].endswith(".")


def test_what_is_not_in_the_library_is_said_with_the_nearest(library: list[Document], owner: User) -> None:
    question = "Who won the chess championship of 1972?"
    assert "Your library does not answer this." in said(question, "--user", owner.email)
    answer = json.loads(said(question, "--user", owner.email, "--json"))
    assert (answer["state"], answer["outcome"], answer["text"], answer["citations"]) == ("done", "not_found", "", [])
    assert len(answer["nearest"]) <= 3


def test_an_answer_that_failed_is_an_error_with_its_reason(
    library: list[Document], owner: User, model: ScriptedServer
) -> None:
    model.script("401")
    out = StringIO()
    with pytest.raises(CommandError, match="refused the key"):
        call_command("ask", SALT, "--user", owner.email, "--json", stdout=out)
    assert json.loads(out.getvalue())["state"] == "failed"


def test_an_unknown_user_is_named(db: None) -> None:
    with pytest.raises(CommandError, match=r"Nobody here has the address nobody@example\.org\."):
        said(SALT, "--user", "nobody@example.org")


def test_an_empty_question_is_refused(owner: User) -> None:
    with pytest.raises(CommandError, match="Type a question first"):
        said("  ", "--user", owner.email)
