"""A reader who asks over HTTP and notes when what came: as a page does, without its browser."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from importlib import import_module

import httpx2
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from apps.accounts.models import User

_STREAM = re.compile(r'sse-connect="([^"]+)"')
_TICK = re.compile(r"(\d+)@(\d+\.\d{3})")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass
class Reading:
    """What one reader met, in seconds from the moment the question was sent.

    `expected` is the number of pieces that the model writes. `first`, `found` and `last` are when the first event, that
    of the sources and the last one came. `late` has of each piece of the text that was written once the stream was open
    when it was written (seconds since the epoch), and how much later it came. What the model writes before, as it
    begins with the question, waits for the page and is no delay of the stream.
    """

    began: float
    expected: int
    first: float = 0.0
    found: float = 0.0
    last: float = 0.0
    late: list[tuple[float, float]] = field(default_factory=list)
    pieces: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether every piece came once, in order, and the finished answer has them all."""
        return self.ended == self.pieces == list(range(self.expected))


def signed_in(user: User) -> dict[str, str]:
    """The cookies of a browser in which the user has signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key)}


class Reader:
    """Asks the site at `url` with these cookies."""

    def __init__(self, url: str, cookies: dict[str, str]) -> None:
        self._url = url
        self._cookies = cookies

    async def ask(self, question: str, pieces: int) -> Reading:
        """Asks in a new conversation and reads its answer of so many pieces to the end, as a page does."""
        async with httpx2.AsyncClient(base_url=self._url, cookies=self._cookies, timeout=120) as client:
            home = await client.get("/")
            form = {"question": question, "csrfmiddlewaretoken": _found(_TOKEN, home.text)}
            reading = Reading(time.time(), pieces)
            asked = await client.post("/ask/", data=form, headers={"Referer": self._url})
            if not asked.has_redirect_location:
                raise ValueError(f"the site did not take the question: {asked.status_code} {asked.text[:2000]}")
            page = await client.get(asked.headers["location"])
            async with client.stream("GET", _found(_STREAM, page.text)) as stream:
                async for name, data in _events(stream):
                    _note(reading, name, data)
                    if name == "done":
                        break
        return reading


def _note(reading: Reading, name: str, data: str) -> None:
    now = time.time()
    reading.last = now - reading.began
    reading.first = reading.first or reading.last
    if name == "found" and not reading.found:
        reading.found = now - reading.began
    ticks = [(int(number), float(written)) for number, written in _TICK.findall(data)]
    if name == "done":
        # The text stands in the page, and again in what may be copied.
        ticks = list(dict.fromkeys(ticks))
        reading.ended = [number for number, _written in ticks]
    if name in ("whole", "settled", "growing", "done"):
        new = [tick for tick in ticks if not reading.pieces or tick[0] > reading.pieces[-1]]
        reading.pieces += [number for number, _written in new]
        opened = reading.began + reading.first
        reading.late += [(written, now - written) for _number, written in new if written >= opened]


async def _events(stream: httpx2.Response) -> AsyncIterator[tuple[str, str]]:
    """The events of a stream: name and data."""
    name, data = "message", []
    async for line in stream.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data.append(line.removeprefix("data: "))
        elif not line and data:
            yield name, "\n".join(data)
            name, data = "message", []


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    if match is None:
        raise ValueError(f"the page has no {pattern.pattern}")
    return match[1]
