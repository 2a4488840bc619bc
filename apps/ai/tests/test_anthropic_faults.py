"""Everything that can go wrong with a model's server, really happening, and what the reader is told of it."""

from __future__ import annotations

import logging
import socket
import traceback

import pytest
from django.conf import LazySettings
from pytest_socket import SocketConnectBlockedError

from apps.ai.generators import Fault, Prompt, Source
from apps.ai.generators.anthropic import AnthropicGenerator
from apps.ai.generators.faults import address, retry_after
from apps.ai.tests.conftest import KEY
from apps.ai.tests.hearing import Heard, hear
from apps.ai.tests.scripted_server import ScriptedServer, running_server

QUESTION = "How much does a late book cost?"
BEGUN = "This is what"


async def ask(generator: AnthropicGenerator, sources: tuple[Source, ...]) -> Heard:
    return await hear(generator, Prompt(QUESTION, sources))


@pytest.mark.parametrize(
    ("scenario", "fault"),
    [
        ("400", Fault.REQUEST_REFUSED),
        ("401", Fault.KEY_REFUSED),
        ("403", Fault.KEY_REFUSED),
        ("404", Fault.MODEL_UNKNOWN),
    ],
)
async def test_a_refusal_that_will_not_change_is_told_at_once(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...], scenario: str, fault: Fault
) -> None:
    scripted.script(scenario)
    heard = await ask(native, sources)
    assert heard.fault is not None
    assert heard.fault.fault == fault
    assert scenario in heard.fault.detail
    assert "req_scripted" in heard.fault.detail
    assert (heard.events, len(scripted.requests)) == ((), 1)


@pytest.mark.parametrize(
    ("scenario", "fault"), [("429", Fault.RATE_LIMITED), ("500", Fault.SERVER_ERROR), ("529", Fault.OVERLOADED)]
)
async def test_what_may_pass_is_tried_three_times(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...], scenario: str, fault: Fault
) -> None:
    scripted.script(scenario, times=2)
    assert (await ask(native, sources)).fault is None
    scripted.script(scenario, times=3)
    heard = await ask(native, sources)
    assert heard.fault is not None
    assert heard.fault.fault == fault
    assert len(scripted.requests) == 6


async def test_a_server_that_wants_a_long_pause_is_not_waited_for(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    scripted.script("429", retry_after=3600)
    heard = await ask(native, sources)
    assert heard.fault is not None
    assert (heard.fault.fault, heard.fault.retry_after) == (Fault.RATE_LIMITED, 3600)
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("scenario", ["too-long", "prompt-is-too-long"])
async def test_a_prompt_that_is_too_long_is_sent_once_more_with_the_better_sources(
    inline: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...], scenario: str
) -> None:
    scripted.script(scenario)
    heard = await ask(inline, sources)
    assert heard.fault is None
    first, second = scripted.requests
    assert "規章" in second.words
    assert "Mondays" in first.words
    assert "Mondays" not in second.words


async def test_a_prompt_that_stays_too_long_is_given_up(settings: LazySettings, sources: tuple[Source, ...]) -> None:
    with running_server(most_sources=0) as small:
        settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = small.url, KEY
        generator = AnthropicGenerator()
        heard = await ask(generator, sources)
        await generator.close()
        assert heard.fault is not None
        assert heard.fault.fault == Fault.TOO_LONG
        assert len(small.requests) == 2


