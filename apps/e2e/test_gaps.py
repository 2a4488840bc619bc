"""Not in your library, the list of gaps that fills by itself, quotations, and answers whose sources have changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from apps.e2e.conftest import RESULTS, Site, sign_in
from apps.e2e.test_story import ANSWERED, ask
from config.tests.conftest import until

NewPage = Callable[..., Page]
# As a page is seen: its name, and how its browser is.
LOOKS: list[tuple[str, dict[str, Any]]] = [
    ("light", {}),
    ("dark", {"color_scheme": "dark"}),
    ("phone", {"viewport": {"width": 360, "height": 740}, "has_touch": True}),
    ("zh", {"locale": "zh-TW"}),
    ("zh-phone-dark", {"locale": "zh-TW", "viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}),
]
# Seconds until what was saved is found by its meaning.
INDEXED = 240
# The periodic task runs once a minute, behind whatever else the worker does.
LOOKED_AT = 240_000

AXOLOTL = "What does an axolotl eat, and how often is it fed?"
AXOLOTL_ARTICLE = """## Feeding

An axolotl eats earthworms, bloodworms and soft pellets. A grown axolotl is fed every second day, a young one daily.

## Water

The water of the tank is kept between 14 and 18 degrees. A third of it is changed every week.
"""
VINEGAR = "釀造米醋要發酵多久？"
VINEGAR_ARTICLE = """## 發酵

釀造米醋要先讓米酒發酵三十天，再靜置陳放六個月。發酵時的溫度保持在攝氏三十度上下。

## 器具

