"""What an answer says and its sources do not is marked, and said in words to pointer, keys, and without script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.e2e.conftest import Site, sign_in
from apps.e2e.test_story import ANSWERED, INDEXED, picture


@dataclass(frozen=True)
class Told:
    """An article, a question about it, and words of the answer: the wrong number, and what has no source."""

    name: str
    locale: str
    title: str
    text: str
    question: str
    number: str
    uncited: str


TOLD = [
    Told(
        "en",
        "en-GB",
        "The lighthouse",
        "# The lighthouse\n\n## The lamp\n\nThe lamp of the lighthouse shines 24 nautical miles over the sea. "
        "Its keeper climbs the stairs every evening and trims the wick before it is dark.\n",
        "How many nautical miles does the lamp of the lighthouse shine?",
        "94",
        "This is worth remembering.",
    ),
    Told(
        "zh",
        "zh-TW",
        "環島步道筆記",
        "# 環島步道筆記\n\n## 行程\n\n環島步道全長 14 公里，走完大約要花 6 個小時。"
        "每個人要帶兩公升的水，夏天還要帶帽子和防曬用品。\n",
        "環島步道全長多少公里？",
        "84",
        "這件事值得記住。",
    ),
]
SCREENS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True},
}


def answered(page: Page, site: Site, model: Any, told: Told) -> Page:
    """The page of an answer of which not everything is true."""
    if not site.rows("SELECT 1 FROM library_document WHERE title = %s", told.title):
        page.goto(f"{site.url}/library/write/")
        page.locator("textarea[name=text]").fill(told.text)
        page.locator("#editor button.first").click()
        page.wait_for_url("**/library/*/")
        page.goto(f"{site.url}/library/")
        row = page.locator(".rows li").filter(has=page.get_by_text(told.title, exact=True))
        expect(row).to_have_attribute("data-state", "ready", timeout=INDEXED)
    page.goto(site.url)
    model.script("unsound")
    page.locator("textarea[name=question]").fill(told.question)
    page.locator("[data-send]").click()
    page.wait_for_url("**/conversations/*/")
    expect(page.locator(".turn .tools")).to_be_visible(timeout=ANSWERED)
    return page


def words_of(sign: Locator) -> Locator:
    return sign.locator("span")


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.name)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_wrong_number_is_marked_and_what_is_right_is_left_in_peace(
    told: Told, screen: str, site_with_model: Site, model: Any, new_page: Callable[..., Page]
) -> None:
    page = sign_in(new_page(locale=told.locale, **SCREENS[screen]), site_with_model)
    answered(page, site_with_model, model, told)
    answer = page.locator(".answer")
    wrong = answer.locator(".claim.is-number")
    expect(wrong).to_contain_text(told.number)
    expect(wrong.locator("a.cite")).to_have_count(1)
    expect(answer.locator(".claim.is-uncited", has_text=told.uncited)).to_have_count(1)
    expect(answer.locator(".cite.missing")).to_contain_text("99")
    expect(answer.locator(".sign.is-no_source")).to_have_count(1)
    # The first point says it rightly.
    first = answer.locator("li").first
    expect(first.locator("a.cite")).to_have_count(1)
    expect(first.locator(".sign")).to_have_count(0)
    picture(page, f"checks-{told.name}-{screen}-1-answer")
    sign = answer.locator(".sign.is-number")
    if screen == "phone":
        sign.tap()
    else:
        sign.hover()
    expect(words_of(sign)).to_contain_text(told.number)
    expect(words_of(sign)).to_have_css("clip-path", "none")
    expect(words_of(sign)).to_be_in_viewport()
    picture(page, f"checks-{told.name}-{screen}-2-pointed-at")
    page.locator(".compared summary").click()
    expect(page.locator(".compared li.is-number")).to_contain_text(told.number)
    page.locator(".compared li").last.scroll_into_view_if_needed()
    picture(page, f"checks-{told.name}-{screen}-3-listed")
    page.locator(".card[open] .against").first.scroll_into_view_if_needed()
    picture(page, f"checks-{told.name}-{screen}-4-card")
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_words_of_a_sign_come_and_go_by_keys(
    site_with_model: Site, model: Any, new_page: Callable[..., Page]
) -> None:
    page = answered(sign_in(new_page(), site_with_model), site_with_model, model, TOLD[0])
    sign = page.locator(".answer .sign.is-number")
    sign.focus()
    expect(words_of(sign)).to_have_css("clip-path", "none")
    page.keyboard.press("Escape")
    expect(words_of(sign)).not_to_have_css("clip-path", "none")
    sign.focus()
    page.keyboard.press("Enter")
    listed = page.locator(".compared li.is-number")
    expect(listed).to_be_in_viewport()
    listed.locator("a").click()
    expect(page.locator(".claim.is-number")).to_be_in_viewport()


def test_signs_lead_to_their_words_without_javascript(
    site_with_model: Site, model: Any, new_page: Callable[..., Page]
) -> None:
    page = answered(sign_in(new_page(), site_with_model), site_with_model, model, TOLD[0])
    url = page.url
    plain = sign_in(new_page(java_script_enabled=False), site_with_model)
    plain.goto(url)
    plain.locator(".answer .sign.is-number").click()
    expect(plain.locator(".compared li.is-number")).to_be_visible()
    expect(plain.locator(".compared li.is-number")).to_contain_text(TOLD[0].number)
