"""Writing an answer from sources: the protocol, its events, and the generator that the settings choose.

Each generator is a module here; adding one is copying one and naming it in the `GENERATOR` setting.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Source:
    """A passage offered to the generator. `number` is what the reader sees as [number]; `best` is the index of the
    sentence nearest to the question, `score` how near the passage is (comparable within one question only). `document`
    is the id of what it is from, and `place` grows from its beginning to its end."""

    number: int
    title: str
    page: int | None
    sentences: tuple[str, ...]
    best: int
    score: float
    document: int = 0
    place: int = 0


@dataclass(frozen=True)
class Turn:
    """An earlier question and its answer, both plain text."""

    question: str
    answer: str


@dataclass(frozen=True)
class Prompt:
    """What an answer is to be made from. `meant` is the question made to stand alone, where it does not by itself."""

    question: str
    sources: tuple[Source, ...]
    history: tuple[Turn, ...] = ()
    meant: str = ""


@dataclass(frozen=True)
class Rewritten:
    """A follow-up as it would be asked outside its conversation; empty when the generator cannot tell.

    Token counts are 0 where none were reported.
    """

    question: str
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True)
class TextDelta:
    """A piece of the answer's Markdown, in order; no marker is ever split over two pieces.

    Source n is cited as [n]. Brackets that only look so, because a source says "[3]", come as \\[3\\].
    """

    text: str


@dataclass(frozen=True)
class Cited:
    """The text just before, up to and with its [number], rests on sentences [first, last) of source `number`.

    Known where the server says so or the text is a quotation; otherwise the sentence nearest in wording.
    """

    number: int
    first: int
    last: int


@dataclass(frozen=True)
class Finished:
    """The answer is complete. `stop_reason` as in the Anthropic protocol; token counts 0 where none were reported."""

    stop_reason: str
    input_tokens: int = 0
    output_tokens: int = 0


GeneratorEvent = TextDelta | Cited | Finished


class Fault(models.TextChoices):
    """Why an answer did not end well; the reader's words for each are in `apps/chat/faults.py`.

    SILENT is a server that said nothing for too long, before the first word or after it; CUT a connection that
    ended in the middle; CUT_SHORT an answer that reached the limit of its length; RATE_LIMITED and OVERLOADED
    came back after retries.
    """

    KEY_REFUSED = "key_refused"
    MODEL_UNKNOWN = "model_unknown"
    REQUEST_REFUSED = "request_refused"
    TOO_LONG = "too_long"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server_error"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    CUT = "cut"
    REFUSAL = "refusal"
    CUT_SHORT = "cut_short"
    PROCESS_ENDED = "process_ended"
    INTERNAL = "internal"


class GeneratorFault(Exception):
    """The generator could not finish.

    `detail` is for the log and holds neither keys nor the prompt; `retry_after` is in seconds, when the server named
    it. The tokens used so far are 0 where none were reported.
    """

    def __init__(
        self,
        fault: Fault,
        detail: str = "",
        retry_after: float | None = None,
        input_tokens: int = 0,
        output_tokens: int = 0,
    ) -> None:
        super().__init__(detail or fault.value)
        self.fault = fault
        self.detail = detail
        self.retry_after = retry_after
        self.input_tokens = input_tokens
        self.output_tokens = output_tokens


class Generator(Protocol):
    """Writes answers."""

    name: str
    model: str

    def stream(self, prompt: Prompt) -> AsyncGenerator[GeneratorEvent, None]:
        """The answer as it is written, `Finished` last. Raises `GeneratorFault`; what came before it stands.

        Closing it early (`contextlib.aclosing`, or cancelling the task that reads it) stops the work and its cost;
        merely forgetting it leaves that to the garbage collector.
        """
        ...

    async def standalone(self, question: str, history: Sequence[Turn]) -> Rewritten:
        """The question of a conversation as it would be asked outside it. Raises `GeneratorFault`.

        What comes may be anything that a model says: whoever asks looks at it first. Cancelling stops the work.
        """
        ...


@cache
def generator() -> Generator:
    """The configured generator, one per process."""
    made: Generator = import_string(settings.GENERATOR)()
    return made
