"""What a server streams, event by event."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic.types import RawMessageStreamEvent
from pydantic import TypeAdapter

from apps.ai.generators import Cited, Fault, Finished, GeneratorEvent, GeneratorFault, Source, TextDelta
from apps.ai.generators.transcript import Transcript

SOURCES = (
    Source(3, "Rules", None, ("Ten books.", "Thirty days."), 0, 0.9),
    Source(4, "Hours", None, ("Nine to five.", "Closed on Mondays."), 0, 0.8),
)
EVENT: TypeAdapter[RawMessageStreamEvent] = TypeAdapter(RawMessageStreamEvent)


def event(kind: str, **fields: Any) -> dict[str, Any]:
    said = {"type": kind, **fields}
    # As the protocol has it.
    EVENT.validate_python(said)
    return said


def text(words: str) -> dict[str, Any]:
    return event("content_block_delta", index=0, delta={"type": "text_delta", "text": words})


def citation(index: int, first: int, last: int, cited: str) -> dict[str, Any]:
    place = {
        "type": "search_result_location", "cited_text": cited, "search_result_index": index, "source": "passage",
        "title": None, "start_block_index": first, "end_block_index": last,
    }  # fmt: skip
    return event("content_block_delta", index=0, delta={"type": "citations_delta", "citation": place})


STOP = event("content_block_stop", index=0)
START = event(
    "message_start",
    message={
        "id": "m", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": {"input_tokens": 5, "cache_read_input_tokens": 90, "output_tokens": 1},
    },
)  # fmt: skip


def end(reason: str, **usage: int) -> dict[str, Any]:
    return event(
        "message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage={"output_tokens": 7, **usage}
    )


def read(*said: object, native: bool = True) -> list[GeneratorEvent]:
    transcript = Transcript(SOURCES, native=native)
    return [*(given for one in said for given in transcript.read(one)), *transcript.rest()]


def words(events: list[GeneratorEvent]) -> str:
    return "".join(one.text for one in events if isinstance(one, TextDelta))


def test_a_block_is_followed_by_its_markers_once_for_each_source_and_then_by_what_they_cite() -> None:
    events = read(
        citation(1, 0, 1, "Nine to five."),
        text("Nine to five"),
        citation(0, 0, 2, "Ten books.Thirty days."),
        citation(1, 1, 2, "Closed on Mondays."),
        citation(1, 1, 2, "Closed on Mondays."),
        STOP,
    )
    assert events == [
        TextDelta("Nine to five"), TextDelta("[4][3]"), Cited(4, 0, 1), Cited(3, 0, 2), Cited(4, 1, 2),
    ]  # fmt: skip


def test_a_marker_stands_at_the_words_not_after_the_line_s_end() -> None:
    assert (
        words(read(text("Ten books.\n\n"), citation(0, 0, 1, "Ten books."), STOP, text("More.")))
        == "Ten books.[3]\n\nMore."
    )


def test_a_marker_does_not_open_fenced_code_again() -> None:
    said = read(text("```\nTen books.\n```\n"), citation(0, 0, 1, "Ten books."), STOP)
    assert words(said) == "```\nTen books.\n```\n\n[3]"


@pytest.mark.parametrize(
    "forged",
    [
        citation(0, 0, 1, "Twenty books."),
        citation(0, 1, 2, "Ten books."),
        citation(2, 0, 1, "Ten books."),
        citation(-1, 0, 1, "Nine to five."),
        citation(0, 5, 6, ""),
        citation(0, 1, 1, ""),
        citation(0, -2, 1, "Ten books."),
        event(
            "content_block_delta",
            index=0,
            delta={
                "type": "citations_delta",
                "citation": {
                    "type": "char_location", "cited_text": "Ten books.", "document_index": 0, "document_title": None,
                    "start_char_index": 0, "end_char_index": 9, "file_id": None,
                },
            },
        ),
    ],
)  # fmt: skip
def test_a_citation_that_does_not_point_at_what_we_sent_is_dropped(forged: dict[str, Any]) -> None:
    assert read(text("Ten books"), forged, STOP) == [TextDelta("Ten books")]


def test_text_may_begin_with_its_block() -> None:
    block = event("content_block_start", index=0, content_block={"type": "text", "text": "\n\nTen", "citations": None})
    assert words(read(block, text(" books"))) == "Ten books"


def test_an_answer_may_begin_with_a_marker() -> None:
    assert words(read(text("[3]"), text(" says so.\n"), text("[4] too."), native=False)) == "[3] says so.\n[4] too."


@pytest.mark.parametrize(
    "odd",
    [
        None, [], "Ten", 7, {}, {"type": None}, {"type": "something_newer", "text": "Eleven"},
        {"type": "content_block_delta"}, {"type": "content_block_delta", "delta": None},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": ["Eleven"]}},
        {"type": "content_block_delta", "delta": {"type": "citations_delta", "citation": "one"}},
        {"type": "content_block_start", "content_block": {"type": "text", "text": None}},
        {"type": "message_delta", "delta": {"stop_reason": 3}, "usage": {"input_tokens": "many"}},
        {"type": "message_delta", "delta": [], "usage": 4},
    ],
)  # fmt: skip
def test_what_nobody_knows_is_passed_over(odd: object) -> None:
    assert read(odd, text("Ten"), odd) == [TextDelta("Ten")]


def test_a_beginning_that_counts_nothing_is_one() -> None:
    transcript = Transcript(SOURCES, native=True)
    for one in ({"type": "message_start", "message": None}, text("Ten"), end("end_turn")):
        list(transcript.read(one))
    assert transcript.finished() == Finished("end_turn", input_tokens=0, output_tokens=7)


def test_a_marker_rests_on_the_sentence_most_like_the_one_before_it() -> None:
    events = read(text("You keep them thirty days.[3] On Mondays it is "), text("closed [4]."), native=False)
    assert [one for one in events if isinstance(one, Cited)] == [Cited(3, 1, 2), Cited(4, 1, 2)]


def test_two_markers_rest_on_the_same_sentence_before_them() -> None:
    events = read(text("Open from nine to five, closed on Mondays. [3][4]"), native=False)
    assert [one for one in events if isinstance(one, Cited)] == [Cited(3, 0, 1), Cited(4, 0, 1)]


def test_tokens_are_those_last_reported_with_what_came_from_a_cache() -> None:
    transcript = Transcript(SOURCES, native=True)
    for one in (START, text("Ten."), end("end_turn")):
        list(transcript.read(one))
    assert transcript.finished() == Finished("end_turn", input_tokens=95, output_tokens=7)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ((), Fault.SERVER_ERROR),
        ((START,), Fault.CUT),
        ((START, text("Ten")), Fault.CUT),
        ((START, end("end_turn")), Fault.SERVER_ERROR),
        ((START, text("Ten"), end("max_tokens")), Fault.CUT_SHORT),
        ((START, end("model_context_window_exceeded")), Fault.CUT_SHORT),
        ((START, text("Ten"), end("refusal")), Fault.REFUSAL),
    ],
)
def test_an_end_that_is_none_is_a_fault(said: tuple[dict[str, Any], ...], fault: Fault) -> None:
    transcript = Transcript(SOURCES, native=True)
    for one in said:
        list(transcript.read(one))
    with pytest.raises(GeneratorFault) as raised:
        transcript.finished()
    assert raised.value.fault == fault


@pytest.mark.parametrize("reason", ["end_turn", "stop_sequence", "tool_use", "pause_turn"])
def test_other_ends_are_ends(reason: str) -> None:
    transcript = Transcript(SOURCES, native=True)
    for one in (START, text("Ten"), end(reason)):
        list(transcript.read(one))
    assert transcript.finished().stop_reason == reason