- 陶甕一個，使用前以沸水燙過
- 紗布與棉繩，用來封口
"""
HIVE = "How much honey does one hive give in a year?"
HIVE_ARTICLE = (
    """One hive gives about twenty kilograms of honey in a year. The bees keep as much again for the winter."""
)


def write(page: Page, site: Site, title: str, text: str) -> None:
    """Writes an article and waits until it is found by its meaning, too."""
    page.goto(f"{site.url}/library/write/")
    page.locator("input[name=title]").fill(title)
    keep(page, site, title, text)


def keep(page: Page, site: Site, title: str, text: str) -> None:
    page.locator("textarea[name=text]").fill(text)
    page.locator("#editor button.first").click()
    page.wait_for_url(re.compile(r"/library/\d+/$"))
    query = "select state from library_document where title = %s order by id desc limit 1"
    until(lambda: site.rows(query, title) == [("ready",)], lambda: str(site.rows(query, title)), INDEXED)


def pictures(site: Site, new_page: NewPage, address: str, name: str) -> None:
    """Keeps how the page looks to different readers; nowhere is it wider than the screen."""
    RESULTS.mkdir(exist_ok=True)
    for look, options in LOOKS:
        page = sign_in(new_page(**options), site)
        page.goto(address)
        page.wait_for_load_state("load")
        expect(page.locator("main h1").first).to_be_visible()
        width = page.viewport_size["width"] if page.viewport_size else 0
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, (name, look)
        page.screenshot(path=RESULTS / f"{name}-{look}.png", full_page="phone" in look)
        page.context.close()


def test_quotations_are_marked_and_stand_under_their_document(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    write(page, site, "釀醋筆記", VINEGAR_ARTICLE)
    write(page, site, "Notes on bees", HIVE_ARTICLE)
    for question, title, words, name in (
        (VINEGAR, "釀醋筆記", "發酵三十天", "quotations-zh"),
        (HIVE, "Notes on bees", "twenty kilograms", "quotations-en"),
    ):
        ask(page, site, question)
        answer = page.locator(".turn .quotations")
        expect(answer.locator("h3").first).to_have_text(title)
        expect(answer.locator("blockquote strong").first).to_contain_text(words)
        expect(answer.locator("blockquote").first.locator("a.cite")).to_have_count(1)
        pictures(site, new_page, page.url, name)


def test_a_gap_says_by_itself_when_the_library_can_fill_it(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    ask(page, site, AXOLOTL)
    expect(page.locator(".turn .not-found")).to_contain_text("Your library does not answer this")
    pictures(site, new_page, page.url, "not-found")
    page.get_by_role("link", name="Kept in your gaps").click()
    gap = page.locator(".gap", has_text=AXOLOTL)
    expect(gap).to_have_attribute("data-state", "open")
    pictures(site, new_page, page.url, "gaps-open")

    writing = sign_in(new_page(), site)
    writing.goto(f"{site.url}/gaps/")
    writing.locator(".gap", has_text=AXOLOTL).get_by_role("link", name="Write about this").click()
    expect(writing.locator("input[name=title]")).to_have_value(AXOLOTL)
    writing.locator("input[name=title]").fill("Keeping axolotls")
    keep(writing, site, "Keeping axolotls", AXOLOTL_ARTICLE)

    # By itself: nothing is reloaded here.
    expect(gap).to_have_attribute("data-state", "answerable", timeout=LOOKED_AT)
    expect(page.locator(".rail .gaps b")).to_have_text("1")
    pictures(site, new_page, page.url, "gaps-answerable")
    gap.get_by_role("button", name="Ask again").click()
    page.wait_for_url("**/conversations/*/")
    expect(page.locator(".turn .answer blockquote").first).to_contain_text("earthworms", timeout=ANSWERED)
    page.goto(f"{site.url}/gaps/")
    expect(page.locator("main")).not_to_contain_text(AXOLOTL)


def test_the_nearest_passages_are_shown_as_what_they_are(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    write(
        page,
        site,
        "Notes on wasps",
        "A wasp builds its nest of paper. The nest hangs under the roof until the first frost.",
    )
    ask(page, site, "Why do wasps never come back to the market hall of Lisbon on Sundays?")
    expect(page.locator(".turn .not-found")).to_contain_text("near, but no answer")
    expect(page.locator(".sources")).to_contain_text("Nearest passages")
    expect(page.locator(".sources .card").first).to_contain_text("Notes on wasps")
    pictures(site, new_page, page.url, "not-found-nearest")


def test_a_gap_is_let_go_and_brought_back(site: Site, new_page: NewPage) -> None:
    question = "Which knot holds a hammock?"
    page = sign_in(new_page(), site)
    ask(page, site, question)
    page.goto(f"{site.url}/gaps/")
    gap = page.locator(".gap", has_text=question)
    gap.get_by_role("button", name="Let go").click()
    expect(page.locator(".toast")).to_contain_text("off the list")
    expect(gap).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(gap).to_have_count(1)


def test_gaps_work_without_javascript(site: Site, new_page: NewPage) -> None:
    question = "Who invented the tin opener?"
    ask(sign_in(new_page(), site), site, question)
    page = sign_in(new_page(java_script_enabled=False), site)
    page.goto(f"{site.url}/gaps/")
    gap = page.locator(".gap", has_text=question)
    gap.get_by_role("button", name="Ask again").click()
    page.wait_for_url("**/conversations/*/")
    page.goto(f"{site.url}/gaps/")
    gap.get_by_role("button", name="Let go").click()
    expect(gap).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(gap).to_have_count(1)


def test_no_model_is_asked_about_what_the_library_does_not_have(
    site_with_model: Site, model: Any, new_page: NewPage
) -> None:
    page = sign_in(new_page(), site_with_model)
    before = len(model.requests)
    ask(page, site_with_model, "Who won the chess olympiad in Skopje?")
    expect(page.locator(".turn .not-found")).to_contain_text("Your library does not answer this")
    assert len(model.requests) == before


def test_an_answer_says_when_its_source_has_changed_or_is_gone(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    write(page, site, "The lighthouse", "The lamp of the lighthouse has forty steps more than the tower of the church.")
    ask(page, site, "How many steps more has the lamp of the lighthouse?")
    conversation = page.url
    expect(page.locator(".turn .answer strong").first).to_contain_text("forty")
    expect(page.locator(".turn .notice")).to_have_count(0)

    page.goto(f"{site.url}/library/")
    page.locator(".rows li a", has_text="The lighthouse").click()
    page.wait_for_url(re.compile(r"/library/\d+/$"))
    document = page.url
    page.goto(f"{document}edit/")
    text = "The lamp of the lighthouse has ninety steps more than the tower of the church."
    keep(page, site, "The lighthouse", text)
    page.goto(conversation)
    expect(page.locator(".turn .notice")).to_contain_text("A source of this answer has changed since")
    pictures(site, new_page, conversation, "changed-source")
    page.locator(".notice").get_by_role("button", name="Ask again").click()
    expect(page.locator(".turn .answer strong").first).to_contain_text("ninety", timeout=ANSWERED)
    expect(page.locator(".turn .notice")).to_have_count(0)

    page.goto(document)
    page.locator(f"form[action='{document.removeprefix(site.url)}trash/'] button").click()
    page.wait_for_url("**/library/")
    page.goto(conversation)
    expect(page.locator(".turn .notice")).to_contain_text("no longer in your library")
    page.locator(".card[open] footer a").click()
    expect(page.locator(".gone mark")).to_contain_text("ninety")
    pictures(site, new_page, page.url, "gone-source")
