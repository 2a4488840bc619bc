"""The scripted server refuses what Anthropic's refuses, and can be told over the network what to do."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from apps.ai.tests.scripted_server import ScriptedServer, running_server

HEADERS = {"Authorization": "Bearer key", "anthropic-version": "2026-10-21"}
BODY: dict[str, Any] = {
    "model": "m",
    "max_tokens": 9,
    "messages": [{"role": "user", "content": "Hello?"}],
    "stream": True,
}


def post(
    server: ScriptedServer, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    return httpx.post(f"{server.url}/v1/messages", json=BODY | (body or {}), headers=HEADERS | (headers or {}))


def test_it_streams_the_protocol(scripted: ScriptedServer) -> None:
    reply = post(scripted)
    assert reply.headers["content-type"].startswith("text/event-stream")
    events = [line.removeprefix("event: ") for line in reply.text.splitlines() if line.startswith("event: ")]
    assert events[:3] == ["message_start", "ping", "content_block_start"]
    assert events[-3:] == ["content_block_stop", "message_delta", "message_stop"]


def test_it_wants_a_key(scripted: ScriptedServer) -> None:
    assert post(scripted, headers={"Authorization": ""}).status_code == 401
    assert post(scripted, headers={"Authorization": "Bearer"}).status_code == 401
    assert post(scripted, headers={"Authorization": "", "x-api-key": "key"}).status_code == 200


@pytest.mark.parametrize("name", ["temperature", "top_p", "top_k"])
def test_the_newest_version_knows_no_temperature(scripted: ScriptedServer, name: str) -> None:
    assert post(scripted, {name: 1}).status_code == 400
    assert post(scripted, {name: 1}, headers={"anthropic-version": "2023-06-01"}).status_code == 200


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"role": "assistant", "content": "I begin."}],
        [{"role": "user", "content": "One."}, {"role": "user", "content": "Two."}],
        [{"role": "user", "content": " "}],
        [{"role": "user", "content": [{"type": "search_result", "source": "s", "title": "", "content": []}]}],
        [{"role": "user", "content": [{"type": "text", "text": "a", "citations": [{"type": "char_location"}]}]}],
    ],
)
def test_messages_that_anthropic_refuses_are_refused(scripted: ScriptedServer, messages: list[dict[str, Any]]) -> None:
    assert post(scripted, {"messages": messages}).status_code == 400


def test_it_is_told_over_the_network_what_to_do_and_tells_what_was_asked(scripted: ScriptedServer) -> None:
    assert httpx.post(f"{scripted.url}/script", json={"name": "529", "times": 2}).status_code == 200
    assert [post(scripted).status_code for _ in range(3)] == [529, 529, 200]
    seen = httpx.get(f"{scripted.url}/requests").json()
    assert [body["messages"] for body in seen["requests"]] == [BODY["messages"]] * 3
    assert seen["disconnects"] == 0
    httpx.delete(f"{scripted.url}/requests")
    assert scripted.requests == []


def test_it_says_what_it_is_given_in_the_same_pieces_whatever_they_hold(scripted: ScriptedServer) -> None:
    pieces = ["<b>\n\nevent: x", "\ud83d", "\0\r", "中"]
    scripted.script("given", pieces=pieces)
    said = [json.loads(line.removeprefix("data: ")) for line in post(scripted).text.split("\n") if "text_delta" in line]
    assert [event["delta"]["text"] for event in said] == pieces


def test_a_word_in_the_question_chooses_too(scripted: ScriptedServer) -> None:
    assert post(scripted, {"messages": [{"role": "user", "content": "Hello? #500"}]}).status_code == 500
    assert post(scripted, {"messages": [{"role": "user", "content": "Hello #world?"}]}).status_code == 200


def test_an_unknown_scenario_is_an_error(scripted: ScriptedServer) -> None:
    with pytest.raises(ValueError, match="no scenario 'nonsense'"):
        scripted.script("nonsense")


def test_other_addresses_are_not_there(scripted: ScriptedServer) -> None:
    assert httpx.get(f"{scripted.url}/v1/other").status_code == 404


def test_two_run_side_by_side(scripted: ScriptedServer) -> None:
    with running_server() as another:
        assert another.url != scripted.url
        assert post(another).status_code == post(scripted).status_code == 200
