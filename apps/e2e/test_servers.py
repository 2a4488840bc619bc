"""Answers from servers of two kinds: one that reads sources as blocks, and those that leave them out without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from apps.ai.tests.scripted_server import ScriptedServer, running_server
from apps.e2e.conftest import Site, beside
from apps.e2e.test_asking import HARVEST, answered, at_home, box
from apps.e2e.test_story import picture

SAID = "The apples of the orchard are picked in October, one after the other."


@pytest.fixture(scope="module")
def local() -> Iterator[ScriptedServer]:
    """A server that does with search results what llama.cpp, Ollama, vLLM and LM Studio do with them: nothing."""
    with running_server(drops_blocks=True) as server:
        yield server


def asked(page: Page, site: Site) -> Page:
    """The page of the answer to when apples are picked."""
    at_home(page, site)
    box(page).fill(HARVEST)
    box(page).press("Enter")
    answered(page)
    return page


def leads_to_its_sentence(page: Page) -> None:
    """The marker behind the sentence opens the card, and that the source, where the sentence is marked."""
    cite = page.locator(".answer a.cite").first
    cite.click()
    card = page.locator(f"{cite.get_attribute('href')}")
    expect(card.locator("mark")).to_have_text(SAID)
    card.locator("footer a").click()
    expect(page.locator("main mark").first).to_contain_text(SAID.split(",")[0])


def test_a_server_that_reads_blocks_cites_them(
    site_with_model: Site, model: ScriptedServer, new_page: Callable[..., Page]
) -> None:
    with beside(site_with_model, DOCUMIND_LLM_CITATIONS="native") as site:
        model.forget()
        page = asked(new_page(), site)
        [request] = model.requests
        kinds = [block["type"] for block in request.body["messages"][-1]["content"]]
        assert "search_result" in kinds
        expect(page.locator(".answer")).to_contain_text(SAID)
        picture(page, "server-with-blocks")
        leads_to_its_sentence(page)
        page.goto("about:blank")


def test_a_server_that_drops_blocks_gets_the_sources_in_the_text_and_is_checked_the_same(
    site_with_model: Site, local: ScriptedServer, new_page: Callable[..., Page]
) -> None:
    with beside(site_with_model, ANTHROPIC_BASE_URL=local.url) as site:
        local.forget()
        page = asked(new_page(), site)
        [request] = local.requests
        assert SAID in request.words
        assert "search_result" not in str(request.body["messages"][-1])
        picture(page, "server-that-drops-blocks")
        leads_to_its_sentence(page)
        page.goto("about:blank")


def test_a_server_wrongly_taken_for_one_that_reads_blocks_is_seen_to_cite_nothing(
    site_with_model: Site, local: ScriptedServer, new_page: Callable[..., Page]
) -> None:
    with beside(site_with_model, ANTHROPIC_BASE_URL=local.url, DOCUMIND_LLM_CITATIONS="native") as site:
        page = asked(new_page(), site)
        expect(page.locator(".answer")).to_contain_text("I was given no passages to answer from.")
        expect(page.locator(".answer a.cite")).to_have_count(0)
        # What was found is there to be read all the same.
        expect(page.locator(".sources .card").first).to_be_visible()
        picture(page, "server-wrongly-taken-for-another")
        page.goto("about:blank")
