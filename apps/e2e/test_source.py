"""The source of a citation: its page with the sentence marked, enlarged, by keys, on a phone; an article as read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from apps.e2e.conftest import EMAIL, Site, sign_in
from apps.e2e.test_story import ANSWERED, picture
from apps.indexing.tests import samples

NewPage = Callable[..., Page]
ENGLISH = "The spare lamp of the lighthouse is kept in the oak chest below the second landing."
CHINESE = "燈塔的備用燈芯放在二樓的鐵櫃裡。"
BELL = "The fog bell is rung twice every minute until the far buoy can be seen."
QUESTION = "Where is the spare lamp of the lighthouse kept?"
FOG = "\n\n".join(f"On day {day} the fog came in before noon, and the keeper wrote down the wind." for day in range(40))
ARTICLE = f"""# Fog at the lighthouse

{FOG}

## The bell

> The fog **bell is rung *twice* every** [minute](https://example.org) until the `far buoy` can be seen. Then it rests.
"""
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LOOKS: dict[str, dict[str, Any]] = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": PHONE}


def manual(path: Path) -> Path:
    """A PDF of three pages, with a sentence to be found far down on the second and on the third."""
    winds = ["north", "south", "east", "west"] * 8
    days = [f"On day {day} the keeper noted wind from the {wind} and {day} ships." for day, wind in enumerate(winds)]
    english = re.findall(r".{1,60}(?:\s+|$)", ENGLISH)
    han = "".join(f"第{day}天看守人記下風向與{day}艘船的名字，然後把燈擦亮。" for day in range(36))
    chinese = re.findall(".{1,34}", f"{han}{CHINESE}風停了以後，他把門關上。")
    first = [samples.Line("The keeper's manual", y=90, size=20), *samples.column(days[:12], y=130)]
    second = [*samples.column(days, y=80), *samples.column(english, y=600)]
    return samples.pdf(path, first, second, samples.column(chinese, y=80))


@pytest.fixture(scope="module")
def kept(site_with_model: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site with the manual in its library."""
    added = site_with_model.manage("add", str(manual(tmp_path_factory.mktemp("s") / "keeper.pdf")), "--user", EMAIL)
    assert added.returncode == 0, added.stderr
    return site_with_model


def place(site: Site, sentence: str) -> str:
    """The address of the sentence in its source, as a citation opens it."""
    query = "SELECT id, strpos(text, %s) - 1 FROM indexing_passage WHERE strpos(text, %s) > 0 ORDER BY id DESC LIMIT 1"
    [(passage, start)] = site.rows(query, sentence, sentence)
    return f"{site.url}/passages/{passage}/?start={start}&end={start + len(sentence)}#mark"


def opened(page: Page, site: Site, sentence: str = ENGLISH) -> Page:
    """The reader at the sentence in the manual, its picture drawn."""
    sign_in(page, site).goto(place(site, sentence))
    drawn(page)
    return page


def drawn(page: Page) -> Locator:
    """The picture of the page, once it is there."""
    image = page.locator(".sheet img")
    # A page is drawn by a process of its own.
    expect(image).to_have_js_property("complete", value=True, timeout=ANSWERED)
    expect(image).not_to_have_js_property("naturalWidth", 0, timeout=ANSWERED)
    return image


def box(of: Locator) -> FloatRect:
    found = of.bounding_box()
    assert found
    return found


def marks(page: Page) -> Locator:
    return page.locator(".sheet rect:not(.aim)")


def are_aligned(page: Page) -> None:
    """Fails unless each mark is at its place of the picture, whatever the size of that."""
    sheet = box(drawn(page))
    width, height = map(float, (page.locator(".sheet svg").get_attribute("viewBox") or "").split()[2:])
    for mark in marks(page).all():
        x, y = (float(mark.get_attribute(name) or "") for name in ("x", "y"))
        shown = box(mark)
        assert shown["x"] - sheet["x"] == pytest.approx(x / width * sheet["width"], abs=1)
        assert shown["y"] - sheet["y"] == pytest.approx(y / height * sheet["height"], abs=1)


def fits(page: Page) -> bool:
    """Whether the page is no wider than the screen."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth && !scrollX"))


@pytest.mark.parametrize(("language", "look"), [("en-GB", "light"), ("zh-TW", "dark"), ("zh-TW", "phone")])
def test_it_opens_at_the_sentence_and_grows_there(kept: Site, new_page: NewPage, language: str, look: str) -> None:
    sentence = ENGLISH if language == "en-GB" else CHINESE
    page = opened(new_page(locale=language, **LOOKS[look]), kept, sentence)
    for mark in marks(page).all():
        expect(mark).to_be_in_viewport(ratio=0.99)
    are_aligned(page)
    picture(page, f"source-{language}-{look}")
    before = box(drawn(page))["width"]
    page.keyboard.press("z")
    expect(page.locator(".larger")).to_be_visible()
    assert box(drawn(page))["width"] > 1.9 * before
    expect(marks(page).first).to_be_in_viewport(ratio=0.5)
    are_aligned(page)
    assert fits(page)
    picture(page, f"source-{language}-{look}-larger")


def test_without_a_script_it_is_enlarged_and_turned_too(kept: Site, new_page: NewPage) -> None:
    page = opened(new_page(java_script_enabled=False, **PHONE), kept)
    page.get_by_role("link", name="Larger").click()
    expect(page.locator(".larger")).to_be_visible()
    expect(marks(page).first).to_be_in_viewport(ratio=0.5)
    are_aligned(page)
    assert fits(page)
    page.get_by_role("link", name="Page after").click()
    expect(page.locator(".bar")).to_contain_text("3/3")
    expect(page.locator(".larger")).to_be_visible()
    assert fits(page)
    picture(page, "source-phone-page-after")
    page.get_by_role("link", name="Back to the place").click()
    page.get_by_role("link", name="Smaller").click()
    expect(page.locator(".larger")).to_have_count(0)
    expect(marks(page).first).to_be_in_viewport(ratio=0.99)


def test_a_picture_is_as_wide_as_the_screen_needs(kept: Site, new_page: NewPage) -> None:
    for options, usual, larger in (({}, 760, 1520), (PHONE, 760, 1520), ({"device_scale_factor": 2}, 1520, 2280)):
        page = opened(new_page(**options), kept)
        any_width = f"{kept.url}{drawn(page).get_attribute('src')}".removesuffix("1520")
        expect(drawn(page)).to_have_js_property("currentSrc", f"{any_width}{usual}")
        page.keyboard.press("z")
        expect(page.locator(".larger img")).to_have_js_property("currentSrc", f"{any_width}{larger}")


def test_keys_turn_the_pages_and_move_what_is_enlarged(kept: Site, new_page: NewPage) -> None:
    page = opened(new_page(), kept)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".bar")).to_contain_text("Page 3 of 3")
    expect(page).to_have_url(re.compile(r"page=3"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".bar")).to_contain_text("Page 2 of 3")
    page.keyboard.press("z")
    frame = page.locator(".larger")
    frame.evaluate("frame => frame.scrollTo(0, 0)")
    frame.focus()
    page.keyboard.press("ArrowRight")
    expect(frame).not_to_have_js_property("scrollLeft", 0)
    expect(page.locator(".bar")).to_contain_text("Page 2 of 3")


def test_its_words_are_selected_on_the_picture_and_copied(kept: Site, new_page: NewPage) -> None:
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, kept)
    first, last = box(marks(page).first), box(marks(page).last)
    page.mouse.move(first["x"] + 1, first["y"] + first["height"] / 2)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"], last["y"] + last["height"] / 2, steps=8)
    page.mouse.up()
    picture(page, "source-selected")
    page.keyboard.press("Control+c")
    assert " ".join(page.evaluate("() => navigator.clipboard.readText()").split()) == ENGLISH
    page.get_by_role("button", name="Copy the quotation").click()
    expect(page.locator(".toast")).to_contain_text("Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == f"{ENGLISH}\n— keeper, p. 2"
    page.get_by_text("Text of this page").click()
    expect(page.locator(".page-text")).to_contain_text("On day 31 the keeper noted wind")
    picture(page, "source-text")


def test_an_article_opens_as_it_is_read_at_its_sentence(kept: Site, new_page: NewPage) -> None:
    page = sign_in(new_page(**PHONE), kept)
    page.goto(f"{kept.url}/library/write/")
    page.locator("textarea[name=text]").fill(ARTICLE)
    page.locator("#editor button.first").click()
    page.wait_for_url("**/library/*/")
    for look, options in LOOKS.items():
        page = sign_in(new_page(**options), kept)
        page.goto(place(kept, BELL))
        marked = page.locator("article.prose mark")
        expect(marked.first).to_be_in_viewport(ratio=0.99)
        assert "".join(marked.all_text_contents()) == BELL
        expect(page.locator("article.prose blockquote strong mark").first).to_be_visible()
        assert fits(page)
        picture(page, f"source-article-{look}")


def asked(page: Page, site: Site) -> Page:
    page.goto(site.url)
    page.locator("textarea[name=question]").fill(QUESTION)
    page.locator("textarea[name=question]").press("Enter")
    page.wait_for_url("**/conversations/*/")
    return page


def test_a_citation_leads_to_the_sentence_and_back_to_the_answer(kept: Site, new_page: NewPage) -> None:
    page = asked(sign_in(new_page(), kept), kept)
    expect(page.locator(".turn .tools")).to_be_visible(timeout=ANSWERED)
    cite = page.locator(".answer a.cite").first
    cite.click()
    page.locator(".card[open] footer a").click()
    drawn(page)
    expect(marks(page).first).to_be_in_viewport(ratio=0.99)
    picture(page, "source-from-answer")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".bar")).to_contain_text("Page 1 of 3")
    page.get_by_role("link", name="Back to the answer").click()
    expect(page.locator(f"{cite.get_attribute('href')}")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".bar")).to_contain_text("Page 1 of 3")
    # Turning pages left no steps: one step back is the answer.
    page.go_back()
    expect(page.locator(f"{cite.get_attribute('href')}")).to_be_visible()


def test_a_source_opened_while_the_answer_grows_loses_nothing(kept: Site, model: Any, new_page: NewPage) -> None:
    page = sign_in(new_page(**PHONE), kept)
    model.script("slow")
    before = len(model.requests)
    asked(page, kept)
    growing = page.locator(".answer[aria-busy=true]")
    for way_back in ("link", "browser"):
        card = page.locator(".sources .card", has_text="keeper").first
        expect(growing).to_contain_text("library", timeout=ANSWERED)
        if card.get_attribute("open") is None:
            card.locator("summary").click()
        card.locator("footer a").click()
        expect(page.locator(".sheet")).to_be_visible()
        if way_back == "link":
            picture(page, "source-phone-while-growing")
            assert box(page.locator(".bar"))["height"] < 64
            page.get_by_role("link", name="Back to the answer").click()
        else:
            page.go_back()
    expect(growing).to_contain_text("library")
    expect(page.locator(".turn .tools")).to_be_visible(timeout=ANSWERED)
    expect(page.locator(".answer")).to_contain_text("oak chest")
    assert len(model.requests) == before + 1
