"""Reads and writes the database from async code, without holding a connection in between."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections

P = ParamSpec("P")
Result = TypeVar("Result")

# Together fewer than the pool's connections (settings.DATABASES), so that streams alone can never exhaust it.
THREADS = 4
LONG_THREADS = 2

_executor = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="database")
_long_executor = ThreadPoolExecutor(max_workers=LONG_THREADS, thread_name_prefix="database at length")


async def in_database(function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """What `function` returns or raises, run in a thread where the ORM may be used.

    The connection it used goes back to the pool before this returns. When the caller is cancelled meanwhile, the
    function still runs to its end. The caller's language and other context go along.
    """
    return await _run(_executor, function, *args, **kwargs)


async def in_database_at_length(function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """The same for what takes long: few at once, one after the other, and nothing short waits behind them.

    A search is work for a whole core. A dozen at once would be done no sooner, and meanwhile nothing could be kept.
    """
    return await _run(_long_executor, function, *args, **kwargs)


async def in_request(function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """The same for a view: run in the request's own thread, on the connection that its middleware already took.

    A view that asked for a second connection while holding the first would wait for others that do the same, and
    with as many of them as the pool has connections, all would wait in vain.
    """
    return await sync_to_async(_then_give_back)(function, *args, **kwargs)


async def _run(
    executor: ThreadPoolExecutor, function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs
) -> Result:
    return await sync_to_async(_then_give_back, thread_sensitive=False, executor=executor)(function, *args, **kwargs)


def _then_give_back(function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    try:
        return function(*args, **kwargs)
    finally:
        connections.close_all()
