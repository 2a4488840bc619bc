"""A question may be asked of chosen documents alone: others never answer it, and gone ones never mean all of them."""

from __future__ import annotations

import pytest
from django.test import AsyncClient, Client

from apps.accounts.models import User
from apps.chat import scoping
from apps.chat.asking import AskingRefused, ask_again
from apps.chat.models import Gap, Message
from apps.chat.tests.conftest import LEAK, SALT, add, written
from apps.chat.tests.making import a_conversation, the_answer
from apps.core.threads import in_database
from apps.library.models import Document
from apps.library.trash import move_to_trash

BOX = {"find": ""}


def documents_cited(answer: Message) -> set[int | None]:
    return set(answer.citations.values_list("document", flat=True))


async def asked_of(page: AsyncClient, question: str, *chosen: object, conversation: int | None = None) -> Message:
    url = f"/conversations/{conversation}/ask/" if conversation else "/ask/"
    response = await page.post(url, {**BOX, "question": question, "scope": list(chosen)})
    assert response.status_code == 302, response.content.decode()
    answer = await Message.objects.answers().select_related("conversation", "owner").alatest("pk")
    return await written(answer)


@pytest.mark.django_db(transaction=True)
async def test_only_the_chosen_document_answers(page: AsyncClient, library: list[Document]) -> None:
    bread, lease = library
    answer = await asked_of(page, SALT, bread.pk)
    assert (answer.outcome, answer.scope) == ("answered", [bread.pk])
    assert answer.searched == bread.passage_count
    assert await in_database(documents_cited, answer) == {bread.pk}
    shown = (await page.get(f"/conversations/{answer.conversation_id}/")).content.decode()
    assert "only in: Bread, week by week" in shown
    # It stays chosen for what is asked next.
    assert f'value="{bread.pk}" id="scope-{bread.pk}" checked' in shown
    assert f'value="{lease.pk}" id="scope-{lease.pk}">' in shown


@pytest.mark.django_db(transaction=True)
async def test_the_wrong_document_does_not_answer_and_no_gap_is_kept(
    page: AsyncClient, library: list[Document]
) -> None:
    answer = await asked_of(page, SALT, library[1].pk)
    assert answer.outcome == "not_found"
    assert bread_free(await in_database(documents_cited, answer), library)
    assert not await Gap.objects.aexists()
    shown = (await page.get(f"/conversations/{answer.conversation_id}/")).content.decode()
    assert "The documents you chose do not answer this." in shown
    assert "Ask the whole library" in shown


def bread_free(cited: set[int | None], library: list[Document]) -> bool:
    return library[0].pk not in cited


@pytest.mark.django_db(transaction=True)
async def test_several_may_be_chosen_and_a_follow_up_may_choose_others(
    page: AsyncClient, library: list[Document]
) -> None:
    bread, lease = library
    first = await asked_of(page, LEAK, bread.pk, lease.pk)
    assert (first.outcome, first.scope) == ("answered", sorted([bread.pk, lease.pk]))
    second = await asked_of(page, SALT, lease.pk, conversation=first.conversation_id)
    assert second.outcome == "not_found"
    third = await asked_of(page, SALT, conversation=first.conversation_id)
    assert (third.outcome, third.scope) == ("answered", [])


@pytest.mark.django_db(transaction=True)
async def test_asked_again_it_is_asked_of_the_same_and_of_nothing_when_they_are_gone(
    page: AsyncClient, owner: User, library: list[Document]
) -> None:
    bread = library[0]
    answer = await asked_of(page, SALT, bread.pk)
    add_more = await in_database(add, owner, "More salt", "# More salt\n\nTwo percent of salt goes into bread.")
    await in_database(move_to_trash, bread)
    response = await page.post(f"/answers/{answer.pk}/retry/")
    assert response.status_code == 302
    again = await written(await Message.objects.select_related("conversation", "owner").aget(pk=answer.pk))
    assert (again.outcome, again.scope) == ("not_found", [bread.pk])
    assert add_more.pk not in await in_database(documents_cited, again)
    shown = (await page.get(f"/conversations/{answer.conversation_id}/")).content.decode()
    assert "none that is still in your library" in shown


@pytest.mark.django_db
def test_what_is_gone_or_anothers_or_nonsense_is_refused_in_the_same_words(
    owner: User, other: User, library: list[Document]
) -> None:
    theirs, gone = add(other, "Theirs", "# Theirs\n\nThree percent of salt."), library[0]
    move_to_trash(gone)
    said = set()
    for values in ([theirs.pk], [gone.pk], [987654321], ["²"], ["1; DROP"], ["9" * 30]):
        with pytest.raises(AskingRefused) as refused:
            scoping.read(owner, values)
        said.add(str(refused.value))
    assert len(said) == 1
    assert "no longer in your library" in said.pop()


@pytest.mark.django_db
def test_of_what_was_chosen_the_part_that_is_there_answers(owner: User, library: list[Document]) -> None:
    assert scoping.read(owner, [str(library[0].pk), "987654321"]) == [library[0].pk]
    assert scoping.read(owner, []) == []
    with pytest.raises(AskingRefused, match="50 chosen documents"):
        scoping.read(owner, list(range(51)))


@pytest.mark.django_db(transaction=True)
async def test_a_refusal_leaves_what_was_chosen(page: AsyncClient, library: list[Document]) -> None:
    refused = await page.post("/ask/", {**BOX, "question": " ", "scope": library[0].pk})
    assert refused.status_code == 422
    assert f'id="scope-{library[0].pk}" checked' in refused.content.decode()


@pytest.mark.django_db
def test_documents_are_offered_by_their_titles_and_never_anothers(
    owner: User, other: User, owner_client: Client, library: list[Document]
) -> None:
    add(other, "Bread of others", "# Bread of others\n\nSalt.")
    html = owner_client.get("/ask/scope/", {"find": "bread"}, headers={"HX-Request": "true"}).content.decode()
    assert "Bread, week by week" in html
    assert "others" not in html
    assert "租約筆記" not in html
    chosen = {"find": "bread", "scope": str(library[1].pk)}
    html = owner_client.get("/ask/scope/", chosen, headers={"HX-Request": "true"}).content.decode()
    assert html.index("租約筆記") < html.index("Bread, week by week")
    nothing = owner_client.get("/ask/scope/", {"find": "walrus\0"}, headers={"HX-Request": "true"}).content.decode()
    assert "No other document has this in its title." in nothing


@pytest.mark.django_db
def test_without_javascript_looking_for_documents_keeps_the_question(
    owner_client: Client, library: list[Document]
) -> None:
    sent = {"question": SALT, "find": "租約", "scope": str(library[0].pk)}
    html = owner_client.get("/", sent).content.decode()
    assert f">{SALT}</textarea>" in html
    assert f'id="scope-{library[0].pk}" checked' in html
    assert "租約筆記" in html
    assert '<details class="scope" open>' in html


@pytest.mark.django_db
def test_a_documents_page_leads_to_asking_about_it(owner_client: Client, library: list[Document]) -> None:
    html = owner_client.get(f"/library/{library[0].pk}/").content.decode()
    assert f'href="/?scope={library[0].pk}"' in html
    assert f'id="scope-{library[0].pk}" checked' in owner_client.get(f"/?scope={library[0].pk}").content.decode()


@pytest.mark.django_db
def test_written_anew_the_scope_stays(owner: User, library: list[Document]) -> None:
    answer = the_answer(a_conversation(owner, scope=[library[0].pk]))
    assert ask_again(owner, answer).scope == [library[0].pk]
