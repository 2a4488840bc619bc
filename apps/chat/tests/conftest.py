"""A small library that is really indexed, a model that does what it is told, and browsers that ask."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from django.conf import LazySettings
from django.test import AsyncClient

from apps.accounts.models import User
from apps.ai import generators
from apps.ai.tests.scripted_server import ScriptedServer, running_server
from apps.chat import live
from apps.chat.models import Message
from apps.core.threads import in_database
from apps.indexing.working import work_one
from apps.library.models import Document
from apps.library.writing import save_article

BREAD = """# Bread, week by week

## Salt

Salt slows the yeast down and makes the gluten stronger. Two percent of the flour's weight is the usual amount of salt.

## Baking

Bake the loaf at 230 degrees for twenty minutes with steam. The loaf is done when it sounds hollow.
"""
LEASE = """# 租約筆記

## 修繕責任

房屋的結構與管線由出租人負責修繕。承租人發現漏水時，應在三日內以書面通知出租人。

## 押金

押金不得超過兩個月的租金。租約終止後，出租人應在十五日內返還押金。
"""
SALT = "How much salt goes into bread?"
LEAK = "承租人發現漏水時要在幾日內通知出租人？"


@pytest.fixture(autouse=True)
def fresh_generator(settings: LazySettings) -> Iterator[None]:
    """Each test begins with quotations, and with a generator of its own."""
    settings.GENERATOR = "apps.ai.generators.quotations.QuotationsGenerator"
    generators.generator.cache_clear()
    yield
    generators.generator.cache_clear()


@pytest.fixture
def model(settings: LazySettings) -> Iterator[ScriptedServer]:
    """Answers are written by a scripted server from here on."""
    with running_server() as server:
        settings.GENERATOR = "apps.ai.generators.anthropic.AnthropicGenerator"
        settings.ANTHROPIC_BASE_URL = server.url
        generators.generator.cache_clear()
        yield server


def add(user: User, title: str, text: str) -> Document:
    """An article in the user's library, indexed as a worker does."""
    document = save_article(user, title, text)
    while work_one():
        pass
    document.refresh_from_db()
    return document


@pytest.fixture
def library(owner: User) -> list[Document]:
    """An article on bread in English, and one on leases in Chinese."""
    return [add(owner, "Bread, week by week", BREAD), add(owner, "租約筆記", LEASE)]


@pytest.fixture
async def page(owner: User) -> AsyncClient:
    """The owner's browser, on the test's own loop as on a server's."""
    client = AsyncClient()
    await client.aforce_login(owner)
    return client


Ask = Callable[..., Awaitable[Message]]


@pytest.fixture
def asked(page: AsyncClient, owner: User) -> Ask:
    """Asks as the page does, and returns the answer as soon as it is claimed."""

    async def ask(question: str, conversation: int | None = None) -> Message:
        url = f"/conversations/{conversation}/ask/" if conversation else "/ask/"
        response = await page.post(url, {"question": question})
        assert response.status_code == 302, response.content.decode()
        return await in_database(_last_answer, owner)

    return ask


def _last_answer(user: User) -> Message:
    return Message.objects.visible_to(user).answers().select_related("conversation", "owner").latest("pk")


async def written(answer: Message) -> Message:
    """The answer once it has ended."""
    async for progress in live.follow(answer):
        if progress and progress.ended:
            break
    await asyncio.sleep(0)
    return await in_database(Message.objects.select_related("conversation", "owner").get, pk=answer.pk)
