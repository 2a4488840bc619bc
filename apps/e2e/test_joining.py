"""An answer that is being written can be left and joined again; the model is asked once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from apps.e2e.conftest import Site, Watcher, beside, sign_in
from apps.e2e.test_story import ANSWERED, picture
from apps.e2e.wire import wire
from config.tests.conftest import until

ARTICLE = """# The harbour

The harbour master keeps the ledger of arrivals. Every ship pays two shillings at the northern quay.
The lamps are lit at dusk by the lamplighter of the harbour. In winter the quay is closed to sailing ships.
The ledger of arrivals is kept in the old customs house.
"""
# What the browser and htmx say of a connection that breaks, or finds nobody.
OF_A_BROKEN_CONNECTION = ("net::ERR_", "[object Event]")
QUESTION = "What does the harbour master keep, and what does every ship pay?"


def _slowly_answered(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/library/write/")
    page.locator("textarea[name=text]").fill(ARTICLE)
    page.locator("#editor button.first").click()
    page.wait_for_url("**/library/*/")
    page.goto(site.url)
    page.locator("textarea[name=question]").fill(QUESTION)
    page.locator("textarea[name=question]").press("Enter")
    page.wait_for_url("**/conversations/*/")


def test_a_reload_in_the_middle_shows_what_was_written_and_goes_on(
    site_with_model: Site, model: Any, new_page: Callable[..., Page]
) -> None:
    page = sign_in(new_page(), site_with_model)
    model.script("slow")
    before = len(model.requests)
    _slowly_answered(site_with_model, page)
    growing = page.locator(".turn .answer[aria-busy=true]")
    expect(growing).to_contain_text("ship", timeout=ANSWERED)
    written = growing.inner_text()[:12]
    page.reload()
    expect(page.locator(".turn .answer")).to_contain_text(written)
    expect(page.locator(".turn .answer[aria-busy=true]")).to_be_visible()
    picture(page, "joining-1-after-reload")
    expect(page.locator(".turn [aria-busy=true]")).to_have_count(0, timeout=60_000)
    expect(page.locator(".turn .answer a.cite").first).to_be_visible()
    assert len(model.requests) == before + 1
    picture(page, "joining-2-done")


def test_stop_keeps_what_was_written_and_ends_the_request(
    site_with_model: Site, model: Any, new_page: Callable[..., Page]
) -> None:
    page = sign_in(new_page(), site_with_model)
    model.script("slow")
    _slowly_answered(site_with_model, page)
    expect(page.locator(".turn .answer[aria-busy=true]")).to_contain_text("ship", timeout=ANSWERED)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".turn [aria-busy=true]")).to_have_count(0)
    expect(page.locator(".turn .answer")).to_contain_text("ship")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    picture(page, "stopped")


def test_a_fault_of_the_model_is_told_and_trying_again_works(
    site_with_model: Site, model: Any, new_page: Callable[..., Page]
) -> None:
    page = sign_in(new_page(), site_with_model)
    model.script("cut")
    _slowly_answered(site_with_model, page)
    expect(page.locator(".turn .notice")).to_be_visible(timeout=ANSWERED)
    picture(page, "fault")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".turn .answer a.cite").first).to_be_visible(timeout=ANSWERED)
    expect(page.locator(".turn .notice")).to_have_count(0)


def test_two_tabs_show_the_same_answer_and_the_model_is_asked_once(
    site_with_model: Site, model: Any, new_page: Callable[..., Page]
) -> None:
    page = sign_in(new_page(), site_with_model)
    model.script("slow")
    before = len(model.requests)
    _slowly_answered(site_with_model, page)
    expect(page.locator(".turn .answer[aria-busy=true]")).to_contain_text("ship", timeout=ANSWERED)
    second = page.context.new_page()
    second.goto(page.url)
    expect(second.locator(".turn .answer[aria-busy=true]")).to_contain_text("ship")
    picture(second, "joining-3-second-tab")
    for tab in (page, second):
        expect(tab.locator(".turn .tools")).to_be_visible(timeout=60_000)
    assert page.locator(".turn .answer").inner_text() == second.locator(".turn .answer").inner_text()
    assert len(model.requests) == before + 1


def test_a_reader_who_was_cut_off_joins_again_where_the_answer_stands(
    site_with_model: Site, model: Any, new_page: Callable[..., Page], watcher: Watcher
) -> None:
    watcher.expected = OF_A_BROKEN_CONNECTION
    with wire(site_with_model.port) as wired:
        page = sign_in(new_page(), site_with_model)
        model.script("slow")
        before = len(model.requests)
        _slowly_answered(site_with_model, page)
        page.goto(page.url.replace(site_with_model.url, wired.url))
        expect(page.locator(".turn .answer[aria-busy=true]")).to_contain_text("ship", timeout=ANSWERED)
        with page.expect_request("**/stream/"):
            wired.cut()
        expect(page.locator(".turn .tools")).to_be_visible(timeout=60_000)
        expect(page.locator(".turn .notice")).to_have_count(0)
        assert len(model.requests) == before + 1


def test_a_killed_process_leaves_an_answer_that_says_so_and_can_be_tried_again(
    site_with_model: Site, model: Any, new_page: Callable[..., Page], watcher: Watcher
) -> None:
    watcher.expected = OF_A_BROKEN_CONNECTION
    with beside(site_with_model) as second:
        page = sign_in(new_page(), second)
        model.script("slow")
        before = len(model.requests)
        _slowly_answered(second, page)
        expect(page.locator(".turn .answer[aria-busy=true]")).to_contain_text("ship", timeout=ANSWERED)
        # What is written is kept every second.
        kept = "SELECT 1 FROM chat_message WHERE state = 'streaming' AND text LIKE '%%ship%%'"
        until(lambda: bool(second.rows(kept)), second.log.read_text)
        assert second.process
        second.process.kill()
        second.process.wait()
        second.start()
        # The page joins again by itself, and is told when the lease of the dead process has run out.
        expect(page.locator(".turn .notice")).to_contain_text("restarted while", timeout=60_000)
        expect(page.locator(".turn .answer")).to_contain_text("ship")
        picture(page, "killed")
        assert len(model.requests) == before + 1
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".turn .answer a.cite").first).to_be_visible(timeout=ANSWERED)
        expect(page.locator(".turn .tools")).to_be_visible(timeout=ANSWERED)
