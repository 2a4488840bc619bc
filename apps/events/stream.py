"""The event stream of a signed-in reader's open page: `/events/`, beside Django.

An ASGI application of its own: through Django's handler every open page would keep a thread and a database
connection. Here a page costs a few kilobytes and neither of them. Frames carry ids and states, never text.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib import import_module
from random import randrange
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.contrib.sessions.models import Session
from django.db import Error
from django.http import HttpRequest, parse_cookie
from django.utils import timezone
from django_eventstream.event import Event
from django_eventstream.utils import get_channelmanager, sse_encode_event
from django_eventstream.views import Listener as Page
from django_eventstream.views import get_listener_manager

from apps.core import drain
from apps.core.threads import in_database
from apps.events import listener
from apps.events.channels import channel_of
from apps.events.goodbye import GOODBYE, mark_of
from apps.events.listener import RESET, Heard

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

log = logging.getLogger(__name__)

KEEP_ALIVE_SECONDS = 15.0
# How often it is looked whether everyone may still be here, for changes made behind the application's back.
LOOK_SECONDS = 4.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    # A stream that is compressed or buffered on its way arrives late or not at all.
    (b"content-encoding", b"identity"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


@dataclass(frozen=True)
class Visitor:
    """Who is signed in, and by which session."""

    user_id: int
    session_key: str


@dataclass(eq=False)
class Stream:
    """One open page."""

    visitor: Visitor
    page: Page = field(default_factory=Page)
    over: bool = False

    def end(self) -> None:
        self.over = True
        self.page.aevent.set()


class Streams:
    """The open pages of one event loop: hears for them, and watches who may stay."""

    def __init__(self) -> None:
        self.open: set[Stream] = set()
        self.goodbyes = 0
        self.watchman: asyncio.Task[None] | None = None
        self.checks: set[asyncio.Task[None]] = set()

    def hear(self, heard: Heard) -> None:
        """Hands an event to the pages of its user; a reset to every page."""
        if heard.kind == GOODBYE:
            return self._goodbye(heard)
        user_ids = {stream.visitor.user_id for stream in self.open} if heard.kind == RESET else {heard.user_id}
        for user_id in user_ids:
            channel = channel_of(user_id)
            get_listener_manager().add_to_queues(channel, Event(channel, heard.kind, json.dumps(heard.data)))
        return None

    def add(self, stream: Stream) -> None:
        self.open.add(stream)
        get_listener_manager().add_listener(stream.page)
        if self.watchman is None or self.watchman.done():
            self.watchman = asyncio.create_task(self._watch(), name="events: who may stay")

    def remove(self, stream: Stream) -> None:
        self.open.discard(stream)
        get_listener_manager().remove_listener(stream.page)

    def _goodbye(self, heard: Heard) -> None:
        self.goodbyes += 1
        theirs = [stream for stream in self.open if stream.visitor.user_id == heard.user_id]
        mark = heard.data.get("session")
        if mark:
            for stream in theirs:
                if mark_of(stream.visitor.session_key) == mark:
                    stream.end()
        elif theirs:
            check = asyncio.create_task(_end_those_who_left(theirs, thoroughly=True))
            self.checks.add(check)
            check.add_done_callback(self.checks.discard)

    async def _watch(self) -> None:
        while self.open:
            await asyncio.sleep(LOOK_SECONDS)
            await _end_those_who_left(self.open)


_streams: WeakKeyDictionary[asyncio.AbstractEventLoop, Streams] = WeakKeyDictionary()


async def event_stream(scope: Message, receive: Receive, send: Send) -> None:
    """The ASGI application. Signed out: 403, and the page's EventSource gives up."""
    if scope["method"] != "GET":
        return await _refuse(send, HTTPStatus.METHOD_NOT_ALLOWED, (b"allow", b"GET"))
    if drain.stopping():
        return await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE, (b"retry-after", b"2"))
    streams = await _listening()
    try:
        stream = await _admitted(streams, scope)
    except (Error, OSError):
        log.warning("A page could not be let in: the database does not answer")
        return await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE, (b"retry-after", b"5"))
    if stream is None:
        return await _refuse(send, HTTPStatus.FORBIDDEN)
    try:
        await _pump(stream, receive, send)
    finally:
        streams.remove(stream)
    return None


