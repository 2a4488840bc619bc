"""Answers written by a language model: Claude, or any server that speaks Anthropic's protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

from django.conf import settings
from django.utils.crypto import salted_hmac

from apps.ai.generators import Fault, GeneratorEvent, GeneratorFault, Prompt, Rewritten, Turn, prompts

if TYPE_CHECKING:
    from anthropic import APIRequest, AsyncAnthropic, AsyncAPIResponse, AsyncCallNext, AsyncStream
    from anthropic.types import Message, RawMessageStreamEvent

ANTHROPIC = "https://api.anthropic.com"
# Seconds without a word. Anthropic sends signs of life; a local server is silent while it reads the prompt.
SILENCE = 30.0
SILENCE_OF_OTHERS = 300.0
# A server that wants to be left alone for longer is not asked again while the reader waits.
PATIENCE = 5.0
# Tokens: more than a question has.
LONGEST_QUESTION = 200


class Kept(NamedTuple):
    """A client, and what closes it when it is closed."""

    client: AsyncAnthropic
    open: AsyncGenerator[None, None]


class AnthropicGenerator:
    """Streams an answer through the official SDK, which is imported at the first question: it takes a second."""

    name = "anthropic"

    def __init__(self, silence: float | None = None) -> None:
        """`silence` in seconds replaces the time after which a silent server is given up."""
        self.model: str = settings.ANSWER_MODEL
        # People copy addresses with the path that other protocols want.
        self._server: str = (settings.ANTHROPIC_BASE_URL or ANTHROPIC).rstrip("/").removesuffix("/v1")
        # Always given, for without one the SDK would look for credentials elsewhere. Local servers take anything.
        self._key: str = settings.ANTHROPIC_API_KEY.strip() or "no-key"
        self._is_anthropic = _host(self._server) == _host(ANTHROPIC)
        citations = settings.ANSWER_CITATIONS
        self._is_native = citations == "native" or (citations == "auto" and self._is_anthropic)
        usual = SILENCE if self._is_anthropic else SILENCE_OF_OTHERS
        self._silence = silence or settings.ANSWER_SILENCE_SECONDS or usual
        self._has_effort = self._is_anthropic
        # A client belongs to the event loop it was first used on, which has it closed as it ends.
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Kept] = WeakKeyDictionary()

    async def stream(self, prompt: Prompt) -> AsyncGenerator[GeneratorEvent, None]:
        """The answer. A prompt that the server finds too long is sent once more, with fewer sources."""
        has_begun = False
        shorter = prompts.shortened(prompt)
        try:
            async with aclosing(self._written(prompt)) as events:
                async for event in events:
                    has_begun = True
                    yield event
            return
        except GeneratorFault as fault:
            if fault.fault != Fault.TOO_LONG or has_begun or shorter is None:
                raise
        async with aclosing(self._written(shorter)) as events:
            async for event in events:
                yield event

    async def standalone(self, question: str, history: Sequence[Turn]) -> Rewritten:
        """Asked once and never again: without it the answer goes on."""
        client = await self._client()
        from apps.ai.generators.faults import ERRORS, fault_of

        try:
            once = client.with_options(max_retries=0)
            reply: Message = await self._asked(once, self.rewriting_request(question, history))
            text = "".join(block.text for block in reply.content if block.type == "text")
            return Rewritten(text, reply.usage.input_tokens, reply.usage.output_tokens)
        except ERRORS as error:
            # Raised only below: here it would keep this error as its context, and with it the request and its key.
            fault = fault_of(error, server=self._server, key=self._key)
        except (AttributeError, TypeError):
            # Other servers may say anything.
            fault = GeneratorFault(Fault.CUT, "the reply was no message")
        raise fault

    async def close(self) -> None:
        """Closes the connections of the running event loop."""
        if kept := self._clients.pop(asyncio.get_running_loop(), None):
            await kept.open.aclose()

    async def _written(self, prompt: Prompt) -> AsyncGenerator[GeneratorEvent, None]:
        client = await self._client()
        from anthropic import AsyncStream

        from apps.ai.generators.faults import ERRORS, fault_of
        from apps.ai.generators.transcript import Transcript

        transcript = Transcript(prompt.sources, native=self._is_native)
        fault: GeneratorFault | None = None
        try:
            begun: AsyncStream[RawMessageStreamEvent] = await self._asked(client, self.request(prompt))
            # Read as JSON: making an object of each piece is a fifth of all the work that a stream of text takes.
            async with AsyncStream(cast_to=object, response=begun.response, client=client) as reply:
                async for said in reply:
                    for event in transcript.read(said):
                        yield event
        except ERRORS as error:
            # Raised only below: here it would keep this error as its context, and with it the request and its key.
            fault = fault_of(error, server=self._server, key=self._key)
        for event in transcript.rest():
            yield event
        if fault is not None:
            fault.input_tokens, fault.output_tokens = transcript.input_tokens, transcript.output_tokens
            raise fault
        yield transcript.finished()

    def request(self, prompt: Prompt) -> dict[str, Any]:
        """All that is asked of the server for this prompt."""
        text = prompts.native(prompt) if self._is_native else prompts.inline(prompt, _tag(prompt))
        request: dict[str, Any] = {
            "model": self.model,
            "max_tokens": settings.ANSWER_MAX_TOKENS,
            "system": text.system,
            "messages": text.messages,
            "stream": True,
        }
        return request | self._manner()

    def rewriting_request(self, question: str, history: Sequence[Turn]) -> dict[str, Any]:
        """All that is asked of the server to make this question stand alone."""
        text = prompts.rewriting(question, history, _code([turn.answer for turn in history]))
        request: dict[str, Any] = {
            "model": self.model,
            "max_tokens": LONGEST_QUESTION,
            "system": text.system,
            "messages": text.messages,
        }
        return request | self._manner()

    def _manner(self) -> dict[str, Any]:
        if self._has_effort:
            return {"output_config": {"effort": "low"}}
        if self._is_native or self._is_anthropic:
            return {}
        # The newest version of the protocol refuses a temperature; other servers speak the one before.
        return {"extra_headers": {"anthropic-version": "2023-06-01"}, "extra_body": {"temperature": 0.2}}

    async def _asked(self, client: AsyncAnthropic, request: dict[str, Any]) -> Any:
        """The server's reply: of a stream its beginning. A model too old to know about effort is asked without."""
        from anthropic import BadRequestError

        try:
            return await client.messages.create(**request)
        except BadRequestError as error:
            if "output_config" not in request or "effort" not in error.message:
                raise
            self._has_effort = False
            plain = {name: value for name, value in request.items() if name != "output_config"}
            return await client.messages.create(**plain)

    async def _client(self) -> AsyncAnthropic:
        for loop in [loop for loop in self._clients if loop.is_closed()]:
            # Its open connections would keep the loop alive, and that the entry.
            del self._clients[loop]
        running = asyncio.get_running_loop()
        if running not in self._clients:
            # In a thread, for the import and the certificates take long enough to hold up everybody's streams.
            client = await asyncio.to_thread(self._made)
            # Another answer may have been as fast.
            if running not in self._clients:
                self._clients[running] = Kept(client, _open(client))
                await anext(self._clients[running].open)
        return self._clients[running].client

    def _made(self) -> AsyncAnthropic:
        import httpx2
        from anthropic import AsyncAnthropic, DefaultAioHttpClient, Timeout

        try:
            server, login = _apart(self._server)
            client = AsyncAnthropic(
                api_key=self._key,
                base_url=server,
                # Takes the pieces of a stream apart in C, where httpx2 does so in Python (docs/decisions/0010).
                http_client=DefaultAioHttpClient(auth=login),
                timeout=Timeout(60, connect=5, read=self._silence),
                max_retries=2,
                middleware=[_impatient],
                open_telemetry=False,
            )
        except (httpx2.InvalidURL, ValueError):
            raise GeneratorFault(Fault.UNREACHABLE, "ANTHROPIC_BASE_URL is no address") from None
        # Imports what the first request needs.
        _ = client.messages
        return client


