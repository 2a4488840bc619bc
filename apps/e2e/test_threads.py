"""A conversation is renamed and found again, and an answer is told what it was worth."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from apps.e2e.conftest import Site, sign_in
from apps.e2e.test_asking import HARVEST, PRUNING, answered, at_home, box
from apps.e2e.test_story import picture


def test_it_is_renamed_found_and_told_what_it_was_worth(site_with_model: Site, new_page: Callable[..., Page]) -> None:
    page = at_home(new_page(), site_with_model)
    box(page).fill(PRUNING)
    box(page).press("Enter")
    answered(page)
    page.get_by_role("button", name="This answer did not help").click()
    page.get_by_label("A source does not say this").check()
    page.get_by_label("In your words, if you like").fill("Another page says so.")
    picture(page, "feedback")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".feedback [role=status]")).to_be_visible()
    page.locator(".naming summary").click()
    page.locator(".naming input[name=name]").fill("The orchard in winter")
    page.locator(".naming button").click()
    expect(page.locator(".naming summary")).to_contain_text("The orchard in winter")
    expect(page.locator(".feedback [aria-pressed=true]")).to_have_count(1)
    page.goto(f"{site_with_model.url}/conversations/?q=orchard+winter")
    expect(page.locator(".talks li").first).to_contain_text("The orchard in winter")
    picture(page, "conversations-found")


def test_on_a_phone_in_chinese_and_dark_it_all_fits(site_with_model: Site, new_page: Callable[..., Page]) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "locale": "zh-TW", "color_scheme": "dark"}
    page = sign_in(new_page(**phone), site_with_model)
    page.goto(f"{site_with_model.url}/conversations/")
    page.locator(".talks li a").first.click()
    page.locator(".feedback button").last.click()
    page.locator(".naming summary").click()
    expect(page.locator(".feedback fieldset")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
    picture(page, "feedback-phone")


def test_a_question_is_asked_differently_and_both_conversations_lead_to_each_other(
    site_with_model: Site, new_page: Callable[..., Page]
) -> None:
    page = at_home(new_page(), site_with_model)
    box(page).fill(PRUNING)
    box(page).press("Enter")
    answered(page)
    box(page).fill(HARVEST)
    box(page).press("Enter")
    answered(page, 2)
    old = page.url.partition("#")[0]
    page.locator(".differently summary").last.click()
    editor = page.locator(".differently textarea").last
    expect(editor).to_have_value(HARVEST)
    editor.fill("When are the pears of the orchard picked?")
    picture(page, "branch-editing")
    page.get_by_role("button", name="Ask this instead").last.click()
    page.wait_for_url(lambda url: url.partition("#")[0] != old)
    answered(page, 2)
    expect(page.locator(".asked")).to_have_text([PRUNING, "When are the pears of the orchard picked?"])
    # What was said before has its sources here, too.
    page.locator(".turn").first.locator("a.cite").first.click()
    expect(page.locator(".turn").first.locator(".card[open] mark")).to_be_visible()
    picture(page, "branch")
    page.get_by_text("Branched from").get_by_role("link").click()
    assert page.url == old
    expect(page.locator(".branches a")).to_have_text("When are the pears of the orchard picked?")
    expect(page.locator(".asked")).to_have_text([PRUNING, HARVEST])


def test_a_conversation_goes_to_the_trash_and_comes_back(site_with_model: Site, new_page: Callable[..., Page]) -> None:
    page = at_home(new_page(), site_with_model)
    box(page).fill("When are plums pruned in the orchard, of all trees?")
    box(page).press("Enter")
    answered(page)
    page.goto(f"{site_with_model.url}/conversations/")
    row = page.locator(".talks li", has_text="When are plums pruned")
    row.get_by_role("button").click()
    expect(row).to_have_count(0)
    page.get_by_role("link", name="Trash").click()
    picture(page, "conversations-trash")
    page.locator(".talks li", has_text="When are plums pruned").get_by_role("button").click()
    page.wait_for_url("**/conversations/*/")
    expect(page.locator("h1")).to_contain_text("When are plums pruned")
