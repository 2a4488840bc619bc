"""The gaps of a library: what is kept, what fills them, and their page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.chat import gaps
from apps.chat.models import Conversation, Gap, Message
from apps.chat.tests.conftest import SALT, Ask, add, written
from apps.chat.tests.making import a_conversation, the_answer
from apps.core.threads import in_database
from apps.library.models import Document

CHESS = "Who won the chess championship of 1972?"
HTMX = {"HX-Request": "true"}
really = pytest.mark.django_db(transaction=True)


def a_gap(user: User, question: str = CHESS, **fields: Any) -> Gap:
    """A gap that nobody asked for."""
    return Gap.objects.create(owner=user, question=question, **fields)


def seen(client: Client, address: str = "/gaps/", **headers: str) -> str:
    return client.get(address, headers=headers).content.decode()


async def the_gap() -> Gap:
    """The only one there is."""
    return await in_database(Gap.objects.select_related("message").get)


# What is kept


@really
async def test_a_question_without_an_answer_is_kept(library: list[Document], asked: Ask) -> None:
    answer = await written(await asked(CHESS))
    gap = await the_gap()
    assert (gap.question, gap.message, gap.owner_id) == (CHESS, answer, answer.owner_id)
    assert (gap.answerable_at, gap.closed_at) == (None, None)


@really
async def test_a_question_with_an_answer_is_not(library: list[Document], asked: Ask) -> None:
    await written(await asked(SALT))
    assert not await in_database(Gap.objects.exists)


@really
async def test_asked_again_it_is_one_gap_the_newest_and_open(library: list[Document], asked: Ask, owner: User) -> None:
    await written(await asked(CHESS))
    first = await the_gap()
    await in_database(gaps.let_go, first)
    await in_database(a_gap, owner, "Something else?")
    answer = await written(await asked(CHESS))
    again = await in_database(Gap.objects.select_related("message").in_order().first)
    assert again is not None
    assert (again.pk, again.message, again.closed_at) == (first.pk, answer, None)
    assert again.looked_at > first.looked_at


@really
async def test_two_readers_keep_the_same_question_each_for_themselves(
    library: list[Document], asked: Ask, other: User
) -> None:
    await in_database(a_gap, other)
    await written(await asked(CHESS))
    assert await in_database(Gap.objects.count) == 2


@really
async def test_an_answer_closes_the_gap(owner: User, asked: Ask) -> None:
    answer = await written(await asked(SALT))
    assert answer.outcome == Message.Outcome.NOT_FOUND
    await in_database(add, owner, "Bread", f"# Bread\n\n{'Two percent of salt goes into bread, by the flour. '}")
    answer = await written(await asked(SALT))
    assert answer.outcome == Message.Outcome.ANSWERED
    assert (await the_gap()).closed_at


def noted(user: User, **answer: Any) -> list[str]:
    """The questions kept once an answer like this has ended."""
    found = the_answer(a_conversation(user, CHESS, **{"text": "", "outcome": "not_found", **answer}))
    gaps.note(found)
    return list(Gap.objects.visible_to(user).values_list("question", flat=True))


def test_of_a_follow_up_it_is_kept_what_was_looked_for(owner: User) -> None:
    assert noted(owner, looked_for="Who won the championship in chess?") == ["Who won the championship in chess?"]


def test_what_chosen_documents_do_not_answer_is_no_gap_of_the_library(owner: User) -> None:
    assert noted(owner, scope=[7]) == []


def test_what_was_stopped_closes_nothing(owner: User) -> None:
    gap = a_gap(owner)
    noted(owner, text="Half", outcome="answered", state="stopped")
    gap.refresh_from_db()
    assert gap.closed_at is None


def test_a_very_long_question_is_kept(owner: User) -> None:
    found = the_answer(a_conversation(owner, text="", outcome="not_found", looked_for="Why? " * 800))
    gaps.note(found)
    gaps.note(found)
    assert Gap.objects.get().question == "Why? " * 800


def test_a_gap_outlives_its_conversation(owner: User, owner_client: Client) -> None:
    noted(owner)
    Conversation.objects.get().delete()
    assert CHESS in seen(owner_client)


# The page


def test_no_gaps_tells_what_they_are(owner_client: Client) -> None:
    assert "A question that your library does not answer is kept here." in seen(owner_client)


def test_each_gap_can_be_asked_again_written_about_and_let_go(owner: User, owner_client: Client) -> None:
    answer = the_answer(a_conversation(owner, CHESS, text="", outcome="not_found"))
    gap = a_gap(owner, message=answer)
    html = seen(owner_client)
    assert f'<a href="{answer.get_absolute_url()}">{CHESS}</a>' in html
    assert "Still open" in html
    assert f'<form method="post" action="{reverse("chat:new")}">' in html
    assert f"{reverse('library:write')}?title={quote(CHESS)}" in html
    assert f'action="/gaps/{gap.pk}/let-go/"' in html


def test_what_can_be_answered_now_stands_first_and_says_so(owner: User, owner_client: Client) -> None:
    a_gap(owner, "Answerable?", answerable_at=timezone.now())
    a_gap(owner, "Older?")
    a_gap(owner, "Newer?")
    html = seen(owner_client)
    assert html.index("Answerable?") < html.index("Newer?") < html.index("Older?")
    assert html.count("Your library can answer this now") == 1
    assert "3 questions, 1 of which can be answered now" in html


def test_a_gap_whose_conversation_is_in_the_trash_leads_nowhere(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner, CHESS, text="", outcome="not_found")
    a_gap(owner, message=the_answer(conversation))
    owner_client.post(reverse("chat:move_to_trash", args=[conversation.pk]))
    html = seen(owner_client)
    assert CHESS in html
    assert f'href="{conversation.get_absolute_url()}' not in html


def test_letting_go_takes_it_off_the_list_with_a_way_back(owner: User, owner_client: Client) -> None:
    gap = a_gap(owner)
    html = owner_client.post(f"/gaps/{gap.pk}/let-go/", follow=True).content.decode()
    assert "No gaps" in html
    assert f'action="/gaps/{gap.pk}/keep/"' in html
    html = owner_client.post(f"/gaps/{gap.pk}/keep/", follow=True).content.decode()
    assert CHESS in html


def test_an_open_page_fetches_the_list_alone(owner: User, owner_client: Client) -> None:
    a_gap(owner)
    html = seen(owner_client, **HTMX)
    assert CHESS in html
    assert "<html" not in html
    # What listens for changes is around the list, and stays.
    assert "documind:gap from:body" not in html
    assert "documind:gap from:body" in seen(owner_client)


def test_a_question_stands_on_the_page_as_text(owner: User, owner_client: Client) -> None:
    a_gap(owner, "</textarea><img src=x onerror=alert(1)>")
    html = seen(owner_client)
    assert "<img" not in html
    assert "&lt;/textarea&gt;&lt;img" in html


@pytest.mark.parametrize(("answerable", "shown"), [(0, ""), (2, "2 can be answered now")])
def test_the_rail_counts_what_can_be_answered_now(
    owner: User, owner_client: Client, answerable: int, shown: str
) -> None:
    a_gap(owner)
    a_gap(owner, "Let go?", answerable_at=timezone.now(), closed_at=timezone.now())
    for number in range(answerable):
        a_gap(owner, f"Number {number}?", answerable_at=timezone.now())
    html = seen(owner_client, "/gaps/count/", **HTMX)
    assert shown in html
    assert bool(html.strip()) == bool(answerable)


def test_only_ones_own_gaps_are_shown_and_counted(owner: User, other: User, owner_client: Client) -> None:
    a_gap(other, "Theirs?", answerable_at=timezone.now())
    assert "Theirs?" not in seen(owner_client)
    assert "Theirs?" not in seen(owner_client, **HTMX)
    assert seen(owner_client, "/gaps/count/").strip() == ""


def test_many_gaps_come_in_pages_and_ask_the_database_no_more(owner: User, owner_client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            owner_client.get("/gaps/")
        return len(caught)

    def more(count: int) -> None:
        answer = the_answer(a_conversation(owner, text="", outcome="not_found"))
        a_few = [Gap(owner=owner, question=f"{answer.pk}: {number}?", message=answer) for number in range(count)]
        Gap.objects.bulk_create(a_few)

    more(1)
    few = queries()
    more(250)
    assert queries() == few
    html = seen(owner_client)
    assert html.count('class="gap"') == 50
    assert "Page 1 of 6" in html


@really
async def test_asking_again_from_the_list_leads_to_the_answer(
    library: list[Document], page: AsyncClient, owner: User
) -> None:
    response = await page.post("/ask/", {"question": SALT})
    assert response.status_code == 302
    answer = await in_database(Message.objects.select_related("owner").get, role="answer")
    assert (await written(answer)).outcome == Message.Outcome.ANSWERED


# What an answer says of it


@really
async def test_the_answer_says_that_it_is_kept_and_later_that_it_can_be_answered(
    library: list[Document], asked: Ask, page: AsyncClient
) -> None:
    answer = await written(await asked(CHESS))
    address = f"/conversations/{answer.conversation_id}/"
    html = (await page.get(address)).content.decode()
    assert 'href="/gaps/">Kept in your gaps</a>' in html
    assert "passages were searched, and none says enough." in html
    await in_database(Gap.objects.update, answerable_at=timezone.now())
    assert "Something has come in since" in (await page.get(address)).content.decode()
    await in_database(Gap.objects.update, closed_at=timezone.now())
    html = (await page.get(address)).content.decode()
    assert "Kept in your gaps" not in html
    assert "Something has come in since" not in html


@really
def test_an_answer_from_chosen_documents_names_them(
    library: list[Document], owner: User, other: User, owner_client: Client
) -> None:
    theirs = add(other, "A title of another reader", "Nothing to see.")
    scope = [library[0].pk, theirs.pk]
    conversation = a_conversation(owner, CHESS, text="", outcome="not_found", scope=scope, searched=2)
    page = owner_client.get(conversation.get_absolute_url()).content.decode()
    # Without the box, which offers all of the reader's documents.
    html = page.partition('<form class="ask"')[0]
    assert "The documents you chose do not answer this." in html
    assert '<li dir="auto">Bread, week by week</li>' in html
    assert "A title of another reader" not in page
    assert "租約筆記" not in html
    assert "Ask the whole library" in html
