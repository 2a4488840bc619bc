"""The pages of asking: home, a conversation, one answer, and the list of what was asked."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.ai.generators import Fault
from apps.ai.tests.scripted_server import ScriptedServer
from apps.chat.models import Message
from apps.chat.tests.conftest import LEAK, SALT, Ask, written
from apps.chat.tests.making import a_citation, a_conversation, the_answer
from apps.core.threads import in_database
from apps.library.models import Document


def test_an_empty_library_tells_the_first_thing_to_do(owner_client: Client) -> None:
    html = owner_client.get("/").content.decode()
    assert "Your library is empty" in html
    assert reverse("library:upload") in html
    assert reverse("library:write") in html


@pytest.mark.django_db(transaction=True)
def test_home_suggests_questions_about_what_was_added_last(library: list[Document], owner_client: Client) -> None:
    html = owner_client.get("/").content.decode()
    assert "Your library is empty" not in html
    assert "What does “Bread, week by week” say about “Salt”?" in html
    assert "租約筆記" in html


def test_home_takes_a_question_from_the_address(owner_client: Client) -> None:
    html = owner_client.get("/?q=%3Cscript%3EWhy%3F").content.decode()
    assert "&lt;script&gt;Why?</textarea>" in html


@pytest.mark.django_db(transaction=True)
async def test_a_question_that_is_refused_stays_in_the_box(page: AsyncClient) -> None:
    response = await page.post("/ask/", {"question": " "})
    assert response.status_code == 422
    assert "Type a question first." in response.content.decode()
    long = "x" * 4001
    response = await page.post("/ask/", {"question": long})
    assert response.status_code == 422
    assert long in response.content.decode()


@pytest.mark.django_db(transaction=True)
async def test_asking_leads_to_the_conversation_where_the_answer_is_streamed(
    library: list[Document], page: AsyncClient, owner: User, model: ScriptedServer
) -> None:
    # Or it might be written before the page is asked for.
    model.script("silent")
    response = await page.post("/ask/", {"question": SALT})
    answer = await in_database(Message.objects.select_related("owner").get, role="answer")
    assert response.headers["Location"] == f"/conversations/{answer.conversation_id}/"
    html = (await page.get(response.headers["Location"])).content.decode()
    assert f'sse-connect="/answers/{answer.pk}/stream/"' in html
    assert f'<noscript><a href="/answers/{answer.pk}/">Look again</a></noscript>' in html
    await page.post(f"/answers/{answer.pk}/stop/")
    await written(answer)


@pytest.mark.django_db(transaction=True)
async def test_a_follow_up_by_htmx_is_one_more_turn(library: list[Document], page: AsyncClient, asked: Ask) -> None:
    first = await written(await asked(SALT))
    url = f"/conversations/{first.conversation_id}/ask/"
    response = await page.post(url, {"question": LEAK}, headers={"HX-Request": "true"})
    html = response.content.decode()
    assert html.count('<section class="turn"') == 1
    assert LEAK in html
    await written(await in_database(Message.objects.select_related("owner").latest, "pk"))


@pytest.mark.django_db(transaction=True)
async def test_a_follow_up_that_is_refused_says_so_beside_the_box(page: AsyncClient, asked: Ask) -> None:
    first = await written(await asked(SALT))
    url = f"/conversations/{first.conversation_id}/ask/"
    response = await page.post(url, {"question": ""}, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#refusal"
    assert "Type a question first." in response.content.decode()
    response = await page.post(url, {"question": ""})
    assert response.status_code == 422
    assert "<html" in response.content.decode()


def test_a_conversation_shows_each_question_answer_and_source(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner, generator="anthropic", model="claude-haiku-5-5", searched=1284, search_ms=31)
    answer = the_answer(conversation)
    citation = a_citation(answer, page=14)
    a_citation(answer, number=2, is_cited=False, title="Another")
    html = owner_client.get(conversation.get_absolute_url()).content.decode()
    assert "How much salt goes into bread?</h1>" in html
    assert f'Two percent <a class="cite" href="#source-{answer.pk}-1">1</a>.' in html
    assert f'id="source-{answer.pk}-1"' in html
    assert "Use salt. <mark>Two percent is usual.</mark> Not more." in html
    assert f'href="/citations/{citation.pk}/"' in html
    assert "p. 14" in html
    assert "Searched 1,284 passages in 31 ms" in html
    assert "1 used, from 1 document" in html
    assert "1 more passage was found" in html
    assert "without a language model" not in html
    assert "claude-haiku-5-5" in html


def test_quotations_are_labelled_as_such(owner: User, owner_client: Client) -> None:
    html = owner_client.get(a_conversation(owner, generator="quotations").get_absolute_url()).content.decode()
    assert "Quoted from your library word for word, without a language model." in html


def test_what_is_not_in_the_library_is_said_with_the_nearest_passages(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner, text="", outcome="not_found", searched=12)
    a_citation(the_answer(conversation), is_cited=False)
    html = owner_client.get(conversation.get_absolute_url()).content.decode()
    assert "Your library does not answer this." in html
    assert "Nearest passages" in html
    assert "Two percent is usual." in html
    write = f"{reverse('library:write')}?title=How%20much%20salt%20goes%20into%20bread%3F"
    assert write in html
    assert 'value="How much salt goes into bread?"' in owner_client.get(write).content.decode()


def test_a_source_that_is_gone_says_so_on_its_card(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner)
    a_citation(the_answer(conversation))
    assert "No longer in your library" in owner_client.get(conversation.get_absolute_url()).content.decode()


@pytest.mark.parametrize("fault", Fault.values)
def test_every_fault_has_its_words(owner: User, owner_client: Client, fault: str) -> None:
    conversation = a_conversation(owner, text="", state="failed", fault=fault)
    html = owner_client.get(conversation.get_absolute_url()).content.decode()
    assert '<div class="notice bad"><p><strong>' in html
    assert "Try again" in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "![x](https://evil.example/x.png)",
        "[1]: https://evil.example/\n\n[1]",
        '<div hx-get="/conversations/1/trash/" hx-trigger="load"></div>',
        "</textarea><img src=x onerror=alert(1)>",
    ],
)
def test_an_attack_stands_on_the_page_as_text(owner: User, owner_client: Client, attack: str) -> None:
    conversation = a_conversation(owner, attack, text=attack)
    a_citation(the_answer(conversation), title=attack, context=attack, quote=attack, start=0)
    html = owner_client.get(conversation.get_absolute_url()).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    for live in ("<script", "<img", "<div hx-get", 'href="https://evil.example', "</textarea><"):
        assert live not in main


def test_an_abandoned_answer_is_interrupted_when_its_page_is_opened(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner, state="streaming", text="Half", lease_until="2026-01-01T00:00:00Z")
    html = owner_client.get(conversation.get_absolute_url()).content.decode()
    assert "The site was restarted while this was being written." in html
    assert the_answer(conversation).state == "interrupted"


def test_one_answer_has_a_page_of_its_own(owner: User, owner_client: Client) -> None:
    answer = the_answer(a_conversation(owner))
    html = owner_client.get(f"/answers/{answer.pk}/").content.decode()
    assert "<html" in html
    assert f'href="/conversations/{answer.conversation_id}/#answer-{answer.pk}"' in html
    fragment = owner_client.get(f"/answers/{answer.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment


def test_without_javascript_an_answer_being_written_is_looked_at_again(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner, state="streaming", text="Half", lease_until="2126-01-01T00:00:00Z")
    html = owner_client.get(f"/answers/{the_answer(conversation).pk}/").content.decode()
    assert "Half" in html
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in html


def test_conversations_are_listed_with_the_newest_first(owner: User, owner_client: Client) -> None:
    a_conversation(owner, "Older?")
    a_conversation(owner, "Newer?", "And then?")
    html = owner_client.get("/conversations/").content.decode()
    assert html.index("Newer?") < html.index("Older?")
    assert "2 questions" in html


def test_no_conversations_yet_tells_what_to_do(owner_client: Client) -> None:
    assert "Ask the first question" in owner_client.get("/conversations/").content.decode()


def test_the_rail_marks_the_conversation_that_is_open(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner)
    url = f"http://testserver{conversation.get_absolute_url()}"
    html = owner_client.get("/conversations/", headers={"HX-Request": "true", "HX-Current-URL": url}).content.decode()
    assert f'<a href="{conversation.get_absolute_url()}" aria-current="true">' in html
    assert "<html" not in html


def test_a_conversation_goes_to_the_trash_and_comes_back(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner)
    html = owner_client.post(f"/conversations/{conversation.pk}/trash/", follow=True).content.decode()
    assert conversation.get_absolute_url() + '"' not in html
    assert f'action="/conversations/{conversation.pk}/restore/"' in html
    response = owner_client.post(f"/conversations/{conversation.pk}/restore/")
    assert response.headers["Location"] == conversation.get_absolute_url()
    assert conversation.title in owner_client.get("/conversations/").content.decode()


@pytest.mark.parametrize("url", ["conversation", "list"])
def test_a_longer_page_asks_the_database_no_more(owner: User, owner_client: Client, url: str) -> None:
    def queries(count: int) -> int:
        for number in range(count):
            conversation = a_conversation(owner, *[f"Question {number}?"] * count)
            for answer in conversation.messages.filter(role="answer"):
                a_citation(answer)
        target = conversation.get_absolute_url() if url == "conversation" else "/conversations/"
        with CaptureQueriesContext(
            connection,
        ) as caught:
            owner_client.get(target)
        return len(caught)

    assert queries(1) == queries(3)
