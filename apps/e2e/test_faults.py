"""Nine ways in which a model's server fails its reader: each told in a sentence, each to be tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.ai.tests.scripted_server import running_server
from apps.e2e.conftest import Site, Watcher, beside, sign_in
from apps.e2e.test_asking import ARTICLE, HARVEST, box
from apps.e2e.test_story import ANSWERED, picture
from config.tests.conftest import free_port

# What the server does, how often (its client tries some of it again by itself), and what the reader is told.
FAULTS = {
    "401": (1, "en-GB", "refused the key"),
    "429": (1, "en-GB", "Try again in 2 minutes"),
    "529": (3, "zh-TW", "模型的伺服器正忙"),
    "500": (3, "en-GB", "an error of its own"),
    "silent": (1, "en-GB", "went silent"),
    "silent-after": (1, "zh-TW", "已寫的部分都留著"),
    "cut": (1, "en-GB", "broke off"),
    "refusal": (1, "en-GB", "declined to answer"),
}


@pytest.fixture(scope="module")
def impatient(site_with_model: Site) -> Iterator[Site]:
    """The site as one sees it that does not wait long for its model."""
    with beside(site_with_model, DOCUMIND_SILENCE_SECONDS="1", DOCUMIND_ANSWERS_AN_HOUR="0") as second:
        yield second


def asked(page: Page, site: Site) -> None:
    """Asks what one article answers."""
    if not site.rows("SELECT 1 FROM library_document WHERE title = 'The orchard'"):
        page.goto(f"{site.url}/library/write/")
        page.locator("textarea[name=text]").fill(ARTICLE)
        page.locator("#editor button.first").click()
        page.wait_for_url("**/library/*/")
    page.goto(site.url)
    box(page).fill(HARVEST)
    box(page).press("Enter")
    page.wait_for_url("**/conversations/*/")


def told(page: Page, words: str) -> None:
    expect(page.locator(".turn .notice")).to_contain_text(words, timeout=ANSWERED)


def tried_again(page: Page) -> None:
    """The button below the fault leads to a whole answer."""
    page.locator(".turn .tools form[action*=retry] button").click()
    expect(page.locator(".turn .answer a.cite").first).to_be_visible(timeout=ANSWERED)
    expect(page.locator(".turn .tools")).to_be_visible(timeout=ANSWERED)
    expect(page.locator(".turn .notice")).to_have_count(0)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_in_a_sentence_and_trying_again_leads_to_a_whole_answer(
    impatient: Site, model: Any, new_page: Callable[..., Page], name: str
) -> None:
    times, locale, words = FAULTS[name]
    page = sign_in(new_page(locale=locale), impatient)
    model.forget()
    model.script(name, times=times, retry_after=90 if name == "429" else None)
    asked(page, impatient)
    told(page, words)
    picture(page, f"fault-{name}")
    tried_again(page)


def test_a_server_that_is_not_there_is_told_and_found_when_it_comes_back(
    site_with_model: Site, new_page: Callable[..., Page], watcher: Watcher
) -> None:
    # Of this site, too, when it goes again with the page still open.
    watcher.expected = ("net::ERR_CONNECTION_REFUSED",)
    port = free_port()
    with beside(site_with_model, ANTHROPIC_BASE_URL=f"http://127.0.0.1:{port}") as alone:
        page = sign_in(new_page(), alone)
        asked(page, alone)
        told(page, "cannot be reached")
        picture(page, "fault-unreachable")
        with running_server(port):
            tried_again(page)
