"""An answer from the question to its last word, with a real library, by quotations and by a model."""

from __future__ import annotations

import pytest
from django.test import AsyncClient

from apps.accounts.models import User
from apps.ai.tests.scripted_server import ScriptedServer
from apps.chat.models import Citation, Conversation, Message
from apps.chat.tests.conftest import LEAK, SALT, Ask, written
from apps.core.threads import in_database
from apps.library.models import Document
from apps.library.trash import move_to_trash

pytestmark = pytest.mark.django_db(transaction=True)


async def cited(answer: Message) -> list[Citation]:
    """The cited sources, by number."""
    rows = answer.citations.filter(is_cited=True).select_related("document", "passage").order_by("number")
    return await in_database(lambda: list(rows))


async def test_without_a_model_the_answer_is_quotations(library: list[Document], asked: Ask) -> None:
    answer = await written(await asked(SALT))
    assert (answer.state, answer.outcome) == (Message.State.DONE, Message.Outcome.ANSWERED)
    assert (answer.generator, answer.model) == ("quotations", "")
    assert "Two percent of the flour's weight" in answer.text
    quotes = [citation.quote for citation in await cited(answer)]
    assert "Two percent of the flour's weight is the usual amount of salt." in quotes


async def test_a_chinese_question_is_answered_from_a_chinese_article(library: list[Document], asked: Ask) -> None:
    answer = await written(await asked(LEAK))
    first = (await cited(answer))[0]
    assert first.title == "租約筆記"
    assert first.quote == "承租人發現漏水時，應在三日內以書面通知出租人。"
    assert first.document == library[1]
    assert first.context[first.start :].startswith(first.quote)


async def test_with_a_model_its_text_and_its_citations_are_kept(
    library: list[Document], asked: Ask, model: ScriptedServer
) -> None:
    answer = await written(await asked(SALT))
    assert (answer.state, answer.outcome) == (Message.State.DONE, Message.Outcome.ANSWERED)
    assert answer.generator == "anthropic"
    assert answer.model == "claude-haiku-5-5"
    assert answer.input_tokens
    assert answer.output_tokens
    citations = await cited(answer)
    assert citations
    for citation in citations:
        assert f"[{citation.number}]" in answer.text
        assert citation.quote in citation.context
        assert citation.passage
        assert citation.quote in citation.passage.text


async def test_every_source_offered_is_kept_cited_or_not(
    library: list[Document], asked: Ask, model: ScriptedServer
) -> None:
    answer = await written(await asked(SALT))
    numbers = await in_database(lambda: sorted(answer.citations.values_list("number", flat=True)))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > len(await cited(answer))


async def test_how_much_was_searched_is_kept(library: list[Document], asked: Ask) -> None:
    answer = await written(await asked(SALT))
    assert answer.searched == sum(document.passage_count for document in library)
    assert answer.found_at
    assert answer.finished_at


async def test_what_the_library_does_not_have_costs_no_model_call(
    library: list[Document], asked: Ask, model: ScriptedServer
) -> None:
    answer = await written(await asked("Who won the chess championship of 1972?"))
    assert (answer.state, answer.outcome) == (Message.State.DONE, Message.Outcome.NOT_FOUND)
    assert (answer.text, answer.generator) == ("", "")
    assert model.requests == []
    assert await cited(answer) == []
    assert await in_database(answer.citations.count) <= 3


async def test_an_empty_library_answers_nothing(owner: User, asked: Ask) -> None:
    answer = await written(await asked(SALT))
    assert answer.outcome == Message.Outcome.NOT_FOUND
    assert answer.searched == 0
    assert await in_database(answer.citations.count) == 0


async def test_nothing_of_another_readers_library_is_used(library: list[Document], other: User) -> None:
    page = AsyncClient()
    await page.aforce_login(other)
    await page.post("/ask/", {"question": SALT})
    conversation = await in_database(Conversation.objects.get, owner=other)
    answer = await in_database(conversation.messages.select_related("owner", "conversation").get, ordinal=2)
    answer = await written(answer)
    assert answer.outcome == Message.Outcome.NOT_FOUND
    assert await in_database(answer.citations.count) == 0


async def test_the_model_hears_what_was_said_before(library: list[Document], asked: Ask, model: ScriptedServer) -> None:
    first = await written(await asked(SALT))
    await written(await asked("And when is the loaf of bread done?", first.conversation_id))
    messages = model.requests[-1].body["messages"]
    assert messages[0]["content"] == SALT
    assert messages[1]["role"] == "assistant"
    assert "[1]" not in str(messages[1]["content"])


async def test_a_follow_up_that_says_little_is_understood_with_the_question_before(
    library: list[Document], asked: Ask
) -> None:
    first = await written(await asked(LEAK))
    second = await written(await asked("那麼誰負責？", first.conversation_id))
    assert second.outcome == Message.Outcome.ANSWERED
    assert {citation.title for citation in await cited(second)} == {"租約筆記"}


async def test_a_document_in_the_trash_is_not_answered_from(library: list[Document], asked: Ask) -> None:
    for document in library:
        await in_database(move_to_trash, document)
    answer = await written(await asked(SALT))
    assert answer.outcome == Message.Outcome.NOT_FOUND
