"""Whatever a model writes, and wherever it is cut: the page gets the events we sent, and HTML in which nothing acts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product

import pytest
from anthropic.types import RawContentBlockDeltaEvent, RawContentBlockStopEvent, RawMessageStreamEvent, TextDelta
from django.conf import LazySettings
from django.test import AsyncClient

from apps.ai import generators
from apps.ai.generators import Source
from apps.ai.generators.transcript import Transcript
from apps.ai.tests.scripted_server import ScriptedServer
from apps.chat import streaming
from apps.chat.models import Message
from apps.chat.rendering import Rendering
from apps.chat.streaming import drawn
from apps.chat.tests.conftest import SALT, Ask
from apps.chat.tests.conftest import written as in_the_end
from apps.chat.tests.reading import parsed, pieces, shown, waits
from apps.core.tests.attacks import ATTACKS, IN_ONE_TEXT, numbered
from apps.core.tests.seeing import SIGNED, cited, foreign, fragment
from apps.library.models import Document

SOURCE = Source(1, "Bread", None, ("Two percent of salt is usual.",), 0, 1.0)
LINKS = {1: "#source-9-1"}
BEFORE, AFTER = "Before [1].\n\n", "\n\nAfter [1]."


def written(texts: Sequence[str], *, native: bool) -> tuple[str, ...]:
    """The answer as it stands after each piece that a server sends, and once its block has ended."""
    transcript = Transcript((SOURCE,), native=native)
    said: list[RawMessageStreamEvent] = [
        RawContentBlockDeltaEvent(type="content_block_delta", index=0, delta=TextDelta(type="text_delta", text=text))
        for text in texts
    ]
    said.append(RawContentBlockStopEvent(type="content_block_stop", index=0))
    so_far, states = "", []
    for event in said:
        so_far += "".join(one.text for one in transcript.read(event) if isinstance(one, generators.TextDelta))
        states.append(so_far)
    return tuple(states)


def streamed(states: Sequence[str]) -> list[bytes]:
    """The frames that a page is sent when the answer grows through these states."""
    rendering = Rendering(LINKS)
    return [frame for at, text in enumerate(states) for frame in drawn(rendering.feed(text), anew=at == 0)]


@cache
def strange(html: str) -> tuple[str, ...]:
    """What a browser would make of the HTML that is none of the renderer's."""
    return tuple(foreign(fragment(html), cited(9)))


@pytest.mark.parametrize("attack", ATTACKS, ids=numbered)
def test_b1_b3_text_cut_at_any_place_forges_no_event_and_makes_no_element(attack: str) -> None:
    # A server that cites by itself has what looks like a marker escaped; all else is the same.
    ways = (False, True) if set(attack) & set("[【［") else (False,)
    for cut, native in product(range(len(attack) + 1), ways):
        states = written([BEFORE + attack[:cut], attack[cut:] + AFTER], native=native)
        frames = streamed(states)
        stream = b"".join(frames)
        events = parsed(stream)
        assert [event.name for event in events[:2]] == ["whole", "growing"], cut
        assert {event.name for event in events[2:]} <= {"settled", "growing"}, cut
        assert len(events) == len(frames), cut
        assert {event.id for event in events} == {""}, cut
        assert waits(stream) == [], cut
        for event in events:
            assert strange(event.data) == (), cut
        assert shown(events) == in_one(states[-1]), cut


@cache
def in_one(text: str) -> str:
    """The answer's HTML as it arrives when it is sent at once."""
    return shown(parsed(b"".join(streamed([text]))))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("citations", ["inline", "native"])
async def test_b1_b3_an_answer_of_nothing_but_attacks_is_streamed_kept_and_shown(
    library: list[Document],
    asked: Ask,
    page: AsyncClient,
    model: ScriptedServer,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    citations: str,
) -> None:
    settings.ANSWER_CITATIONS = citations
    monkeypatch.setattr(streaming, "PAUSE", 0)
    text = "".join(f"\n\n{attack}" for attack in IN_ONE_TEXT)
    model.script("given", pieces=list(text))
    answer = await asked(SALT)
    frames = [frame async for frame in pieces(await page.get(f"/answers/{answer.pk}/stream/"))]
    events = parsed(b"".join(frames))
    assert [event for frame in frames for event in parsed(frame)] == events
    assert waits(b"".join(frames)) == [1000]
    # One frame says how long to wait, every other is one event.
    assert len(events) == len(frames) - 1
    names = [event.name for event in events]
    assert names[:5] == ["status", "status", "found", "sources", "whole"]
    assert set(names[5:-2]) == {"settled", "growing"}
    assert names[-2:] == ["status", "done"]
    assert {event.id for event in events} == {""}
    kept = await in_the_end(answer)
    assert (kept.state, kept.fault) == (Message.State.DONE, "")
    for event in events[4:-2]:
        assert list(foreign(fragment(event.data), cited(answer.pk))) == []
    turn = fragment(events[-1].data)
    for article in turn.iter("article"):
        assert list(foreign(article, cited(answer.pk), SIGNED)) == []
    assert [len(copied) for copied in turn.iter("template")] == [0]
