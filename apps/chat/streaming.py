"""Streams an answer to a page as server-sent events that no text can forge."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from apps.chat import live, showing
from apps.chat.models import Message
from apps.chat.rendering import Rendered, Rendering
from apps.core.threads import in_database

# Between two renderings: quick enough to read along, and cheap.
PAUSE = 0.12
HEADERS = {
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
    "Content-Encoding": "identity",
}
KEEP_ALIVE = b": nothing new\n\n"
RECONNECT = b"retry: 1000\n\n"

_LINE_END = re.compile(r"\r\n|\r|\n")


def sse(event: str, data: str, id: int | None = None) -> bytes:  # noqa: A002
    """One event. `event` and `id` must be ours; `data` may be anything: no line of it can end the event."""
    lines = [f"id: {id}"] if id is not None else []
    lines.append(f"event: {event}")
    lines += [f"data: {line}" for line in _LINE_END.split(data)]
    return ("\n".join(lines) + "\n\n").encode()


def drawn(rendered: Rendered, *, anew: bool = False) -> Iterator[bytes]:
    """The events that draw what has changed; `anew`, in place of what a page shows already."""
    if rendered.settled or anew:
        yield sse("whole" if anew else "settled", rendered.settled)
    yield sse("growing", rendered.open)


def response(request: HttpRequest, answer: Message) -> StreamingHttpResponse:
    """The answer as it is written, from what there is already to its end. Only reads."""
    stream = events(request, answer, translation.get_language() or "en")
    return StreamingHttpResponse(stream, content_type="text/event-stream; charset=utf-8", headers=HEADERS)


async def events(request: HttpRequest, answer: Message, language: str) -> AsyncGenerator[bytes, None]:
    """The events of one reader's page, `done` with the whole turn last."""
    # The middleware read the session on this request's own connection; an answer may take minutes.
    await sync_to_async(connections.close_all)()
    page = Page(request, answer, language)
    yield RECONNECT
    yield sse("status", page.status(found=False))
    async with aclosing(live.follow(answer)) as steps:
        async for step in steps:
            if step is None:
                yield KEEP_ALIVE
            elif step.ended:
                break
            elif step.found:
                async for event in page.grow(step.text):
                    yield event
                await asyncio.sleep(PAUSE)
    for name, fragment in zip(("status", "done"), await page.fragments("ended", "turn"), strict=True):
        yield sse(name, fragment)


class Page:
    """What one open page has been shown of one answer."""

    def __init__(self, request: HttpRequest, answer: Message, language: str) -> None:
        self._request = request
        self._answer = answer
        self._language = language
        self._rendering: Rendering | None = None

    async def grow(self, text: str) -> AsyncGenerator[bytes, None]:
        """The events that bring the page up to `text`.

        The first time these are `status`, `found`, `sources` and `whole`, which replaces what a page that connects
        again shows already; afterwards `settled`, which is added, and `growing`, which replaces itself.
        """
        is_new = self._rendering is None
        if self._rendering is None:
            yield sse("status", self.status(found=True))
            names = ("found", "sources")
            addresses, fragments = await in_database(self._parts, names)
            for name, fragment in zip(names, fragments, strict=True):
                yield sse(name, fragment)
            self._rendering = Rendering(addresses)
        for event in drawn(self._rendering.feed(text), anew=is_new):
            yield event

    async def fragments(self, *names: str) -> Sequence[str]:
        """Parts of the answer's template, of the answer as it is now; nothing when it is gone."""
        _addresses, fragments = await in_database(self._parts, names)
        return fragments

    def _parts(self, names: Sequence[str]) -> tuple[Mapping[int, str], Sequence[str]]:
        """Where the markers lead, and the fragments, from one reading of the answer."""
        try:
            turn = showing.turn(self._answer)
        except Message.DoesNotExist:
            return {}, ["" for _name in names]
        with translation.override(self._language):
            parts = [render_to_string(f"chat/answer.html#{name}", {"turn": turn}, self._request) for name in names]
        return showing.addresses(turn.answer), parts

    def status(self, *, found: bool) -> str:
        """What is being done, for the status line."""
        with translation.override(self._language):
            return escape(_("Writing…") if found else _("Searching your library…"))
