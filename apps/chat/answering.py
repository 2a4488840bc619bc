"""Answering: what is found becomes a prompt, and what the generator writes of it comes as typed events."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils import timezone

from apps.accounts.models import User
from apps.ai.generators import (
    Cited,
    Fault,
    Finished,
    Generator,
    GeneratorFault,
    Prompt,
    Source,
    TextDelta,
    Turn,
    generator,
)
from apps.chat import keeping
from apps.chat.keeping import Claim, Ending
from apps.chat.models import Message
from apps.chat.understanding import Asked, Understood, understood
from apps.core.threads import in_database, in_database_at_length
from apps.library.models import Document
from apps.search.evidence import is_enough
from apps.search.filters import Filters
from apps.search.hits import Hit
from apps.search.retrieval import retrieve

logger = logging.getLogger(__name__)

# How many of the nearest passages are shown when the library does not answer.
NEAREST = 3
# How many earlier turns go along with a question.
TURNS = 6
# Seconds: what a server may ask to be left alone for, and be believed.
LONGEST_WAIT = 24 * 3600


@dataclass(frozen=True)
class Found:
    """What the library has for the question: source n is `hits[n - 1]`. Kept with the answer by now.

    `generator` will write it; empty when nobody will. `model` then is the one that read the question, if one did.
    """

    hits: tuple[Hit, ...]
    generator: str = ""
    model: str = ""


Event = Found | TextDelta | Cited | Ending


@dataclass(frozen=True)
class Evidence:
    """What an answer may stand on; without a `prompt` there is too little to answer from."""

    hits: tuple[Hit, ...]
    prompt: Prompt | None


async def answer(claim: Claim) -> AsyncGenerator[Event, None]:
    """The answer as it comes to be: `Found`, the text with what it cites, and its `Ending` last.

    Closing it stops the model. Raises `keeping.ClaimLost` when the claim no longer holds.
    """
    asked = await in_database(read, claim)
    meant = await understood(asked)
    evidence = await in_database_at_length(gather, claim, asked, meant)
    if evidence.prompt is None:
        yield Found(evidence.hits, model=meant.model)
        yield with_tokens(Ending(Message.State.DONE, is_not_found=True), meant)
        return
    # Making it the first time imports a client: too long to keep every stream waiting.
    writer = await asyncio.to_thread(generator)
    yield Found(evidence.hits, writer.name, writer.model)
    async with aclosing(write(writer, evidence.prompt)) as events:
        async for event in events:
            yield with_tokens(event, meant) if isinstance(event, Ending) else event


def with_tokens(ending: Ending, meant: Understood) -> Ending:
    """The ending with what it took to understand the question."""
    tokens = ending.input_tokens + meant.input_tokens, ending.output_tokens + meant.output_tokens
    return replace(ending, input_tokens=tokens[0], output_tokens=tokens[1])


async def write(writer: Generator, prompt: Prompt) -> AsyncGenerator[TextDelta | Cited | Ending, None]:
    """What the generator writes; whatever goes wrong there is an `Ending` here, and what came before it stands."""
    begun = False
    try:
        async with aclosing(writer.stream(prompt)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    yield ending(None, begun, event)
                    return
                begun = begun or isinstance(event, TextDelta)
                yield event
        yield ending(Fault.CUT, begun)
    except GeneratorFault as fault:
        logger.warning("an answer ended early: %s: %s", fault.fault.value, fault.detail)
        yield ending(fault.fault, begun, fault)
    except Exception:
        logger.exception("an answer failed")
        yield ending(Fault.INTERNAL, begun)


def ending(fault: Fault | None, begun: bool, usage: Finished | GeneratorFault | None = None) -> Ending:
    """Done; or interrupted, when some text is there to keep; or failed."""
    state = Message.State.DONE
    if fault:
        state = Message.State.INTERRUPTED if begun else Message.State.FAILED
    wait = usage.retry_after if isinstance(usage, GeneratorFault) else None
    return Ending(
        state=state,
        fault=fault,
        input_tokens=usage.input_tokens if usage else 0,
        output_tokens=usage.output_tokens if usage else 0,
        retry_at=timezone.now() + timedelta(seconds=min(wait, LONGEST_WAIT)) if wait else None,
    )


def read(claim: Claim) -> Asked:
    """The question that the answer is to, with its conversation. Raises `keeping.ClaimLost`."""
    message = _claimed(claim)
    rows = Message.objects.visible_to(message.owner).filter(
        conversation_id=message.conversation_id, ordinal__lt=message.ordinal
    )
    texts = list(rows.order_by("-ordinal").values_list("text", "looked_for")[: 2 * TURNS + 1])
    pairs = list(zip(texts[2::2], texts[1::2], strict=False))
    turns = tuple(Turn(question, answer) for (question, _), (answer, _) in reversed(pairs))
    before = next((looked_for or question for (question, _), (_, looked_for) in pairs), "")
    return Asked(texts[0][0], turns, before, message.looked_for)


def gather(claim: Claim, asked: Asked, meant: Understood) -> Evidence:
    """Searches the library for the answer's question, and keeps the sources found. Raises `keeping.ClaimLost`."""
    message = _claimed(claim)
    began = time.monotonic()
    filters = Filters(documents=frozenset(message.scope)) if message.scope else None
    looked_for, hits, enough = search(message.owner, meant.ways, filters)
    milliseconds = round((time.monotonic() - began) * 1000)
    hits = hits if enough else hits[:NEAREST]
    searched = Document.objects.visible_to(message.owner).kept().among(message.scope).passages()
    looked_for = looked_for if asked.given or looked_for != asked.question else ""
    keeping.keep_sources(claim, hits, searched, milliseconds, looked_for)
    sources = tuple(source(number, hit) for number, hit in enumerate(hits, 1))
    return Evidence(tuple(hits), Prompt(asked.question, sources, asked.history, looked_for) if enough else None)


def search(user: User, ways: Sequence[str], filters: Filters | None = None) -> tuple[str, list[Hit], bool]:
    """The first of these questions that the library can answer, the passages found for it, best first, and whether
    they are enough to answer from. When none is, it is the first. `filters` narrow the library."""
    nearest: list[Hit] = []
    for number, question in enumerate(ways):
        hits = retrieve(question, user, filters=filters)
        if is_enough(question, hits):
            return question, hits, True
        nearest = nearest if number else hits
    return ways[0], nearest, False


def source(number: int, hit: Hit) -> Source:
    """A hit as the generator is offered it."""
    spans = hit.sentences or ((0, len(hit.text)),)
    best = spans.index(hit.sentence) if hit.sentence in spans else 0
    sentences = tuple(hit.text[start:end] for start, end in spans)
    return Source(number, hit.title, hit.page, sentences, best, hit.score, hit.document_id, hit.passage_id)


def cited_span(hits: Sequence[Hit], cited: Cited) -> tuple[int, int] | None:
    """The [start, end) in the passage's text that is cited; `None` when there is no such place."""
    if not 1 <= cited.number <= len(hits):
        return None
    hit = hits[cited.number - 1]
    spans = (hit.sentences or ((0, len(hit.text)),))[cited.first : cited.last]
    return (spans[0][0], spans[-1][1]) if spans else None


def _claimed(claim: Claim) -> Message:
    message = Message.objects.claimed(claim.answer_id, claim.attempt).select_related("owner").first()
    if message is None:
        raise keeping.ClaimLost
    return message