async def _open(client: AsyncAnthropic) -> AsyncGenerator[None, None]:
    """Closes the client when its loop ends: loops end the generators that are under way on them."""
    try:
        yield
    finally:
        await client.close()


async def _impatient(request: APIRequest, call_next: AsyncCallNext) -> AsyncAPIResponse[Any]:
    """Keeps the SDK from retrying where the reader would only wait longer: after a silence, or when told to go away."""
    import httpx2
    from anthropic import APITimeoutError

    from apps.ai.generators.faults import retry_after

    try:
        response = await call_next(request)
    except APITimeoutError as error:
        if isinstance(error.__cause__, httpx2.ReadTimeout):
            raise error.__cause__ from None
        raise
    wait = retry_after(response.headers)
    if wait is not None and wait > PATIENCE:
        response.headers["x-should-retry"] = "false"
    return response


def _tag(prompt: Prompt) -> str:
    """Unknown to whoever wrote a source, yet the same for the same sources, so that a server can reuse its work."""
    return _code(["\n".join(source.sentences) for source in prompt.sources])


def _code(texts: Sequence[str]) -> str:
    return salted_hmac("apps.ai.generators.anthropic", "\n".join(texts), algorithm="sha256").hexdigest()[:8]


def _apart(server: str) -> tuple[str, tuple[str, str] | None]:
    """The address without the name and the password that may stand in it, which aiohttp does not take; and these."""
    parts = urlsplit(server)
    if parts.username is None:
        return server, None
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return bare, (unquote(parts.username), unquote(parts.password or ""))


def _host(server: str) -> str | None:
    try:
        return urlsplit(server).hostname
    except ValueError:
        return None
