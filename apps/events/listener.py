"""Hears in this web process what any process published: one connection in LISTEN for each event loop.

It is opened by the first who wants to hear something, and opened again when it breaks. What was said meanwhile is
lost, so after a gap everyone who listens is told to read again (`RESET`).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from psycopg import AsyncConnection, Error, sql

from apps.events import NOTIFY_CHANNEL

log = logging.getLogger(__name__)

RESET = "reset"
FIRST_WAIT_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 5.0
# A connection that nobody has heard anything of for so long is asked whether it is still there.
QUIET_SECONDS = 30.0
READY_SECONDS = 5.0


@dataclass(frozen=True)
class Heard:
    """What was published: for which user, of which kind. For `RESET` there is no user: anything may have happened."""

    user_id: int
    kind: str
    data: dict[str, int | str | bool | None]


Callback = Callable[[Heard], None]


@dataclass(eq=False)
class Listener:
    """The connection of one event loop, and what it calls for each event and each `RESET`: nothing that blocks."""

    callbacks: set[Callback] = field(default_factory=set)
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    # Whether somebody waited in vain: from then on something may have been missed.
    gap: bool = False
    task: asyncio.Task[None] | None = None

    async def ready(self) -> None:
        """Returns when nothing published from now on is missed, or after a few seconds: a reset will follow then."""
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._listen_for_ever(), name="events")
        try:
            await asyncio.wait_for(self.listening.wait(), READY_SECONDS)
        except TimeoutError:
            self.gap = True

    async def _listen_for_ever(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                async with await _connect() as opened:
                    self._is_listening()
                    wait = FIRST_WAIT_SECONDS
                    await self._hear(opened)
            except (Error, OSError) as error:
                # The words of the driver can hold a password: the class has to do.
                log.warning("Listening for events was interrupted (%s); trying again", type(error).__name__)
            self.gap = True
            self.listening.clear()
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    async def _hear(self, opened: AsyncConnection[Any]) -> None:
        while True:
            async for notify in opened.notifies(timeout=QUIET_SECONDS):
                with suppress(ValueError, KeyError, TypeError):
                    self._tell(_read(notify.payload))
            await asyncio.wait_for(opened.execute("SELECT 1"), READY_SECONDS)

    def _is_listening(self) -> None:
        self.listening.set()
        if self.gap:
            self.gap = False
            self._tell(Heard(0, RESET, {}))

    def _tell(self, heard: Heard) -> None:
        for callback in tuple(self.callbacks):
            try:
                callback(heard)
            except Exception:
                log.exception("An event could not be handed on")


_listeners: WeakKeyDictionary[asyncio.AbstractEventLoop, Listener] = WeakKeyDictionary()


def here() -> Listener:
    """The listener of the running event loop."""
    return _listeners.setdefault(asyncio.get_running_loop(), Listener())


async def _connect() -> AsyncConnection[Any]:
    """A connection of its own beside the pool, in LISTEN, to the database of the settings."""
    parameters = connection.get_connection_params()
    # These are for Django's own, synchronous connections.
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    parameters.setdefault("connect_timeout", 5)
    opened = await AsyncConnection.connect(**parameters, autocommit=True, application_name="documind events")
    await opened.execute(sql.SQL("LISTEN {}").format(sql.Identifier(NOTIFY_CHANNEL)))
    return opened


def _read(payload: str) -> Heard:
    said = json.loads(payload)
    return Heard(int(said["user"]), str(said["kind"]), dict(said["data"]))