async def test_a_server_that_is_not_there_is_named(settings: LazySettings, sources: tuple[Source, ...]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = f"http://me:secret@127.0.0.1:{port}", KEY
    heard = await ask(AnthropicGenerator(), sources)
    assert heard.fault is not None
    assert heard.fault.fault == Fault.UNREACHABLE
    assert heard.fault.detail == f"ConnectError at http://127.0.0.1:{port}"


@pytest.mark.parametrize("server", ["http://[", "http://", "http://127.0.0.1:999999", "gopher://127.0.0.1"])
async def test_an_address_that_is_none_is_unreachable(
    settings: LazySettings, sources: tuple[Source, ...], server: str
) -> None:
    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = server, KEY
    heard = await ask(AnthropicGenerator(), sources)
    assert heard.fault is not None
    assert heard.fault.fault == Fault.UNREACHABLE


@pytest.mark.parametrize(
    ("scenario", "fault"),
    [
        ("cut", Fault.CUT),
        ("cut-clean", Fault.CUT),
        ("silent-after", Fault.SILENT),
        ("error-event", Fault.OVERLOADED),
        ("refusal", Fault.REFUSAL),
        ("max-tokens", Fault.CUT_SHORT),
    ],
)
async def test_what_was_written_before_it_broke_off_is_kept(
    native: AnthropicGenerator,
    inline: AnthropicGenerator,
    scripted: ScriptedServer,
    sources: tuple[Source, ...],
    scenario: str,
    fault: Fault,
) -> None:
    for generator in (native, inline):
        scripted.script(scenario)
        heard = await ask(generator, sources)
        assert heard.text == BEGUN
        assert heard.fault is not None
        assert heard.fault.fault == fault
        assert heard.fault.input_tokens > 0
        assert heard.finished is None


async def test_text_held_back_is_given_out_when_it_breaks_off(
    scripted: ScriptedServer, native: AnthropicGenerator
) -> None:
    scripted.script("cut", after=7)
    odd = Source(1, "Odd", None, ("late [1 is a strange sentence about books",), 0, 1)
    heard = await ask(native, (odd,))
    assert heard.text == "This is what your library says:\n\n- late [1"[: len(heard.text)]
    assert heard.fault is not None


async def test_silence_before_the_first_word_is_not_tried_again(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    scripted.script("silent")
    heard = await ask(native, sources)
    assert heard.fault is not None
    assert heard.fault.fault == Fault.SILENT
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("scenario", ["empty", "html"])
async def test_a_reply_without_an_answer_is_the_server_s_error(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...], scenario: str
) -> None:
    scripted.script(scenario)
    heard = await ask(native, sources)
    assert heard.fault is not None
    assert heard.fault.fault == Fault.SERVER_ERROR


async def test_the_reason_of_a_refusal_is_noted(
    native: AnthropicGenerator, scripted: ScriptedServer, sources: tuple[Source, ...]
) -> None:
    scripted.script("refusal")
    heard = await ask(native, sources)
    assert heard.fault is not None
    assert heard.fault.detail == "refusal: general_harms"


async def test_a_key_that_cannot_be_sent_is_refused_without_being_told(
    scripted: ScriptedServer, settings: LazySettings, sources: tuple[Source, ...]
) -> None:
    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = scripted.url, "sk-\nsecret"
    heard = await ask(AnthropicGenerator(), sources)
    assert heard.fault is not None
    assert heard.fault.fault == Fault.KEY_REFUSED
    assert "secret" not in heard.fault.detail


@pytest.mark.parametrize("scenario", ["400", "401", "429", "529", "error-event", "cut", "silent", "html", "too-long"])
async def test_no_key_and_no_text_gets_into_logs_or_exceptions(
    native: AnthropicGenerator,
    scripted: ScriptedServer,
    sources: tuple[Source, ...],
    scenario: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    scripted.script(scenario, times=3)
    heard = await ask(native, sources)
    assert heard.fault is not None
    assert heard.fault.__cause__ is None
    assert heard.fault.__context__ is None
    told = "".join(traceback.format_exception(heard.fault)) + caplog.text + repr(vars(heard.fault))
    for secret in (KEY, QUESTION, *sources[0].sentences):
        assert secret not in told


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-4"}, None),
    ],
)
def test_the_pause_a_server_asks_for_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_an_address_is_told_without_its_password() -> None:
    assert address("https://me:secret@host:1/path") == "https://host:1/path"
    assert address("http://127.0.0.1:8080") == "http://127.0.0.1:8080"


def test_the_tests_themselves_reach_no_other_machine() -> None:
    with pytest.warns(UserWarning, match="192.0.2.1"), pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
