"""The main job, as a new user does it: start, write, upload, ask, check the source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from apps.e2e.conftest import RESULTS, Site, beside, make_site, sign_in
from config import env as environment

SAMPLE = environment.ROOT / "apps" / "library" / "samples" / "guide.pdf"
BESIDE = environment.ROOT.parent / "shared" / "pdfs"
INDEXED = 240_000
ANSWERED = 30_000

ARTICLE = """# 陽台菜園筆記

## 澆水

夏天的番茄早晚各澆一次水，冬天三天澆一次就夠了。盆土表面乾了兩公分再澆，積水會讓根腐爛。

## 施肥

開花之後每兩週施一次磷鉀肥，氮肥太多只長葉子不結果。
"""


@dataclass(frozen=True)
class Story:
    """A file, a question that one of its pages answers, and a word of that answer."""

    name: str
    locale: str
    pdf: str
    question: str
    word: str

    @property
    def path(self) -> Path:
        return BESIDE / self.pdf


STORIES = [
    Story("zh", "zh-TW", "deb_debmake-doc.zh-tw.pdf", "Debian 社群裡的贊助者負責做什麼？", "贊助者"),
    Story("en", "en-GB", "deb_debian-faq.en.pdf", "Which hardware architectures does Debian run on?", "architectures"),
]
needs_files = pytest.mark.skipif(not BESIDE.is_dir(), reason="optional: no PDFs beside the project")


def picture(page: Page, name: str) -> None:
    """Keeps what the reader sees, once the pictures in it are there."""
    RESULTS.mkdir(exist_ok=True)
    page.wait_for_load_state("load")
    page.screenshot(path=RESULTS / f"{name}.png")


def ask(page: Page, site: Site, question: str) -> None:
    """Asks from the home page and waits until the answer is complete."""
    page.goto(site.url)
    page.locator("textarea[name=question]").fill(question)
    page.locator("textarea[name=question]").press("Enter")
    page.wait_for_url("**/conversations/*/")
    expect(page.locator(".turn [aria-busy=true]")).to_have_count(0, timeout=ANSWERED)


def page_says(pdf: Path, number: int, quote: str) -> bool:
    """Whether this page of the file (one-based) really has the quote, whatever its line breaks and hyphens."""
    document = pypdfium2.PdfDocument(pdf)
    shown = document[number - 1].get_textpage().get_text_range()
    document.close()
    return _bare(quote) in _bare(shown)


def _bare(text: str) -> str:
    return re.sub(r"[\s\u00ad\ufffe\x02-]+", "", unicodedata.normalize("NFKC", text))


def test_the_first_start_leads_from_the_link_to_an_answer(folder: Path, new_page: Callable[..., Page]) -> None:
    (folder / "first").mkdir(mode=0o755)
    site = make_site(folder / "first", DOCUMIND_OWNER_EMAIL="", DOCUMIND_OWNER_PASSWORD="")
    site.start()
    try:
        found = re.search(r"http://\S+/welcome/\S+", site.log.read_text())
        assert found, site.log.read_text()
        page = new_page()
        page.goto(found[0])
        picture(page, "first-1-welcome")
        page.locator("input[type=email]").fill("mei@example.org")
        page.locator("input[type=password]").first.fill("a long pass phrase")
        page.locator("main form button[type=submit], main form button.first").first.click()
        page.wait_for_url(f"{site.url}/")
        page.goto(f"{site.url}/library/")
        expect(page.locator(".rows li")).to_have_count(5)
        expect(page.locator(".rows li[data-state=ready]")).to_have_count(5, timeout=INDEXED)
        picture(page, "first-2-library")
        ask(page, site, "DocuMind 怎麼找到我的文件？")
        expect(page.locator(".turn a.cite").first).to_be_visible()
        picture(page, "first-3-answer")
        # The link was for once.
        again = new_page()
        assert (response := again.request.get(found[0]))
        assert response.status in (404, 410) or "password" not in response.text()
        for opened in (page, again):
            opened.context.close()
    finally:
        site.stop()


def test_an_article_is_written_and_found_by_its_words_at_once(site: Site, new_page: Callable[..., Page]) -> None:
    page = sign_in(new_page(locale="zh-TW"), site)
    page.goto(f"{site.url}/library/write/")
    page.locator("input[name=title]").fill("陽台菜園筆記")
    page.locator("textarea[name=text]").fill(ARTICLE)
    picture(page, "article-1-writing")
    page.locator("#editor button.first").click()
    page.wait_for_url(re.compile(r"/library/\d+/$"))
    expect(page.get_by_role("heading", name="澆水")).to_be_visible()
    picture(page, "article-2-saved")
    page.goto(f"{site.url}/search/?q=磷鉀肥")
    expect(page.locator("main mark").first).to_contain_text("磷鉀肥")
    # A Simplified spelling finds the Traditional word.
    page.goto(f"{site.url}/search/?q=阳台")
    expect(page.locator("main")).to_contain_text("陽台菜園筆記")
    picture(page, "article-3-found")
    # Words alone are too little evidence for an answer; its meaning follows.
    page.goto(f"{site.url}/library/")
    row = page.locator(".rows li", has_text="陽台菜園筆記")
    expect(row).to_have_attribute("data-state", "ready", timeout=INDEXED)
    ask(page, site, "番茄夏天多久澆一次水？")
    expect(page.locator(".turn .answer")).to_contain_text("早晚各澆一次水")
    page.locator(".turn .answer a.cite").first.click()
    picture(page, "article-4-answer")
    page.locator(".card[open] footer a").first.click()
    expect(page.locator("mark").first).to_contain_text("早晚各澆一次水")
    picture(page, "article-5-source")


@needs_files
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_pdf_is_uploaded_read_and_quoted_from_the_right_page(
    story: Story, site: Site, model: Any, new_page: Callable[..., Page]
) -> None:
    page = sign_in(new_page(locale=story.locale), site)
    page.goto(f"{site.url}/library/")
    with page.expect_response(lambda response: "/library/upload/" in response.url and response.ok):
        page.locator("input[type=file]").first.set_input_files(story.path)
    row = page.locator(".rows li", has_text=story.path.stem)
    expect(row).to_have_count(1)
    picture(page, f"pdf-{story.name}-1-uploaded")
    # By itself: nothing is reloaded here.
    expect(row).to_have_attribute("data-state", "ready", timeout=INDEXED)
    picture(page, f"pdf-{story.name}-2-ready")

    quoted_from_the_right_page(page, site, story, "quotations")
    asked_before = len(model.requests)
    with beside(site, ANTHROPIC_BASE_URL=model.url) as site_with_model:
        quoted_from_the_right_page(page, site_with_model, story, "model")
        # Or it would go on asking for the events of a process that has ended.
        page.goto("about:blank")
    assert len(model.requests) == asked_before + 1


def quoted_from_the_right_page(page: Page, site: Site, story: Story, by: str) -> None:
    """Asks the story's question and follows the first citation to the page that has its words."""
    ask(page, site, story.question)
    answer = page.locator(".turn .answer")
    expect(answer).to_contain_text(story.word)
    cites = answer.locator("a.cite")
    assert cites.count() >= 1
    cites.first.click()
    picture(page, f"pdf-{story.name}-{by}-3-answer")

    card = page.locator(".card[open]").first
    quote = card.locator("mark").inner_text()
    number = int(re.sub(r"\D", "", card.locator(".page-number").inner_text()))
    assert page_says(story.path, number, quote)
    card.locator("footer a").click()
    expect(page.locator("main")).to_contain_text(story.path.stem)
    expect(page.locator("main mark").first).to_be_visible()
    expect(page.locator("main")).to_contain_text(str(number))
    picture(page, f"pdf-{story.name}-{by}-4-source")
    page.go_back()
    expect(page.locator(".turn .answer")).to_contain_text(story.word)


def test_a_question_the_library_cannot_answer_is_said_to_be_so(site: Site, new_page: Callable[..., Page]) -> None:
    page = sign_in(new_page(), site)
    ask(page, site, "Who won the chess olympiad in Skopje?")
    expect(page.locator(".turn")).to_contain_text("Your library does not answer this")
    expect(page.locator(".turn a.cite")).to_have_count(0)
    picture(page, "not-found")
