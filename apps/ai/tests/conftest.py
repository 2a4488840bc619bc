"""A scripted model on this machine, generators that ask it, and a few sources to ask about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from django.conf import LazySettings

from apps.ai.generators import Source, anthropic
from apps.ai.generators.anthropic import AnthropicGenerator
from apps.ai.tests.scripted_server import ScriptedServer, running_server

KEY = "sk-a-key-nobody-may-see"

SOURCES = (
    Source(1, "圖書館規章", 3, ("會員每人每月可借書十冊。", "逾期每日罰款五元。", "遺失者照價賠償。"), 0, 0.9),
    Source(2, "Library rules", None, ("A member may borrow ten books.", "A late book costs 5 dollars a day."), 0, 0.8),
    Source(5, "Opening hours", 1, ("The library opens at nine.", "It is closed on Mondays."), 1, 0.6),
)


@pytest.fixture
def sources() -> tuple[Source, ...]:
    """Three passages, whose numbers leave a gap."""
    return SOURCES


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    """A server that does what the test tells it."""
    with running_server() as server:
        yield server


@pytest.fixture
async def inline(scripted: ScriptedServer, settings: LazySettings) -> AsyncIterator[AnthropicGenerator]:
    """A generator that takes the scripted server for one of the many that only speak the protocol."""
    settings.ANTHROPIC_BASE_URL = scripted.url
    settings.ANTHROPIC_API_KEY = KEY
    settings.ANSWER_CITATIONS = "auto"
    generator = AnthropicGenerator(silence=0.5)
    yield generator
    await generator.close()


@pytest.fixture
async def native(
    scripted: ScriptedServer, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[AnthropicGenerator]:
    """A generator that takes the scripted server for Anthropic's own."""
    monkeypatch.setattr(anthropic, "ANTHROPIC", scripted.url)
    settings.ANTHROPIC_BASE_URL = ""
    settings.ANTHROPIC_API_KEY = KEY
    settings.ANSWER_CITATIONS = "auto"
    generator = AnthropicGenerator(silence=0.5)
    yield generator
    await generator.close()
