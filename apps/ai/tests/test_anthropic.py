"""Answers written by a model, really asked over the network, with citations from the server or from the model."""

from __future__ import annotations

import asyncio
import gc
import json
from base64 import b64encode
from contextlib import aclosing

import pytest
from django.conf import LazySettings

from apps.ai.generators import Cited, Prompt, Source, TextDelta, Turn
from apps.ai.generators.anthropic import AnthropicGenerator
from apps.ai.tests.hearing import hear
from apps.ai.tests.scripted_server import ScriptedServer, running_server

CHINESE = "會員每月可以借幾本書？"
ENGLISH = "How much does a late book cost?"


async def test_a_chinese_question_is_answered_with_the_server_s_citations(
    native: AnthropicGenerator, sources: tuple[Source, ...]
) -> None:
    heard = await hear(native, Prompt(CHINESE, sources))
    assert heard.text == "根據您的資料庫：\n\n- 會員每人每月可借書十冊。[1]"
    assert heard.cited == [Cited(1, 0, 1)]
    assert heard.finished is not None
    assert heard.finished.stop_reason == "end_turn"
    assert heard.finished.input_tokens > 100
    assert heard.finished.output_tokens > 5


async def test_an_english_question_is_answered_with_the_model_s_markers(
    inline: AnthropicGenerator, sources: tuple[Source, ...]
) -> None:
    heard = await hear(inline, Prompt(ENGLISH, sources))
    assert heard.text == "This is what your library says:\n\n- A late book costs 5 dollars a day. [2]"
    assert heard.cited == [Cited(2, 1, 2)]
    assert heard.finished is not None


async def test_what_is_cited_comes_right_after_its_marker(
    native: AnthropicGenerator, inline: AnthropicGenerator, sources: tuple[Source, ...]
) -> None:
    for generator in (native, inline):
        heard = await hear(generator, Prompt("late book, closed on Mondays", sources))
        before = [heard.events[at - 1] for at, event in enumerate(heard.events) if isinstance(event, Cited)]
        assert sorted(event.text.strip() for event in before if isinstance(event, TextDelta)) == ["[2]", "[5]"]


