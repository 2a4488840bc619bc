"""Typed decorators for the functions that a worker calls: huey's, which are not typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ParamSpec, Protocol, cast

from huey import crontab
from huey.contrib import djhuey

__all__ = ["Task", "crontab", "on_worker_start", "periodic_task", "task"]

P = ParamSpec("P")


class Task(Protocol[P]):
    """A function that a worker will call."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> object:
        """Puts the call into the queue."""
        ...

    def call_local(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Makes the call here and now."""
        ...


def task(*, priority: int = 0, expires: timedelta | None = None) -> Callable[[Callable[P, None]], Task[P]]:
    """A function to call when a worker is free, those of higher `priority` first, never after `expires`.

    It may be lost (its worker killed) or run twice, so it takes ids and looks what is left to do.
    """
    return cast("Callable[[Callable[P, None]], Task[P]]", djhuey.db_task(priority=priority, expires=expires))


def periodic_task(
    when: Callable[[datetime], bool], *, priority: int = 0, expires: timedelta | None = None
) -> Callable[[Callable[[], None]], Task[[]]]:
    """A function to call again and again: `when` is asked once a minute (see `crontab`)."""
    return cast(
        "Callable[[Callable[[], None]], Task[[]]]", djhuey.db_periodic_task(when, priority=priority, expires=expires)
    )


def on_worker_start(function: Callable[[], None]) -> Callable[[], None]:
    """A function that each worker process calls once, before its first task."""
    started: Any = djhuey.on_startup()(djhuey.close_db(function))
    return cast("Callable[[], None]", started)
