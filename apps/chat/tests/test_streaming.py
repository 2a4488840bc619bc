"""The stream of an answer: joined at any time by any number of readers, from wherever; the model is asked once."""

from __future__ import annotations

import asyncio
import threading

import pytest
from django.db import connection
from django.test import AsyncClient
from django.utils import timezone

from apps.accounts.models import User
from apps.ai.tests.scripted_server import ScriptedServer
from apps.chat import live
from apps.chat.asking import ask
from apps.chat.keeping import Claim
from apps.chat.models import LEASE, Message
from apps.chat.tests.conftest import SALT, Ask, written
from apps.chat.tests.reading import Event, parsed, pieces, read_all, read_until, shown
from apps.core.threads import in_database
from apps.library.models import Document

pytestmark = pytest.mark.django_db(transaction=True)


def names(events: list[Event]) -> list[str]:
    """The kinds of events, without what repeats."""
    found: list[str] = []
    for event in events:
        if not found or found[-1] != event.name:
            found.append(event.name)
    return found


async def test_the_events_of_an_answer_in_order(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.delay = 0.02
    answer = await asked(SALT)
    response = await page.get(f"/answers/{answer.pk}/stream/")
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache, no-transform"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert response.headers["Content-Encoding"] == "identity"
    events = await read_all(response)
    kinds = names(events)
    assert kinds[:5] == ["status", "found", "sources", "whole", "growing"]
    assert kinds[-2:] == ["status", "done"]
    assert events[0].data == "Searching your library…"
    assert events[1].data == "Writing…"
    assert "Bread, week by week" in next(event.data for event in events if event.name == "sources")
    assert f'id="answer-{answer.pk}"' in events[-1].data
    assert "The answer is complete" in events[-2].data


async def test_the_page_grows_to_what_is_shown_at_the_end(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.script("long", delay=0.003)
    answer = await asked(SALT)
    events = await read_all(await page.get(f"/answers/{answer.pk}/stream/"))
    assert sum(event.name == "growing" for event in events) > 2
    assert any(event.name == "settled" for event in events)
    grown = shown(events)
    assert f'href="#source-{answer.pk}-1"' in grown
    # Without the signs that its sentences have at the end.
    assert grown.split("</p>")[0].rpartition(">")[2] in events[-1].data


async def test_who_comes_late_sees_the_whole_and_asks_nobody(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    answer = await written(await asked(SALT))
    events = await read_all(await page.get(f"/answers/{answer.pk}/stream/"))
    assert names(events) == ["status", "done"]
    assert len(model.requests) == 1


async def test_a_page_loaded_again_joins_where_the_answer_stands(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.script("long", delay=0.05)
    answer = await asked(SALT)
    first = await page.get(f"/answers/{answer.pk}/stream/")
    stream = pieces(first)
    before = shown(await read_until(stream, "event: settled"))
    await stream.aclose()
    reloaded = await page.get(f"/conversations/{answer.conversation_id}/")
    assert 'aria-busy="true"' in reloaded.content.decode()
    again = await page.get(f"/answers/{answer.pk}/stream/")
    after = shown(await read_until(pieces(again), "event: growing"))
    assert before.split("</p>")[0] in after
    assert len(model.requests) == 1
    await page.post(f"/answers/{answer.pk}/stop/")


async def test_two_readers_get_the_same_answer_and_the_model_is_asked_once(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.delay = 0.02
    answer = await asked(SALT)
    responses = [await page.get(f"/answers/{answer.pk}/stream/") for _ in range(2)]
    one, two = await asyncio.gather(*(read_all(response) for response in responses))
    assert without_tokens(one[-1].data) == without_tokens(two[-1].data)
    assert shown(one)
    assert len(model.requests) == 1


async def test_a_reader_in_another_process_follows_the_row(
    library: list[Document], owner: User, page: AsyncClient, model: ScriptedServer
) -> None:
    """The answer is written on another loop, as far from this one's registry as another process is."""
    model.script("long", delay=0.01)
    answer = await in_database(ask, owner, SALT)

    async def elsewhere() -> None:
        await live.start(Claim(answer.pk, answer.attempt)).task

    thread = threading.Thread(target=lambda: asyncio.run(elsewhere()))
    thread.start()
    events = await read_all(await page.get(f"/answers/{answer.pk}/stream/"))
    await asyncio.to_thread(thread.join)
    assert names(events)[:3] == ["status", "found", "sources"]
    assert sum(event.name == "growing" for event in events) > 1
    assert "The answer is complete" in events[-2].data
    assert len(model.requests) == 1


async def test_an_answer_whose_process_was_killed_is_interrupted_for_whoever_looks(
    owner: User, page: AsyncClient
) -> None:
    answer = await in_database(ask, owner, SALT)
    await in_database(
        Message.objects.filter(pk=answer.pk).update, text="Half of it", lease_until=timezone.now() - LEASE
    )
    events = await read_all(await page.get(f"/answers/{answer.pk}/stream/"))
    assert "The site was restarted while this was being written." in events[-1].data
    assert "Half of it" in events[-1].data
    assert "Try again" in events[-1].data


async def test_a_waiting_stream_holds_no_connection(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.script("silent")
    answer = await asked(SALT)
    streams = []
    for _ in range(12):
        response = await page.get(f"/answers/{answer.pk}/stream/")
        stream = pieces(response)
        await read_until(stream, "event: growing")
        streams.append(stream)
    assert await nobody_holds_a_connection()
    await page.post(f"/answers/{answer.pk}/stop/")


async def test_a_quiet_stream_says_that_it_is_alive(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "QUIET", 0.05)
    model.script("silent")
    answer = await asked(SALT)
    stream = pieces(await page.get(f"/answers/{answer.pk}/stream/"))
    await read_until(stream, "event: growing")
    quiet = await read_until(stream, ": nothing new")
    assert "done" not in names(quiet)
    await page.post(f"/answers/{answer.pk}/stop/")
    assert names(parsed(b"".join([piece async for piece in stream])))[-1] == "done"


async def test_a_deleted_answer_ends_its_stream(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.script("silent")
    answer = await asked(SALT)
    response = await page.get(f"/answers/{answer.pk}/stream/")
    stream = pieces(response)
    await read_until(stream, "event: growing")
    await in_database(answer.conversation.delete)
    rest = parsed(b"".join([piece async for piece in stream]))
    assert rest[-1] == Event("done", "")


async def nobody_holds_a_connection() -> bool:
    """Whether the pool comes to rest with none out but the test's own."""
    for _ in range(500):
        stats = connection.pool.get_stats()  # type: ignore[attr-defined]
        if stats.get("pool_size", 0) - stats.get("pool_available", 0) <= 1 and not stats.get("requests_waiting"):
            return True
        await asyncio.sleep(0.01)
    return False


def without_tokens(html: str) -> str:
    """HTML without the tokens against forged requests, masked anew each time."""
    return "".join(line for line in html.splitlines() if "csrfmiddlewaretoken" not in line)
