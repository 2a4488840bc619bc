"""Publishing, and hearing it within the same process."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.core.threads import in_database
from apps.events import listener, publish
from apps.events.channels import OwnChannel, channel_of
from apps.events.listener import RESET, Heard
from apps.events.stream import Stream, Streams, Visitor, _frames


def test_an_event_carries_little(owner: User) -> None:
    with pytest.raises(ValueError, match="never text"):
        publish(owner.pk, "document", id=1, state="x" * 8000)


def test_only_the_own_channel_can_be_read(owner: User, other: User) -> None:
    rules = OwnChannel()
    assert rules.can_read_channel(owner, channel_of(owner.pk))
    assert not rules.can_read_channel(other, channel_of(owner.pk))
    assert not rules.can_read_channel(None, channel_of(owner.pk))
    owner.is_active = False
    assert not rules.can_read_channel(owner, channel_of(owner.pk))


async def listening() -> asyncio.Queue[Heard]:
    """What is published from now on, as this loop hears it."""
    heard: asyncio.Queue[Heard] = asyncio.Queue()
    listener.here().callbacks.add(heard.put_nowait)
    await listener.here().ready()
    return heard


async def next_of(heard: asyncio.Queue[Heard]) -> Heard:
    return await asyncio.wait_for(heard.get(), 30)


@pytest.mark.django_db(transaction=True)
async def test_who_listens_hears_all_that_is_published_in_its_order() -> None:
    heard = await listening()
    await in_database(publish, 1, "document", id=1)
    await in_database(publish, 2, "message", id=2, state="done")
    assert await next_of(heard) == Heard(1, "document", {"id": 1})
    assert await next_of(heard) == Heard(2, "message", {"id": 2, "state": "done"})
    assert heard.empty()


@pytest.mark.django_db(transaction=True)
async def test_who_listens_is_told_of_a_gap() -> None:
    heard = await listening()
    await in_database(_cut)
    assert (await next_of(heard)).kind == RESET
    await in_database(publish, 1, "message", id=3)
    assert (await next_of(heard)).data == {"id": 3}


def _cut() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'documind events'"
        )


@pytest.mark.django_db(transaction=True)
async def test_nonsense_on_the_channel_is_passed_over() -> None:
    heard = await listening()
    for payload in ("", "{", "[]", '{"user": "x", "kind": "message", "data": {}}', '{"user": 1}'):
        await in_database(_notify, payload)
    await in_database(publish, 1, "message", id=3)
    assert (await next_of(heard)).data == {"id": 3}


def _notify(payload: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('documind_events', %s)", [payload])


async def test_a_page_that_cannot_keep_up_is_told_to_read_again() -> None:
    streams = Streams()
    stream = Stream(Visitor(1, "key"))
    stream.page.channels = {channel_of(1)}
    stream.page.assign_loop()
    streams.add(stream)
    for number in range(5):
        streams.hear(Heard(1, "document", {"id": number}))
    assert _frames(stream.page).count("event: document") == 5
    for number in range(50):
        streams.hear(Heard(1, "document", {"id": number}))
    assert _frames(stream.page) == "event: reset\ndata: {}\n\n"
    assert _frames(stream.page) == ""
    streams.remove(stream)
