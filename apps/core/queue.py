"""The queue that wakes the workers, in Postgres or in Redis. What must be done is never in the queue alone."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.crypto import salted_hmac
from huey import PostgresHuey, PriorityRedisHuey
from huey.consumer import Consumer, Scheduler, Worker
from huey.serializer import SignedSerializer
from huey.storage import PostgresStorage
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

REDIS_CONNECT_SECONDS = 2


class PostgresQueue(PostgresHuey):  # type: ignore[misc]
    """Huey's queue in the site's own database. The tables are made by a migration; importing connects to nothing."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(
            name, results=False, serializer=_serializer(), create_tables=False, connection=_to_listen, **options
        )

    def create_storage(self) -> _Storage:
        return _Storage(self.name, **self.storage_kwargs)

    def create_consumer(self, **options: Any) -> _Consumer:
        return _Consumer(self, **options)


class RedisQueue(PriorityRedisHuey):  # type: ignore[misc]
    """Huey's queue in Redis. One that does not answer is given up soon: the sweep finds what was not announced."""

    def __init__(self, name: str, url: str, **options: Any) -> None:
        pool = ConnectionPool.from_url(
            url, socket_connect_timeout=REDIS_CONNECT_SECONDS, retry=Retry(NoBackoff(), retries=1)
        )
        super().__init__(name, results=False, serializer=_serializer(), connection_pool=pool, **options)

    def create_consumer(self, **options: Any) -> _Consumer:
        return _Consumer(self, **options)


class _Storage(PostgresStorage):  # type: ignore[misc]
    """Speaks through Django's connection, so that queueing takes none beside the pool; only LISTEN has its own."""

    @contextmanager
    def db(self, commit: bool = False, close: bool = False) -> Iterator[CursorWrapper]:
        if not connection.in_atomic_block:
            # A worker has no requests that would notice a database that was restarted.
            connection.close_if_unusable_or_obsolete()
        with connection.cursor() as cursor:
            yield cursor


class _Worker(Worker):  # type: ignore[misc]
    def initialize(self) -> None:
        _end_with_parent()
        super().initialize()


class _Scheduler(Scheduler):  # type: ignore[misc]
    def initialize(self) -> None:
        _end_with_parent()
        super().initialize()


class _Consumer(Consumer):  # type: ignore[misc]
    """Huey's, with processes that do not outlive it: when it is killed, they would work on beside its successor."""

    worker_class = _Worker
    scheduler_class = _Scheduler


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _to_listen() -> psycopg.Connection:
    """A connection of its own, for it waits in LISTEN; to the database of the settings, wherever that is."""
    return psycopg.connect(**connection.get_connection_params())


def _serializer() -> SignedSerializer:
    # Huey unpickles what it reads: nobody without the site's secret key may put anything there.
    return SignedSerializer(secret=salted_hmac("apps.core.queue", "", algorithm="sha256").hexdigest())