async def test_the_answer_arrives_while_it_is_written(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    scripted.script("silent-after", after=4)
    async with aclosing(native.stream(Prompt(ENGLISH, sources))) as events:
        begun = [(await anext(events)) for _ in range(4)]
    assert "".join(event.text for event in begun if isinstance(event, TextDelta)) == "This is what your"


async def test_markers_of_small_models_are_put_right(
    inline: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    scripted.script("markers")
    heard = await hear(inline, Prompt(ENGLISH, sources))
    assert heard.text.endswith("a day. [2][2][99] [2] [99]")
    assert heard.cited == [Cited(2, 1, 2)] * 3


async def test_brackets_of_a_source_are_no_citations(native: AnthropicGenerator) -> None:
    wiki = Source(1, "Wiki", None, ("The moon [2] is far away [1].",), 0, 1)
    heard = await hear(native, Prompt("How far is the moon?", (wiki,)))
    assert heard.text.endswith("The moon \\[2\\] is far away \\[1\\].[1]")


async def test_what_the_model_thinks_is_not_shown(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    scripted.script("thinking")
    assert "Hmm" not in (await hear(native, Prompt(ENGLISH, sources))).text


async def test_a_server_that_drops_the_sources_is_not_noticed_so_it_gets_them_in_the_text(
    settings: LazySettings, sources: tuple[Source, ...]
) -> None:
    with running_server(drops_blocks=True) as local:
        settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = local.url, ""
        for citations, cited in (("native", []), ("auto", [Cited(2, 1, 2)])):
            settings.ANSWER_CITATIONS = citations
            generator = AnthropicGenerator()
            heard = await hear(generator, Prompt(ENGLISH, sources))
            await generator.close()
            assert heard.cited == cited
            assert heard.finished is not None


async def test_anthropic_is_asked_in_its_newest_version_with_little_effort_and_no_temperature(
    native: AnthropicGenerator, scripted: ScriptedServer, settings: LazySettings, sources: tuple[Source, ...]
) -> None:
    settings.ANSWER_MAX_TOKENS = 777
    await hear(native, Prompt(ENGLISH, sources))
    [request] = scripted.requests
    assert request.headers["anthropic-version"] == "2026-10-21"
    assert request.headers["authorization"] == "Bearer sk-a-key-nobody-may-see"
    assert request.body["output_config"] == {"effort": "low"}
    assert request.body["max_tokens"] == 777
    assert request.body["stream"] is True
    assert set(request.body) == {"model", "max_tokens", "system", "messages", "stream", "output_config"}


async def test_anthropic_told_to_answer_inline_gets_no_temperature_either(
    native: AnthropicGenerator, scripted: ScriptedServer, settings: LazySettings, sources: tuple[Source, ...]
) -> None:
    settings.ANSWER_CITATIONS = "inline"
    generator = AnthropicGenerator()
    scripted.script("no-effort", times=2)
    heard = await hear(generator, Prompt(ENGLISH, sources))
    await generator.close()
    assert heard.cited == [Cited(2, 1, 2)]
    assert ["temperature" in request.body for request in scripted.requests] == [False, False]


async def test_other_servers_are_asked_in_the_version_before_with_a_low_temperature(
    inline: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    await hear(inline, Prompt(ENGLISH, sources))
    [request] = scripted.requests
    assert request.headers["anthropic-version"] == "2023-06-01"
    assert request.body["temperature"] == 0.2
    assert set(request.body) == {"model", "max_tokens", "system", "messages", "stream", "temperature"}


async def test_a_server_without_a_key_gets_a_placeholder_and_never_one_found_elsewhere(
    scripted: ScriptedServer, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, sources: tuple[Source, ...]
) -> None:
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "another-secret")
    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = f"{scripted.url}/v1/", ""
    generator = AnthropicGenerator()
    heard = await hear(generator, Prompt(ENGLISH, sources))
    await generator.close()
    assert heard.finished is not None
    assert scripted.requests[0].headers["authorization"] == "Bearer no-key"
    assert "another-secret" not in str(scripted.requests[0])


async def test_an_older_model_is_asked_again_without_effort_and_from_then_on(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    scripted.script("no-effort", times=3)
    for _ in range(2):
        assert (await hear(native, Prompt(ENGLISH, sources))).finished is not None
    assert ["output_config" in request.body for request in scripted.requests] == [True, False, False]


async def test_earlier_turns_go_along_as_plain_text(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    history = (Turn("Who may borrow?", "Members may [1]."), Turn("And children?", "With a card [2][3]."))
    heard = await hear(native, Prompt(ENGLISH, sources, history))
    assert heard.finished is not None
    earlier = scripted.requests[0].body["messages"][:-1]
    assert [message["content"] for message in earlier] == [
        "Who may borrow?",
        "Members may.",
        "And children?",
        "With a card.",
    ]


async def test_the_same_sources_make_the_same_beginning_which_a_server_can_reuse(
    inline: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    for question in (CHINESE, ENGLISH):
        await hear(inline, Prompt(question, sources))
    await hear(inline, Prompt(ENGLISH, sources[:2]))
    one, same, other = (request.body["messages"][0]["content"].split("Question:")[0] for request in scripted.requests)
    assert one == same
    assert one[:150] != other[:150]


async def test_leaving_early_stops_the_server(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    scripted.script("long", delay=0.05)
    async with aclosing(native.stream(Prompt(ENGLISH, sources))) as events:
        await anext(events)
    assert await asyncio.to_thread(scripted.wait_until_left)


async def test_cancelling_stops_a_server_that_has_not_said_a_word(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    scripted.script("silent")
    task = asyncio.create_task(hear(native, Prompt(ENGLISH, sources)))
    assert await asyncio.to_thread(scripted.wait_until_asked)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(scripted.wait_until_left)


async def test_an_answer_heard_to_its_end_is_no_early_leaving(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    for _ in range(3):
        await hear(native, Prompt(ENGLISH, sources))
    assert scripted.disconnects == 0


async def test_many_answers_at_once_do_not_mix(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    scripted.delay = 0.01
    facts = [Source(1, "Facts", None, (f"Shelf {n} holds {n * 7} books.",), 0, 1) for n in range(20)]
    heard = await asyncio.gather(*(hear(native, Prompt("How many books?", (fact,))) for fact in facts))
    assert [f"Shelf {n} holds {n * 7} books.[1]" in one.text for n, one in enumerate(heard)] == [True] * 20


def test_one_generator_serves_one_event_loop_after_the_other(
    scripted: ScriptedServer, settings: LazySettings, sources: tuple[Source, ...]
) -> None:
    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = scripted.url, "key"
    generator = AnthropicGenerator()

    async def ask() -> bool:
        heard = await hear(generator, Prompt(ENGLISH, sources))
        await generator.close()
        return heard.finished is not None

    assert [asyncio.run(ask()) for _ in range(3)] == [True] * 3


def test_a_loop_that_ends_closes_what_it_had_open(
    scripted: ScriptedServer, settings: LazySettings, sources: tuple[Source, ...], caplog: pytest.LogCaptureFixture
) -> None:
    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = scripted.url, "key"
    generator = AnthropicGenerator()
    assert asyncio.run(hear(generator, Prompt(ENGLISH, sources))).finished is not None
    del generator
    gc.collect()
    assert "Unclosed" not in caplog.text


async def test_a_name_and_a_password_in_the_address_are_sent_as_such(
    scripted: ScriptedServer, settings: LazySettings, sources: tuple[Source, ...]
) -> None:
    settings.ANTHROPIC_BASE_URL = scripted.url.replace("//", "//me:s%20ecret@")
    settings.ANTHROPIC_API_KEY = "key"
    generator = AnthropicGenerator()
    heard = await hear(generator, Prompt(ENGLISH, sources))
    await generator.close()
    assert heard.finished is not None
    [request] = scripted.requests
    assert request.headers["authorization"] == f"Basic {b64encode(b'me:s ecret').decode()}"


async def test_the_prompt_holds_the_given_and_the_rules_and_nothing_else(
    native: AnthropicGenerator, inline: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    for generator in (native, inline):
        await hear(generator, Prompt(ENGLISH, sources[:1]))
    for request in scripted.requests:
        words = json.dumps(request.body["messages"], ensure_ascii=False)
        assert "十冊" in words
        assert "dollars" not in words
        assert "Mondays" not in words
        assert request.question == ENGLISH
