"""Following up by hand: how a follow-up was understood is shown, put right, and where to go on is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.e2e.conftest import RESULTS, Site, sign_in
from apps.e2e.test_asking import PRUNING, answered, at_home, box
from apps.e2e.test_story import ANSWERED

FOLLOW_UP = "And how much of them is taken away?"
STANDS = "How much of the old wood of apple trees is taken away?"
MEANT = "When are the apples of the orchard picked?"


@pytest.fixture
def fresh(model: Any) -> Iterator[Any]:
    """The scripted server with nothing waiting."""
    model.forget()
    yield model
    model.forget()


def followed_up(page: Page) -> None:
    box(page).fill(PRUNING)
    page.locator("[data-send]").click()
    answered(page)
    box(page).fill(FOLLOW_UP)
    page.locator("[data-send]").click()
    answered(page, turns=2)


def test_a_follow_up_is_understood_shown_and_put_right(
    site_with_model: Site, new_page: Callable[..., Page], fresh: Any
) -> None:
    page = at_home(new_page(), site_with_model)
    fresh.rewrite(STANDS)
    followed_up(page)
    last = page.locator(".turn").last
    expect(last.locator(".looked-for summary")).to_contain_text(f"Looked for: “{STANDS}”")
    expect(page.locator(".turn").first.locator(".looked-for")).to_have_count(0)
    last.get_by_text("Correct", exact=True).click()
    last.locator("[name=looked_for]").fill(MEANT)
    last.get_by_role("button", name="Look for this").click()
    expect(last.locator(".looked-for summary")).to_contain_text(MEANT, timeout=ANSWERED)
    answered(page, turns=2)
    expect(last.locator(".answer")).to_contain_text("October")
    expect(last.locator(".asked")).to_have_text(FOLLOW_UP)
    assert len(fresh.rewritings) == 1


def test_it_is_put_right_while_the_answer_is_still_written(
    site_with_model: Site, new_page: Callable[..., Page], fresh: Any
) -> None:
    page = at_home(new_page(), site_with_model)
    fresh.rewrite(STANDS)
    box(page).fill(PRUNING)
    box(page).press("Enter")
    answered(page)
    fresh.script("silent-after")
    box(page).fill(FOLLOW_UP)
    box(page).press("Enter")
    last = page.locator(".turn").last
    last.get_by_text("Correct", exact=True).click(timeout=ANSWERED)
    last.locator("[name=looked_for]").fill(MEANT)
    last.get_by_role("button", name="Look for this").click()
    answered(page, turns=2)
    expect(page.locator(".turn").last.locator(".answer")).to_contain_text("October", timeout=ANSWERED)


def test_a_next_question_goes_into_the_box(site_with_model: Site, new_page: Callable[..., Page], fresh: Any) -> None:
    page = at_home(new_page(), site_with_model)
    box(page).fill(PRUNING)
    box(page).press("Enter")
    answered(page)
    link = page.locator(".next-questions a", has_text="Harvest")
    words = link.inner_text()
    link.click()
    expect(box(page)).to_have_value(words)
    expect(box(page)).to_be_focused()
    box(page).press("Enter")
    answered(page, turns=2)
    expect(page.locator(".turn").first.locator(".next-questions")).to_be_hidden()


def test_all_of_it_works_without_javascript(site_with_model: Site, new_page: Callable[..., Page], fresh: Any) -> None:
    at_home(new_page(), site_with_model)
    page = sign_in(new_page(java_script_enabled=False), site_with_model)
    fresh.rewrite(STANDS)
    for question in (PRUNING, FOLLOW_UP):
        box(page).fill(question)
        page.locator("[data-send]").click()
        ended(page)
    last = page.locator(".turn").last
    last.get_by_text("Correct", exact=True).click()
    last.locator("[name=looked_for]").fill(MEANT)
    last.get_by_role("button", name="Look for this").click()
    ended(page)
    expect(page.locator(".turn").last.locator(".looked-for summary")).to_contain_text(MEANT)
    link = page.locator(".next-questions a").first
    words = link.inner_text()
    link.click()
    expect(box(page)).to_have_value(words)


def ended(page: Page) -> None:
    """Looks again until the last answer is complete, and goes back to the conversation."""
    page.wait_for_url("**/conversations/*/**")
    look = page.get_by_role("link", name="Look again")
    if look.count():
        look.click()
        expect(page.locator(".tools")).to_be_visible(timeout=ANSWERED)
        page.get_by_role("link", name="The whole conversation").click()
        page.wait_for_url("**/conversations/*/**")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("light", {}),
        ("dark", {"color_scheme": "dark"}),
        ("narrow", {"viewport": {"width": 360, "height": 740}, "has_touch": True}),
        ("chinese", {"locale": "zh-TW"}),
    ],
)
def test_it_looks_well(
    site_with_model: Site, new_page: Callable[..., Page], fresh: Any, name: str, options: dict[str, Any]
) -> None:
    page = at_home(new_page(**options), site_with_model)
    fresh.rewrite(STANDS)
    followed_up(page)
    page.locator(".turn").last.locator(".looked-for summary").click()
    expect(page.locator(".turn").last.locator("[name=looked_for]")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / f"following-up-{name}.png", full_page=True)
