"""A question asked of chosen documents alone, by pointer and keys, and without JavaScript; asked of others, it is not
answered by them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from apps.e2e.conftest import Site, sign_in
from apps.e2e.test_asking import HARVEST, answered, at_home, box
from apps.e2e.test_story import INDEXED, picture

KETTLE = """# The kettle

## Descaling

The kettle is descaled with vinegar twice a year. Rinse it well before the next tea is made.
"""


def with_two(page: Page, site: Site) -> Page:
    """A reader at home, with an article on the orchard and one on the kettle."""
    at_home(page, site)
    if not site.rows("SELECT 1 FROM library_document WHERE title = 'The kettle'"):
        page.goto(f"{site.url}/library/write/")
        page.locator("textarea[name=text]").fill(KETTLE)
        page.locator("#editor button.first").click()
        page.wait_for_url("**/library/*/")
        page.goto(f"{site.url}/library/")
        row = page.locator(".rows li", has_text="The kettle")
        expect(row).to_have_attribute("data-state", "ready", timeout=INDEXED)
    page.goto(site.url)
    return page


def test_documents_are_chosen_and_alone_answer(site_with_model: Site, new_page: Callable[..., Page]) -> None:
    page = with_two(new_page(), site_with_model)
    box(page).fill(HARVEST)
    page.locator(".scope summary").click()
    page.get_by_label("Words of a title").press_sequentially("kettle")
    expect(page.locator("#scope-documents li")).to_have_count(1)
    page.get_by_label("Words of a title").press("Enter")
    page.get_by_label("The kettle").check()
    said = "Answered only from the documents you chose"
    expect(page.locator(".scope summary")).to_have_text(said, use_inner_text=True)
    picture(page, "scope-chosen")
    expect(box(page)).to_have_value(HARVEST)
    box(page).press("Enter")
    page.wait_for_url("**/conversations/*/")
    expect(page.locator(".not-found")).to_contain_text("The documents you chose do not answer this.")
    expect(page.locator(".not-found .scoped")).to_have_text("The kettle")
    picture(page, "scope-not-found")
    page.get_by_role("button", name="Ask the whole library").click()
    answered(page)
    expect(page.locator(".answer a.cite").first).to_be_visible()
    expect(page.locator(".turn .scoped")).to_have_count(0)


def test_from_a_documents_page_it_is_asked_about_and_stays_chosen_for_what_follows(
    site_with_model: Site, new_page: Callable[..., Page]
) -> None:
    page = with_two(new_page(viewport={"width": 360, "height": 740}, locale="zh-TW"), site_with_model)
    page.goto(f"{site_with_model.url}/library/")
    page.locator(".rows li", has_text="The orchard").get_by_role("link").first.click()
    page.locator("main .head a[href*='scope=']").click()
    box(page).fill(HARVEST)
    box(page).press("Enter")
    answered(page)
    expect(page.locator(".found .scoped")).to_contain_text("The orchard")
    page.locator(".ask .scope summary").click()
    expect(page.locator(".ask .scope :checked")).to_have_count(1)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
    picture(page, "scope-phone")


def test_without_javascript_a_button_looks_for_documents_and_the_question_stays(
    site_with_model: Site, new_page: Callable[..., Page]
) -> None:
    with_two(new_page(), site_with_model)
    bare = new_page(java_script_enabled=False)
    sign_in(bare, site_with_model)
    box(bare).fill(HARVEST)
    bare.locator(".scope summary").click()
    bare.get_by_label("Words of a title").fill("orchard")
    bare.get_by_role("button", name="Find").click()
    expect(box(bare)).to_have_value(HARVEST)
    expect(bare.locator("#scope-documents li")).to_have_count(1)
    bare.get_by_label("The orchard").check()
    bare.locator("[data-send]").click()
    bare.wait_for_url("**/conversations/*/")
    for _ in range(30):
        if bare.locator(".turn .tools").count():
            break
        bare.wait_for_timeout(1000)
        bare.reload()
    expect(bare.locator(".found .scoped")).to_contain_text("The orchard")