async def _listening() -> Streams:
    """The streams of the running loop, with nothing missed from now on."""
    loop, ear = asyncio.get_running_loop(), listener.here()
    if loop not in _streams:
        _streams[loop] = Streams()
        ear.callbacks.add(_streams[loop].hear)
        drain.register(_end_all)
    await ear.ready()
    return _streams[loop]


async def _admitted(streams: Streams, scope: Message) -> Stream | None:
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    session_key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not session_key:
        return None
    before = streams.goodbyes
    visitor = await in_database(_visitor, session_key)
    if visitor is None:
        return None
    stream = Stream(visitor)
    stream.page.user_id = visitor.user_id
    stream.page.channels = {channel_of(visitor.user_id)}
    stream.page.assign_loop()
    streams.add(stream)
    if streams.goodbyes != before:
        # Someone left while we looked, perhaps this one.
        await _end_those_who_left([stream], thoroughly=True)
    return stream


def _visitor(session_key: str) -> Visitor | None:
    """Who this session belongs to, by Django's own rules; nobody when it is over or the account is switched off."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if user.pk is None or not get_channelmanager().can_read_channel(user, channel_of(user.pk)):
        return None
    return Visitor(user.pk, session_key)


async def _end_those_who_left(streams: Iterable[Stream], *, thoroughly: bool = False) -> None:
    found = list(streams)
    visitors = {stream.visitor for stream in found}
    try:
        staying = await in_database(_each_of if thoroughly else _staying, visitors)
    except (Error, OSError):
        # A database that is away for a moment signs nobody out; it will be asked again.
        return
    for stream in found:
        if stream.visitor not in staying:
            stream.end()


def _each_of(visitors: set[Visitor]) -> set[Visitor]:
    """Those who may stay, each looked at as at the door."""
    return {visitor for visitor in visitors if _visitor(visitor.session_key)}


def _staying(visitors: set[Visitor]) -> set[Visitor]:
    """Those who may stay, in two queries for all of them."""
    ids, keys = {visitor.user_id for visitor in visitors}, {visitor.session_key for visitor in visitors}
    users = get_user_model()._default_manager.filter(pk__in=ids, is_active=True)
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    ids, keys = set(users.values_list("pk", flat=True)), set(sessions.values_list("session_key", flat=True))
    return {visitor for visitor in visitors if visitor.user_id in ids and visitor.session_key in keys}


async def _pump(stream: Stream, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": HEADERS})
    # After a restart of the site the pages come back one after the other, not all at once.
    await _write(send, f"retry: {randrange(1000, 3000)}\n: open\n\n")  # noqa: S311
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        while not gone.done() and not stream.over:
            woken = asyncio.ensure_future(stream.page.aevent.wait())
            await asyncio.wait({gone, woken}, timeout=KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            woken.cancel()
            if gone.done():
                return
            await _write(send, _frames(stream.page) or ": still here\n\n")
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


def _frames(page: Page) -> str:
    """What came for the page since it was last looked at. Too much for it becomes one word: read again."""
    with get_listener_manager().lock:
        items = [event for events in page.channel_items.values() for event in events]
        overflow, page.overflow, page.channel_items = page.overflow, False, {}
        page.aevent.clear()
    if overflow:
        return str(sse_encode_event(RESET, "{}"))
    return "".join(sse_encode_event(event.type, event.data) for event in items)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send, status: HTTPStatus, *headers: tuple[bytes, bytes]) -> None:
    plain = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [plain, *headers]})
    await send({"type": "http.response.body", "body": f"{status.phrase}\n".encode()})


async def _end_all(deadline: float) -> None:
    """The process is about to end: the pages come back to the next one by themselves."""
    streams = _streams.get(asyncio.get_running_loop())
    for stream in tuple(streams.open if streams else ()):
        stream.end()
