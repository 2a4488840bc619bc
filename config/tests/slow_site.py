"""Settings and an application for trying `manage.py serve`: it streams as slowly as the path says, over no database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from apps.core import drain
from config.settings.test import *  # noqa: F403

ASGI_APPLICATION = "config.tests.slow_site.application"

Send = Callable[[dict[str, Any]], Awaitable[None]]


async def application(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
    """`/3` answers with three lines, a third of a second apart; `/registered` also keeps a task that drains."""
    path = scope["path"].strip("/")
    if path == "registered":
        drain.register(_say_goodbye)
        path = "1"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    for number in range(int(path or 0)):
        await send({"type": "http.response.body", "body": f"line {number}\n".encode(), "more_body": True})
        await asyncio.sleep(0.3)
    await send({"type": "http.response.body", "body": b"the end\n"})


async def _say_goodbye(deadline: float) -> None:
    left = deadline - asyncio.get_running_loop().time()
    print("goodbye, in time" if left > 0 else "too late", flush=True)
