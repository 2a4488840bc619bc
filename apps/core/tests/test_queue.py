"""The queue: signed, in the transaction's database, connected to nothing until it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest
import redis
from django.db import connection, transaction
from huey import crontab
from huey.contrib.djhuey import HUEY

from apps.core import queue
from apps.core.tasks import periodic_task, task
from config import env as environment

done: list[int] = []


@task(priority=3)
def note(number: int) -> None:
    """A task of the tests'."""
    done.append(number)


@periodic_task(crontab(minute="0", hour="0"))
def nightly() -> None:
    """A periodic task of the tests'."""


@pytest.fixture(autouse=True)
def empty(db: None) -> None:
    done.clear()
    HUEY.storage.flush_queue()


def work_off() -> None:
    while (data := HUEY.storage._dequeue()) is not None:
        HUEY.execute(HUEY.deserialize_task(data))


@pytest.mark.django_db(transaction=True)
def test_a_queued_call_is_made_by_who_takes_it() -> None:
    note(7)
    assert done == []
    work_off()
    assert done == [7]


def test_a_local_call_goes_by_no_queue() -> None:
    note.call_local(8)
    assert done == [8]
    assert HUEY.storage.queue_size() == 0


@pytest.mark.django_db(transaction=True)
def test_a_call_that_was_queued_in_a_transaction_goes_back_with_it() -> None:
    with transaction.atomic():
        note(9)
        transaction.set_rollback(True)
    assert HUEY.storage.queue_size() == 0


def test_a_message_that_nobody_signed_is_not_unpickled() -> None:
    note(7)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE huey_task SET data = substring(data from 1 for length(data) - 1) || '\\x00'::bytea")
    data = HUEY.storage._dequeue()
    with pytest.raises(ValueError, match="mismatch"):
        HUEY.deserialize_task(data)


@pytest.mark.django_db(transaction=True)
def test_results_are_not_kept() -> None:
    note(7)
    work_off()
    assert HUEY.storage.result_store_size() == 0


def test_queueing_takes_no_connection_beside_djangos() -> None:
    note(7)
    assert HUEY.storage._conn is None


@pytest.mark.parametrize("address", ["", "redis://127.0.0.1:1/0"])
def test_importing_every_task_connects_to_nothing(address: str) -> None:
    code = (
        "import socket; socket.socket.connect = lambda *a: 1/0\n"
        "import psycopg; psycopg.connect = psycopg.Connection.connect = lambda *a, **k: 1/0\n"
        "import django; django.setup()\n"
        "import apps.indexing.tasks\n"
        "from huey.contrib.djhuey import HUEY; print(type(HUEY).__name__)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        env=environment.child(DJANGO_SETTINGS_MODULE="config.settings.test", REDIS_URL=address),
        cwd=environment.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == ("RedisQueue" if address else "PostgresQueue")


def test_redis_carries_the_queue_too(redis_url: str) -> None:
    there = queue.RedisQueue("test", url=redis_url)
    called: list[int] = []
    there.task()(called.append)(5)
    there.execute(there.dequeue())
    assert called == [5]


def test_a_redis_that_is_away_is_given_up_at_once_and_said() -> None:
    away = queue.RedisQueue("test", url="redis://127.0.0.1:1/0")
    with pytest.raises(redis.ConnectionError):
        away.task()(done.append)(5)
