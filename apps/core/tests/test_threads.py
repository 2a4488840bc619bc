"""The database from async code."""

from __future__ import annotations

import asyncio
import threading

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import translation

from apps.core.threads import LONG_THREADS, THREADS, in_database, in_database_at_length

User = get_user_model()


async def _all_are_back() -> bool:
    """Whether the pool comes to rest with none out but the test's own; it may still be opening some for the rush."""
    for _ in range(500):
        stats = connection.pool.get_stats()  # type: ignore[attr-defined]
        if stats.get("pool_size", 0) - stats.get("pool_available", 0) <= 1:
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.mark.django_db(transaction=True)
async def test_reads_and_writes_in_another_thread() -> None:
    made = await in_database(User.objects.create_user, "reader@example.org")
    assert await in_database(lambda: User.objects.get(pk=made.pk).email) == "reader@example.org"
    assert await in_database(threading.get_ident) != threading.get_ident()


@pytest.mark.django_db(transaction=True)
async def test_no_connection_is_kept_afterwards() -> None:
    await asyncio.gather(*(in_database(User.objects.count) for _ in range(4 * THREADS)))
    assert await _all_are_back()


@pytest.mark.django_db(transaction=True)
async def test_what_it_raises_arrives_and_the_connection_goes_back() -> None:
    for _ in range(2 * THREADS):
        with pytest.raises(User.DoesNotExist):
            await in_database(User.objects.get, pk=0)
    assert await _all_are_back()


@pytest.mark.django_db(transaction=True)
async def test_what_is_short_does_not_wait_for_what_is_long() -> None:
    may_end = threading.Event()
    long = [asyncio.create_task(in_database_at_length(may_end.wait, 30)) for _ in range(3 * LONG_THREADS)]
    try:
        counts = await asyncio.gather(*(in_database(User.objects.count) for _ in range(2 * THREADS)))
        assert counts == [0] * (2 * THREADS)
        assert not any(task.done() for task in long)
    finally:
        may_end.set()
    assert await asyncio.gather(*long) == [True] * len(long)
    assert await _all_are_back()


def test_streams_alone_leave_connections_for_requests() -> None:
    assert settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"] > THREADS + LONG_THREADS


async def test_the_language_of_the_caller_goes_along() -> None:
    with translation.override("zh-hant"):
        assert await in_database(translation.get_language) == "zh-hant"
