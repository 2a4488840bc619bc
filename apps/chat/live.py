"""The answers being written in this process, and how anyone, anywhere, follows one."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from apps.ai.generators import Cited, Fault, TextDelta
from apps.chat import answering, keeping
from apps.chat.keeping import Claim, ClaimLost, Ending, Written
from apps.chat.models import Message
from apps.core import drain
from apps.core.threads import in_database

logger = logging.getLogger(__name__)

KEEP_EVERY = 1.0
# How often a reader in another process looks at the row.
LOOK_EVERY = 0.5
# How long a reader hears nothing before it is told that nothing is new.
QUIET = 15.0

STOPPED = Ending(Message.State.STOPPED)
PROCESS_ENDED = Ending(Message.State.INTERRUPTED, Fault.PROCESS_ENDED)


@dataclass(frozen=True)
class Progress:
    """How far an answer is: its text up to now, whether its sources are there, whether it has ended."""

    text: str
    found: bool
    ended: bool


class Writing:
    """One answer being written on this process's loop, whoever reads it and however many."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.loop = asyncio.get_running_loop()
        self.ended = False
        # Set at the next change; then another takes its place.
        self.news = asyncio.Event()
        self._text: list[str] = []
        self._found: answering.Found | None = None
        self._cites: dict[int, tuple[int, int]] = {}
        self._ending: Ending | None = None
        self._cancelled_as = PROCESS_ENDED
        # A fresh context: nothing of the request that asked may be held as long as an answer takes.
        self.task = self.loop.create_task(self._run(), context=contextvars.Context())

    @property
    def progress(self) -> Progress:
        return Progress("".join(self._text), self._found is not None, self.ended)

    @property
    def written(self) -> Written:
        found = self._found or answering.Found(())
        return Written("".join(self._text), dict(self._cites), found.generator, found.model)

    async def end_as(self, ending: Ending) -> None:
        """Stops the model and waits until what was written is kept."""
        self.cancel(ending)
        await asyncio.wait([self.task])

    def cancel(self, ending: Ending) -> None:
        """Stops the model, unless that has come to an end already."""
        if self._ending is None:
            self._cancelled_as = ending
            self.task.cancel()

    async def _run(self) -> None:
        try:
            self._ending = await self._write()
        except (asyncio.CancelledError, ClaimLost):
            self._ending = self._cancelled_as
        except Exception:
            logger.exception("an answer failed")
            self._ending = Ending(Message.State.FAILED, fault=Fault.INTERNAL)
        try:
            await in_database(keeping.end, self.claim, self.written, self._ending)
        except Exception:
            logger.exception("the end of an answer could not be kept")
        self.ended = True
        if _writings.get(self.claim.answer_id) is self:
            del _writings[self.claim.answer_id]
        self._tell()

    async def _write(self) -> Ending:
        async with aclosing(answering.answer(self.claim)) as events:
            async for event in events:
                if isinstance(event, Ending):
                    return event
                self._take(event)
                self._tell()
        return PROCESS_ENDED

    def _take(self, event: answering.Event) -> None:
        if isinstance(event, TextDelta):
            self._text.append(event.text)
        elif isinstance(event, answering.Found):
            self._found = event
        elif isinstance(event, Cited) and self._found:
            span = answering.cited_span(self._found.hits, event)
            if span:
                self._cites.setdefault(event.number, span)

    def _tell(self) -> None:
        self.news.set()
        self.news = asyncio.Event()


_writings: dict[int, Writing] = {}
# What keeps the answers of each loop at times, as long as there are any.
_keepers: dict[asyncio.AbstractEventLoop, asyncio.Task[None]] = {}


def start(claim: Claim) -> Writing:
    """Starts writing the answer on the running loop. Called once, by whoever has the claim."""
    drain.register(finish)
    former = _writings.get(claim.answer_id)
    if former:
        # Stopped by another process, and begun again before that was noticed here.
        former.loop.call_soon_threadsafe(former.cancel, PROCESS_ENDED)
    writing = _writings[claim.answer_id] = Writing(claim)
    if writing.loop not in _keepers:
        _keepers[writing.loop] = writing.loop.create_task(_keep_at_times(), context=contextvars.Context())
    return writing


async def _keep_at_times() -> None:
    loop = asyncio.get_running_loop()
    try:
        while True:
            await asyncio.sleep(KEEP_EVERY)
            writings = {writing.claim: writing for writing in _writings.values() if writing.loop is loop}
            if not writings:
                return
            try:
                lost = await in_database(keeping.keep, {claim: one.written for claim, one in writings.items()})
            except Exception:
                logger.exception("the answers being written could not be kept; trying again")
                continue
            for claim in lost:
                writings[claim].cancel(PROCESS_ENDED)
    finally:
        del _keepers[loop]


async def stop(answer: Message) -> None:
    """Stops the model, wherever it runs; what was written stays."""
    writing = _here(answer)
    if writing:
        await writing.end_as(STOPPED)
    else:
        await in_database(keeping.stop, answer)


async def finish(deadline: float) -> None:
    """Lets answers end by themselves until `deadline` (the loop's clock), and marks the rest as interrupted."""
    clock = asyncio.get_running_loop().time
    while _writings and clock() < deadline:
        await asyncio.wait([writing.task for writing in _writings.values()], timeout=deadline - clock())
    await asyncio.gather(*(writing.end_as(PROCESS_ENDED) for writing in list(_writings.values())))


async def follow(answer: Message) -> AsyncGenerator[Progress | None, None]:
    """How far the answer is: at once, whenever there is more, and at its end, when its row is final.

    `None` tells that nothing has happened for a while. Never begins anything.
    """
    writing = _here(answer)
    source = _follow_here(writing) if writing else _follow_elsewhere(answer)
    async with aclosing(source) as steps:
        async for step in steps:
            yield step


async def _follow_here(writing: Writing) -> AsyncGenerator[Progress | None, None]:
    while True:
        news, progress = writing.news, writing.progress
        yield progress
        if progress.ended:
            return
        while not await _happens(news, QUIET):
            yield None


async def _happens(news: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(news.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def _follow_elsewhere(answer: Message) -> AsyncGenerator[Progress | None, None]:
    seen, quiet = None, 0.0
    while True:
        progress = await in_database(_look, answer)
        if progress != seen:
            yield progress
            seen, quiet = progress, 0.0
        elif quiet >= QUIET:
            yield None
            quiet = 0.0
        if progress.ended:
            return
        await asyncio.sleep(LOOK_EVERY)
        quiet += LOOK_EVERY


def _look(answer: Message) -> Progress:
    keeping.mark_abandoned(answer.owner)
    row = Message.objects.visible_to(answer.owner).filter(pk=answer.pk).first()
    if row is None:
        return Progress("", found=False, ended=True)
    return Progress(row.text, row.found_at is not None, not row.is_streaming)


def _here(answer: Message) -> Writing | None:
    """The answer's writing in this process and on this loop, if it is here."""
    writing = _writings.get(answer.pk)
    return writing if writing and writing.loop is asyncio.get_running_loop() else None
