"""Lets what is under way in a web process end well when the process is told to stop.

`manage.py serve` calls `finish` once the process no longer listens; whoever keeps something running registers for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

Callback = Callable[[float], Awaitable[None]]
# Past the deadline, for callbacks to write down what they could not finish.
GRACE_SECONDS = 3

_callbacks: list[Callback] = []
_stopping = False


def register(callback: Callback) -> None:
    """Has `callback(deadline)` awaited, once, when this process is told to stop.

    `deadline` is a time of the loop's own clock (`asyncio.get_running_loop().time()`): up to it what is running may
    go on, then a few seconds remain for writing down what did not finish. All callbacks run at the same time.
    Registering the same callback again changes nothing.
    """
    if callback not in _callbacks:
        _callbacks.append(callback)


def stopping() -> bool:
    """Whether this process has been told to stop, and should begin nothing that takes long."""
    return _stopping


async def finish(deadline: float) -> None:
    """Awaits every callback, until `GRACE_SECONDS` past `deadline` at the latest; their errors are only logged."""
    global _stopping
    _stopping = True
    tasks = [asyncio.ensure_future(callback(deadline)) for callback in _callbacks]
    if not tasks:
        return
    left = max(0.0, deadline - asyncio.get_running_loop().time()) + GRACE_SECONDS
    done, late = await asyncio.wait(tasks, timeout=left)
    for task in late:
        task.cancel()
        logger.warning("%s did not end in time", task)
    for task in done:
        if not task.cancelled() and task.exception():
            logger.error("while stopping: %s", task.exception(), exc_info=task.exception())
