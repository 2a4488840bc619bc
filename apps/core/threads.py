"""Reads and writes the database from async code, without holding a connection in between."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections

P = ParamSpec("P")
Result = TypeVar("Result")

# Fewer than the pool's connections (settings.DATABASES), so that streams alone can never exhaust it.
THREADS = 6

_executor = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="database")


async def in_database(function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """What `function` returns or raises, run in a thread where the ORM may be used.

    The connection it used goes back to the pool before this returns. When the caller is cancelled meanwhile, the
    function still runs to its end. The caller's language and other context go along.
    """

    return await sync_to_async(_then_give_back, thread_sensitive=False, executor=_executor)(function, *args, **kwargs)


async def in_request(function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """The same for a view: run in the request's own thread, on the connection that its middleware already took.

    A view that asked for a second connection while holding the first would wait for others that do the same, and
    with as many of them as the pool has connections, all would wait in vain.
    """
    return await sync_to_async(_then_give_back)(function, *args, **kwargs)


def _then_give_back(function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    try:
        return function(*args, **kwargs)
    finally:
        connections.close_all()
