"""A server that speaks Anthropic's streaming protocol and does what it is told: for tests, for demonstrations.

Run it with `python -m apps.ai.tests.scripted_server --port 8765`, and the site with
`ANTHROPIC_BASE_URL=http://127.0.0.1:8765`. In tests, `with running_server() as server:`.

It answers POST /v1/messages from the sources that the request brings. What it does with a request is decided by
`#name` in the question, or else by the scripts waiting in line (`server.script("cut")`, or POST /script). GET /requests
shows what was asked and how many readers left early; DELETE /requests forgets it.

Requests to make a follow-up stand alone are kept apart, in `rewritings`: neither `#name` nor those scripts are for
them. They get the question back as it is, or what `server.rewrite(…)` says.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import h11

from apps.ai.tests.scripted_answers import (
    SCENARIOS,
    STATUSES,
    Refused,
    Script,
    Usage,
    asked,
    ended,
    events,
    refusal,
    rewritten,
    to_rewrite,
)

_ENDS_IN_THE_MIDDLE = {"cut", "cut-clean", "silent-after", "error-event", "refusal", "max-tokens"}
_SLOW = 0.25


@dataclass(frozen=True)
class Recorded:
    """A request that came in. Header names are in lower case."""

    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def question(self) -> str:
        return asked(self.body).question

    @property
    def words(self) -> str:
        """Every text of the request, in order."""
        return "\n".join([self.body.get("system", ""), *_texts(self.body["messages"])])


class ScriptedServer:
    """What is waiting to be done and what has been seen. All of it may be used from any thread."""

    def __init__(self, *, delay: float = 0.0, drops_blocks: bool = False, most_sources: int | None = None) -> None:
        """`delay` is the seconds between pieces of text; above `most_sources` the prompt is too long."""
        self.delay = delay
        self.drops_blocks = drops_blocks
        self.most_sources = most_sources
        self.url = ""
        self.requests: list[Recorded] = []
        self.rewritings: list[Recorded] = []
        self.disconnects = 0
        self._scripts: deque[Script] = deque()
        self._rewrites: deque[str] = deque()
        self._changed = threading.Condition()

    def script(
        self,
        name: str,
        *,
        times: int = 1,
        after: int = 3,
        delay: float | None = None,
        retry_after: float | None = None,
        pieces: Sequence[str] = (),
    ) -> None:
        """Sets what the next `times` requests will meet."""
        if name not in SCENARIOS:
            raise ValueError(f"There is no scenario {name!r}: choose from {', '.join(SCENARIOS)}.")
        self._scripts.extend([Script(name, after, delay, retry_after, tuple(pieces))] * times)

    def rewrite(self, *texts: str) -> None:
        """Sets what the next follow-ups become: a text, or `#silent` or `#500` and the like for what goes wrong."""
        self._rewrites.extend(texts)

    def wait_until_left(self, times: int = 1, seconds: float = 10) -> bool:
        """Waits until `times` readers have gone before their answer was complete."""
        with self._changed:
            return self._changed.wait_for(lambda: self.disconnects >= times, seconds)

    def wait_until_asked(self, times: int = 1, seconds: float = 10) -> bool:
        """Waits until `times` requests have come in."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.requests) >= times, seconds)

    def wait_until_rewriting(self, times: int = 1, seconds: float = 10) -> bool:
        """Waits until so many requests to make a follow-up stand alone have come in."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.rewritings) >= times, seconds)

    def forget(self) -> None:
        """Back to the beginning."""
        with self._changed:
            self.requests, self.rewritings, self.disconnects = [], [], 0
            self._scripts.clear()
            self._rewrites.clear()

    def note(self, recorded: Recorded) -> Script:
        """Keeps the request and says what to do with it."""
        with self._changed:
            self.requests.append(recorded)
            self._changed.notify_all()
        if name := asked(recorded.body).scenario:
            return Script(name, retry_after=60 if name == "429" else None)
        return self._scripts.popleft() if self._scripts else Script()

    def note_rewriting(self, recorded: Recorded, question: str) -> str:
        """Keeps the request apart from those for answers, and says what to do with it."""
        with self._changed:
            self.rewritings.append(recorded)
            self._changed.notify_all()
        return self._rewrites.popleft() if self._rewrites else question

    def note_left(self) -> None:
        """Counts a reader who did not wait for the end."""
        with self._changed:
            self.disconnects += 1
            self._changed.notify_all()


class _Gone(Exception):
    """The connection is over."""


class _Connection:
    """One connection of a client, one request after the other."""

    def __init__(self, server: ScriptedServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def serve(self) -> None:
        try:
            while True:
                request, body = await self._request()
                await self._watched(request, body)
                if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                    return
                self._http.start_next_cycle()
        except (_Gone, ConnectionError, h11.ProtocolError):
            pass
        finally:
            self._writer.close()

    async def _request(self) -> tuple[h11.Request, bytes]:
        request, body = None, b""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(65536))
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage) and request is not None:
                return request, body
            else:
                raise _Gone

    async def _watched(self, request: h11.Request, body: bytes) -> None:
        """Answers, unless the client leaves first."""
        leaving = asyncio.ensure_future(self._reader.read(1))
        answering = asyncio.ensure_future(self._answer(request, body))
        try:
            await asyncio.wait({leaving, answering}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done() or isinstance(answering.exception(), ConnectionError):
                self._server.note_left()
                raise _Gone
            await answering
        finally:
            leaving.cancel()
            answering.cancel()
            await asyncio.wait({leaving, answering})

    async def _answer(self, request: h11.Request, body: bytes) -> None:
        match request.method.decode(), request.target.decode().partition("?")[0]:
            case "POST", "/v1/messages":
                headers = {name.decode().lower(): value.decode() for name, value in request.headers}
                await self._message(Recorded(headers, json.loads(body)))
            case "POST", "/script":
                self._server.script(**json.loads(body))
                await self._json(200, {})
            case "GET", "/requests":
                bodies = [recorded.body for recorded in self._server.requests]
                rewritings = [recorded.body for recorded in self._server.rewritings]
                seen = {"requests": bodies, "rewritings": rewritings, "disconnects": self._server.disconnects}
                await self._json(200, seen)
            case "DELETE", "/requests":
                self._server.forget()
                await self._json(200, {})
            case _:
                await self._json(404, Refused(404, "not_found_error", "no such page").body)

    async def _message(self, recorded: Recorded) -> None:
        question = to_rewrite(recorded.body)
        if question is not None:
            await self._rewriting(recorded, self._server.note_rewriting(recorded, question))
            return
        script = self._server.note(recorded)
        if script.name == "silent":
            await asyncio.Event().wait()
        if refused := self._refusal(recorded, script):
            await self._json(refused.status, refused.body, retry_after=script.retry_after)
        elif script.name == "html":
            await self._send(200, {"Content-Type": "text/html"}, b"<!doctype html><title>Welcome</title>")
        else:
            await self._stream(recorded, script)

    async def _rewriting(self, recorded: Recorded, text: str) -> None:
        name = text.removeprefix("#")
        if refused := refusal(recorded.body, recorded.headers):
            await self._json(refused.status, refused.body)
        elif text == "#silent":
            await asyncio.Event().wait()
        elif text.startswith("#") and name in STATUSES:
            await self._json(STATUSES[name][0], Refused(*STATUSES[name]).body)
        else:
            await self._json(200, rewritten(recorded.body, text))

    def _refusal(self, recorded: Recorded, script: Script) -> Refused | None:
        if refused := refusal(recorded.body, recorded.headers):
            return refused
        most = self._server.most_sources
        if most is not None and len(asked(recorded.body).sources) > most:
            return Refused(*STATUSES["too-long"])
        if script.name == "no-effort" and not recorded.body.get("output_config", {}).get("effort"):
            return None
        if script.name not in STATUSES:
            return None
        status, kind, message = STATUSES[script.name]
        # Some servers repeat the key they refuse.
        return Refused(status, kind, f"{message} ({recorded.headers.get('authorization')})")

    async def _stream(self, recorded: Recorded, script: Script) -> None:
        question = asked(recorded.body, drops_blocks=self._server.drops_blocks)
        delay = script.delay if script.delay is not None else _SLOW if script.name == "slow" else self._server.delay
        model, tokens = recorded.body["model"], len(recorded.words) // 4
        said = 0
        headers = [("Content-Type", "text/event-stream; charset=utf-8"), ("Cache-Control", "no-cache")]
        self._put(h11.Response(status_code=200, headers=[*headers, ("Request-Id", "req_scripted")]))
        for kind, data in events(question, script, model, tokens):
            if said == script.after and script.name in _ENDS_IN_THE_MIDDLE:
                await self._end_in_the_middle(script.name, Usage(tokens, said))
                return
            self._frame(kind, data)
            await self._writer.drain()
            if data.get("delta", {}).get("type") == "text_delta":
                said += 1
                await asyncio.sleep(delay)
        self._put(h11.EndOfMessage())
        await self._writer.drain()

    async def _end_in_the_middle(self, name: str, usage: Usage) -> None:
        if name == "cut":
            await self._writer.drain()
            self._writer.transport.close()
            return
        if name == "silent-after":
            await asyncio.Event().wait()
        if name == "error-event":
            self._frame("error", Refused(*STATUSES["529"]).body)
        if name in ("refusal", "max-tokens"):
            for kind, data in ended(name.replace("-", "_"), usage):
                self._frame(kind, data)
        self._put(h11.EndOfMessage())
        await self._writer.drain()

    def _frame(self, kind: str, data: dict[str, Any]) -> None:
        text = f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
        # Half a surrogate pair is escaped, as JSON has it.
        self._put(h11.Data(text.encode("utf-8", "backslashreplace")))

    async def _json(self, status: int, body: dict[str, Any], retry_after: float | None = None) -> None:
        headers = {"Content-Type": "application/json", "Request-Id": "req_scripted"}
        if retry_after is not None:
            headers["Retry-After"] = f"{retry_after:g}"
        elif status in (429, 500, 529):
            # So that whoever tries again does so at once.
            headers["Retry-After-Ms"] = "10"
        await self._send(status, headers, json.dumps(body).encode())

    async def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self._put(h11.Response(status_code=status, headers=[*headers.items(), ("Content-Length", str(len(body)))]))
        self._put(h11.Data(body))
        self._put(h11.EndOfMessage())
        await self._writer.drain()

    def _put(self, event: h11.Response | h11.Data | h11.EndOfMessage) -> None:
        self._writer.write(self._http.send(event) or b"")


async def _listen(server: ScriptedServer, port: int, ready: threading.Event, over: asyncio.Event) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _Connection(server, reader, writer).serve()

    listening = await asyncio.start_server(connected, "127.0.0.1", port)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    ready.set()
    try:
        await over.wait()
    finally:
        listening.close()


@contextlib.contextmanager
def running_server(
    port: int = 0, *, delay: float = 0.0, drops_blocks: bool = False, most_sources: int | None = None
) -> Iterator[ScriptedServer]:
    """A scripted server on 127.0.0.1, in a thread of its own, so that tests with and without a loop can use it."""
    server = ScriptedServer(delay=delay, drops_blocks=drops_blocks, most_sources=most_sources)
    loop, over, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError), asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(_listen(server, port, ready, over))

    thread = threading.Thread(target=run, name="scripted server", daemon=True)
    thread.start()
    if not ready.wait(10):
        raise RuntimeError("The scripted server did not start: is the port taken?")
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)


def _texts(content: Any) -> Iterator[str]:
    """The texts of messages, however deep they are."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for part in content:
            yield from _texts(part)
    elif isinstance(content, dict):
        for name in ("title", "content", "text"):
            yield from _texts(content.get(name))


def main() -> None:
    """Runs until interrupted."""
    parser = argparse.ArgumentParser(description="A scripted stand-in for Anthropic's API.")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--delay", type=float, default=0.05, help="seconds between pieces of text")
    parser.add_argument("--drops-blocks", action="store_true", help="overlook search results, as local servers do")
    parser.add_argument("--most-sources", type=int, help="find prompts with more sources too long")
    chosen = parser.parse_args()
    with running_server(
        chosen.port, delay=chosen.delay, drops_blocks=chosen.drops_blocks, most_sources=chosen.most_sources
    ) as server:
        names = "\n".join(f"  #{name:<20}{meaning}" for name, meaning in SCENARIOS.items())
        sys.stdout.write(f"{server.url}\nWrite one of these into a question:\n{names}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
