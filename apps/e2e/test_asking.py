"""Asking by hand: keys and input methods, sources beside the answer, follow-ups, and no script at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from apps.e2e.conftest import Site, Watcher, sign_in
from apps.e2e.test_story import ANSWERED

ARTICLE = """# The orchard

## Pruning

Apple trees are pruned in late winter, before the buds swell. A third of the old wood is taken away each year.

## Harvest

The pears are picked at the end of August. The apples of the orchard are picked in October, one after the other.
"""
PRUNING = "When are apple trees pruned in the orchard?"
HARVEST = "When are the apples of the orchard picked?"
# Seconds between two pieces of a slow answer: something can be done before it ends, after four seconds or so.
UNHURRIED = 0.12


@pytest.fixture
def page(site_with_model: Site, new_page: Callable[..., Page]) -> Page:
    """A reader with one article, on the home page."""
    return at_home(new_page(), site_with_model)


def at_home(page: Page, site: Site) -> Page:
    sign_in(page, site)
    if not site.rows("SELECT 1 FROM library_document WHERE title = 'The orchard'"):
        page.goto(f"{site.url}/library/write/")
        page.locator("textarea[name=text]").fill(ARTICLE)
        page.locator("#editor button.first").click()
        page.wait_for_url("**/library/*/")
    page.goto(site.url)
    return page


def box(page: Page) -> Any:
    return page.locator("textarea[name=question]")


def answered(page: Page, turns: int = 1) -> None:
    expect(page.locator(".turn .tools")).to_have_count(turns, timeout=ANSWERED)


def test_enter_sends_and_shift_enter_makes_a_line(page: Page) -> None:
    box(page).fill(PRUNING)
    box(page).press("Shift+Enter")
    box(page).press_sequentially("And why then?")
    expect(box(page)).to_have_value(f"{PRUNING}\nAnd why then?")
    box(page).press("Enter")
    page.wait_for_url("**/conversations/*/")
    expect(page.locator("h1")).to_have_text(f"{PRUNING}\nAnd why then?", use_inner_text=True)
    answered(page)


@pytest.mark.parametrize("event", [{"isComposing": True}, {"keyCode": 229}], ids=["composing", "key 229"])
def test_enter_belongs_to_the_input_method_while_it_composes(page: Page, event: dict[str, Any]) -> None:
    home = page.url
    box(page).fill("蘋果樹")
    box(page).dispatch_event("keydown", {"key": "Enter", "bubbles": True, "cancelable": True, **event})
    expect(box(page)).to_have_value("蘋果樹")
    assert page.url == home


def test_an_empty_box_sends_nothing(page: Page) -> None:
    home = page.url
    box(page).press("Enter")
    box(page).fill("   ")
    box(page).press("Enter")
    assert page.url == home


def test_a_marker_opens_its_source_and_the_place_is_kept(page: Page) -> None:
    box(page).fill(PRUNING)
    box(page).press("Enter")
    answered(page)
    page.set_viewport_size({"width": 1440, "height": 500})
    page.evaluate("() => scrollTo(0, 80)")
    cite = page.locator(".answer a.cite").first
    before = cite.bounding_box()
    cite.click()
    opened = page.locator(f"{cite.get_attribute('href')}")
    expect(opened).to_be_visible()
    expect(opened.locator("mark")).to_be_visible()
    expect(cite).to_have_attribute("aria-current", "true")
    assert cite.bounding_box() == before
    opened.locator("footer a").click()
    expect(page.locator("main mark").first).to_be_visible()
    page.go_back()
    expect(page.locator(f"{cite.get_attribute('href')}")).to_be_visible()


def test_a_source_opened_while_the_answer_grows_stays_open(page: Page, model: Any) -> None:
    model.script("slow", delay=UNHURRIED)
    box(page).fill(PRUNING)
    box(page).press("Enter")
    page.locator(".sources .card").nth(1).locator("summary").click(timeout=ANSWERED)
    leaf = page.locator(".sources .card[open] .leaf").get_attribute("id")
    expect(page.locator(".answer[aria-busy=true]")).to_have_count(1)
    answered(page)
    expect(page.locator(f"#{leaf}")).to_be_visible()


def test_a_source_opened_before_the_stream_is_joined_again_stays_open(page: Page, model: Any) -> None:
    model.script("slow", delay=UNHURRIED)
    box(page).fill(PRUNING)
    box(page).press("Enter")
    expect(page.locator(".sources .card")).to_have_count(2, timeout=ANSWERED)
    held: list[Route] = []
    # Playwright marks its handlers, which a built-in method does not allow.
    page.route("**/stream/", lambda route: held.append(route))  # noqa: PLW0108
    with page.expect_request("**/stream/"):
        page.reload()
    page.locator(".sources .card").nth(1).locator("summary").click()
    leaf = page.locator(".sources .card[open] .leaf").get_attribute("id")
    named = page.locator(".sources .card[open] summary")
    card = named.element_handle()
    held[0].continue_()
    expect(page.locator(".answer[aria-busy=true]")).to_contain_text("buds", timeout=ANSWERED)
    # What stands there is still the same, not another like it.
    assert card.evaluate("summary => summary === document.activeElement")
    answered(page)
    expect(page.locator(f"#{leaf}")).to_be_visible()
    expect(named).to_be_focused()


def test_a_follow_up_is_one_more_turn_on_the_same_page(page: Page) -> None:
    box(page).fill(PRUNING)
    box(page).press("Enter")
    answered(page)
    page.evaluate("() => { window.stillHere = true; }")
    box(page).fill(HARVEST)
    box(page).press("Enter")
    answered(page, turns=2)
    expect(page.locator(".turn").last).to_contain_text("October")
    expect(box(page)).to_have_value("")
    assert page.evaluate("() => window.stillHere")


def test_a_second_question_waits_for_the_first_answer(page: Page, model: Any, watcher: Watcher) -> None:
    model.script("slow", delay=UNHURRIED)
    box(page).fill(PRUNING)
    box(page).press("Enter")
    expect(page.locator(".answer[aria-busy=true]")).to_be_visible(timeout=ANSWERED)
    box(page).fill(HARVEST)
    box(page).press("Enter")
    expect(page.locator("#refusal")).to_contain_text("still being written")
    expect(box(page)).to_have_value(HARVEST)
    answered(page)
    # The browser itself notes every answer that is not 200.
    watcher.trouble = [trouble for trouble in watcher.trouble if "422" not in trouble]


def test_an_answer_is_copied_with_its_sources(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    box(page).fill(PRUNING)
    box(page).press("Enter")
    answered(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".toast")).to_contain_text("Copied")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert "late winter" in copied
    assert "[1] The orchard: “" in copied


def test_on_a_phone_the_source_is_below_the_answer(site_with_model: Site, new_page: Callable[..., Page]) -> None:
    page = at_home(new_page(viewport={"width": 360, "height": 740}, has_touch=True), site_with_model)
    box(page).fill(PRUNING)
    page.locator("[data-send]").click()
    answered(page)
    page.locator(".answer a.cite").first.click()
    expect(page.locator(".card[open] mark").first).to_be_in_viewport()
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360


def test_everything_but_the_streaming_works_without_javascript(
    site_with_model: Site, new_page: Callable[..., Page], model: Any
) -> None:
    at_home(new_page(), site_with_model)
    page = sign_in(new_page(java_script_enabled=False), site_with_model)
    model.script("slow", delay=UNHURRIED)
    box(page).fill(PRUNING)
    page.locator("[data-send]").click()
    page.wait_for_url("**/conversations/*/")
    page.get_by_role("link", name="Look again").click()
    page.wait_for_url("**/answers/*/")
    # It looks again by itself.
    expect(page.locator(".tools")).to_be_visible(timeout=ANSWERED)
    page.locator(".answer a.cite").first.click()
    expect(page.locator(".card[open] mark").first).to_be_visible()
    page.get_by_role("link", name="The whole conversation").click()
    box(page).fill(HARVEST)
    page.locator("[data-send]").click()
    expect(page.locator(".turn")).to_have_count(2)
