"""The pages in a browser: keys, languages, themes, small screens, no script, and nothing against the policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.e2e.conftest import Site, Watcher, sign_in

NewPage = Callable[..., Page]
PAGES = [
    *(
        "/",
        "/library/",
        "/library/write/",
        "/library/upload/",
        "/library/trash/",
        "/search/",
        "/conversations/",
        "/gaps/",
    ),
    *("/settings/", "/account/password/change/"),
]
ADMIN = [
    "",
    "accounts/user/",
    "accounts/user/1/change/",
    "accounts/user/add/",
    "library/document/",
    "indexing/indexrun/",
]


def press_while_composing(page: Page, key: str) -> None:
    """A key that an input method takes for itself, as browsers report it."""
    page.locator("body").dispatch_event("keydown", {"key": key, "isComposing": True, "bubbles": True})


def arrived(page: Page, url: str) -> None:
    """Waits until the page is there and hears keys: its scripts come after its address."""
    expect(page).to_have_url(url)
    page.wait_for_load_state("load")


def test_keys_lead_around_the_site(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    page.goto(f"{site.url}/settings/")
    page.keyboard.press("g")
    page.keyboard.press("l")
    arrived(page, f"{site.url}/library/")
    page.keyboard.press("g")
    page.keyboard.press("a")
    arrived(page, f"{site.url}/")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("g")
    arrived(page, f"{site.url}/gaps/")
    page.keyboard.press("n")
    arrived(page, f"{site.url}/library/write/")
    page.goto(f"{site.url}/settings/")
    page.keyboard.press("/")
    arrived(page, f"{site.url}/search/")
    page.goto(f"{site.url}/library/")
    page.keyboard.press("/")
    expect(page.locator("main input[type=search]")).to_be_focused()


def test_the_list_of_keys_opens_and_closes(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    page.goto(f"{site.url}/settings/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page).to_have_url(f"{site.url}/settings/")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_keys_stay_letters_while_someone_types_or_composes(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    page.goto(f"{site.url}/")
    page.locator("main textarea").fill("")
    page.locator("main textarea").press_sequentially("n?/gl")
    expect(page.locator("main textarea")).to_have_value("n?/gl")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("Escape")
    press_while_composing(page, "n")
    press_while_composing(page, "?")
    page.keyboard.press("Control+n")
    expect(page).to_have_url(f"{site.url}/")
    expect(page.locator("#keys")).to_be_hidden()


def test_the_first_tab_skips_to_the_content(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    page.goto(f"{site.url}/settings/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("language", ["en-GB", "zh-TW"])
def test_every_page_fits_every_width(site: Site, new_page: NewPage, width: int, language: str) -> None:
    page = sign_in(new_page(viewport={"width": width, "height": 640}, locale=language), site)
    for path in PAGES:
        page.goto(site.url + path)
        widest = page.evaluate("document.documentElement.scrollWidth")
        assert widest <= width, f"{path} is {widest} wide"


def test_a_phone_reaches_every_room(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(viewport={"width": 320, "height": 640}, has_touch=True), site)
    for name, path in (("Library", "/library/"), ("Write", "/library/write/"), ("Search", "/search/"), ("Ask", "/")):
        page.get_by_role("link", name=name, exact=True).first.click()
        expect(page).to_have_url(site.url + path)
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_the_device_chooses_the_theme_until_the_reader_does(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(color_scheme="dark"), site)
    page.goto(f"{site.url}/settings/")
    expect(page.locator("body")).to_have_css("background-color", "rgb(23, 22, 20)")
    page.get_by_label("Light").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Saved.")
    expect(page.locator("body")).to_have_css("background-color", "rgb(251, 250, 247)")
    page.get_by_label("Like the device").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html[data-theme]")).to_have_count(0)


def test_a_visitor_changes_the_language(site: Site, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{site.url}/account/login/")
    page.get_by_role("button", name="繁體中文").click()
    expect(page.get_by_role("heading", name="登入")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_request_that_fails_says_so(site: Site, new_page: NewPage, watcher: Watcher) -> None:
    page = sign_in(new_page(), site)
    page.route("**/conversations/", lambda route: route.abort())
    page.goto(f"{site.url}/settings/")
    expect(page.locator(".toast.error")).to_contain_text("Check the connection")
    page.unroute("**/conversations/")
    page.route("**/conversations/", lambda route: route.fulfill(status=503, body="<h1>secret</h1>"))
    page.goto(f"{site.url}/settings/")
    expect(page.locator(".toast.error")).to_contain_text("try again in a few seconds")
    page.get_by_role("button", name="Close").first.click()
    expect(page.locator(".toast")).to_have_count(0)
    assert all("/conversations/" in trouble or "htmx:" in trouble for trouble in watcher.trouble)
    watcher.trouble.clear()


def test_everything_about_an_account_works_without_a_script(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(java_script_enabled=False), site)
    page.goto(f"{site.url}/settings/")
    page.get_by_label("Language", exact=True).select_option("zh-hant")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="設定")).to_be_visible()
    page.get_by_label("語言", exact=True).select_option("")
    page.get_by_role("button", name="儲存").click()
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_admin_works_under_the_strict_policy(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    for path in ADMIN:
        page.goto(f"{site.url}/desk/{path}")
        expect(page.locator("#site-name")).to_be_visible()
    page.goto(f"{site.url}/desk/accounts/user/")
    page.locator("#action-toggle").check()
    expect(page.locator(".action-counter")).to_contain_text("1 of 1")
