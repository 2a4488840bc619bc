"""Listens to a generator to its end."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

from apps.ai.generators import Cited, Finished, Generator, GeneratorEvent, GeneratorFault, Prompt, TextDelta


@dataclass(frozen=True)
class Heard:
    """All events of an answer, and the fault it ended with, if any."""

    events: tuple[GeneratorEvent, ...]
    fault: GeneratorFault | None

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def cited(self) -> list[Cited]:
        return [event for event in self.events if isinstance(event, Cited)]

    @property
    def finished(self) -> Finished | None:
        return next((event for event in self.events if isinstance(event, Finished)), None)


async def hear(generator: Generator, prompt: Prompt) -> Heard:
    """The whole answer."""
    events: list[GeneratorEvent] = []
    try:
        async with aclosing(generator.stream(prompt)) as stream:
            async for event in stream:
                events.append(event)  # noqa: PERF401 — what came before a fault counts
    except GeneratorFault as fault:
        return Heard(tuple(events), fault)
    return Heard(tuple(events), None)
