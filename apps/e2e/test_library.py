"""The library in a browser: files dropped, rows that change by themselves, and writing that is never lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import APIResponse, Page, Request, Route, expect

from apps.e2e.conftest import Site, Watcher, sign_in
from apps.e2e.test_gaps import write
from config.tests.conftest import until

NewPage = Callable[..., Page]
# Reading and understanding a short text; on a busy machine the worker may have other things to do first.
INDEXING_MS = 120_000
DROP = """(files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of files) transfer.items.add(new File([text], name));
    const tell = (type) => dispatchEvent(new DragEvent(type, {dataTransfer: transfer, cancelable: true}));
    tell("dragenter");
    const veil = !document.querySelector(".veil").hidden;
    tell("drop");
    return veil && document.querySelector(".veil").hidden;
}"""


def test_files_dropped_anywhere_are_kept_and_their_rows_change_by_themselves(
    site: Site, new_page: NewPage, watcher: Watcher
) -> None:
    page = sign_in(new_page(), site)
    page.goto(f"{site.url}/library/")
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.url) if request.resource_type == "document" else None)
    files = [["茶.md", "# 茶\n\n水溫八十度。"], ["tea.txt", "Two minutes at eighty degrees."], ["a.png", "\x00PNG"]]
    assert page.evaluate(DROP, files)
    refused = page.locator("#uploads li.bad")
    expect(refused).to_contain_text("a.png")
    expect(refused).to_contain_text("cannot be read here")
    for title in ("茶", "tea"):
        shown = page.locator("#documents li", has=page.get_by_text(title, exact=True))
        expect(shown).to_contain_text("Found by words and meaning", timeout=INDEXING_MS)
    expect(page.locator("#filters")).not_to_contain_text("In progress", timeout=INDEXING_MS)
    assert loads == []
    # The browser notes the refusal; nothing else may have happened.
    watcher.trouble = [noted for noted in watcher.trouble if "422" not in noted]


def test_a_second_window_shows_what_is_done_in_the_first(site: Site, new_page: NewPage) -> None:
    first, second = sign_in(new_page(), site), sign_in(new_page(), site)
    with second.expect_response("**/events/"):
        second.goto(f"{site.url}/library/")
    first.goto(f"{site.url}/library/write/")
    first.locator("input.title").fill("Written elsewhere")
    first.locator("textarea").fill("A short note.")
    first.get_by_role("button", name="Save").click()
    shown = second.locator("#documents li", has_text="Written elsewhere")
    expect(shown).to_be_visible()
    first.get_by_role("button", name="Move to trash").click()
    expect(shown).to_have_count(0)
    first.get_by_role("button", name="Undo").click()
    expect(first.locator("h1")).to_have_text("Written elsewhere")
    expect(shown).to_be_visible()


def list_held_back(page: Page, site: Site) -> list[tuple[Route, APIResponse]]:
    """Opens the library and has it ask for its list: the one that comes is kept here, as soon as it is there."""
    with page.expect_response("**/events/"):
        page.goto(f"{site.url}/library/")
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/library/", lambda route: held.append((route, route.fetch())), times=1)
    with page.expect_request("**/library/"):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('documind:library'))")
    return held


def test_what_is_told_while_the_list_is_on_its_way_is_not_missed(site: Site, new_page: NewPage) -> None:
    first, second = sign_in(new_page(), site), sign_in(new_page(), site)
    held = list_held_back(second, site)
    write(first, site, "Written meanwhile", "A short note.")
    # Longer than the list waits for more to be told.
    second.wait_for_timeout(1000)
    route, before = held[0]
    route.fulfill(response=before)
    expect(second.locator("#documents li", has_text="Written meanwhile")).to_be_visible()


def test_a_choice_made_while_the_list_is_on_its_way_is_what_is_shown(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    write(page, site, "Chosen by its kind", "A short note.")
    held = list_held_back(page, site)
    files = page.locator("#filters").get_by_role("link", name="Files")
    files.click()
    expect(files).to_have_attribute("aria-current", "true")
    route, before = held[0]
    with page.expect_response("**/library/?show=files"):
        route.fulfill(response=before)
    expect(files).to_have_attribute("aria-current", "true")
    expect(files).to_be_focused()
    expect(page.locator("#documents li", has_text="Chosen by its kind")).to_have_count(0)


def test_an_input_method_is_left_alone_and_what_it_wrote_is_kept(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    page.goto(f"{site.url}/library/write/")
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)

    page.on("request", note)
    page.locator("textarea").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "ㄓㄨˋ", "selectionStart": 3, "selectionEnd": 3})
    page.keyboard.press("Control+s")
    # Longer than the longest time between two drafts.
    page.wait_for_timeout(6000)
    assert sent == []
    keyboard.send("Input.insertText", {"text": "住"})
    expect(page.locator("#draft")).to_contain_text("Draft kept")
    expect(page.locator("#preview")).to_have_text("住")
    page.goto(f"{site.url}/library/")
    page.goto(f"{site.url}/library/write/")
    expect(page.locator("textarea")).to_have_value("住")
    page.get_by_role("button", name="Start afresh").click()
    expect(page.locator("textarea")).to_have_value("")


def test_what_was_typed_in_the_last_second_before_leaving_is_offered_again(site: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(), site)
    page.goto(f"{site.url}/library/write/")
    page.locator("textarea").press_sequentially("in mid-sen")
    page.goto(f"{site.url}/library/")
    until(lambda: site.rows("select text from library_draft where document_id is null") == [("in mid-sen",)])
    page.goto(f"{site.url}/library/write/")
    expect(page.locator("textarea")).to_have_value("in mid-sen")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/library/\d+/$"))
    page.goto(f"{site.url}/library/write/")
    expect(page.locator("textarea")).to_have_value("")


def test_everything_works_without_script(site: Site, new_page: NewPage, tmp_path: Path) -> None:
    page = sign_in(new_page(java_script_enabled=False), site)
    (tmp_path / "plain.txt").write_text("Sent by a plain form.")
    page.goto(f"{site.url}/library/")
    page.get_by_role("link", name="Add files").first.click()
    page.locator("input[type=file][name=files]").set_input_files(tmp_path / "plain.txt")
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator("#documents")).to_contain_text("plain")
    page.get_by_role("link", name="Write an article").first.click()
    page.locator("textarea").fill("# Plain writing\n\nWithout any script.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Plain writing")
    page.get_by_role("button", name="Move to trash").click()
    page.get_by_role("link", name="Trash").click()
    page.get_by_role("button", name="Put “Plain writing” back").click()
    expect(page.locator("h1")).to_have_text("Plain writing")
    page.goto(f"{site.url}/library/?q=plain+wri")
    expect(page.locator("#documents li")).to_have_count(1)
