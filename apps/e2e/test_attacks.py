"""Three hundred strings through every place that shows words of others: in a browser none of them acts.

Each goes through lists, an article, a PDF, files, questions and a model's words; searches, forms and pages of one thing
are tried with a sample. What needs no browser to be told is tried with every one of them elsewhere.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPResponse
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.http.multipartparser import MultiPartParser
from playwright.sync_api import FilePayload, Page, expect

from apps.chat.tests.reading import Event, parsed
from apps.core.tests.attacks import ATTACKS, IN_ONE_TEXT, packed
from apps.e2e import hostile_files
from apps.e2e.conftest import Site, Watcher, beside, sign_in
from apps.e2e.filling import ALL
from apps.e2e.guarding import Guard, see
from apps.e2e.test_story import ANSWERED, INDEXED
from apps.e2e.wire import wire
from apps.library.uploading import display_name, title_of

EMAIL, PASSWORD = "attacked@example.org", "a long pass phrase"
MINE = "(select id from accounts_user where email = 'attacked@example.org')"
ASKED = "How many litres of whale oil does the lantern at the harbour gate burn in one night?"
LIGHTHOUSE = "What does the lighthouse keeper count at noon?"
HEARD = """
addEventListener("htmx:sseBeforeMessage", ({ detail }) => (window.heard ??= []).push([detail.type, detail.data]));
"""


@pytest.fixture(scope="module")
def attacked(site_with_model: Site) -> Iterator[Site]:
    """The site as a reader sees it whose whole library is attacks, answered by a model that cites by itself."""
    with beside(site_with_model, DOCUMIND_LLM_CITATIONS="native", DOCUMIND_ANSWERS_AN_HOUR="0") as second:
        filled = second.manage("shell", "-c", f"from apps.e2e.filling import fill; fill({EMAIL!r}, {PASSWORD!r})")
        assert filled.returncode == 0, filled.stderr
        yield second


@pytest.fixture
def guard(attacked: Site) -> Iterator[Guard]:
    """Fails the test at its end when something was asked for or opened that no page of ours does."""
    guarding = Guard(attacked.url)
    yield guarding
    assert guarding.noted == []


@pytest.fixture
def page(attacked: Site, guard: Guard, new_page: Callable[..., Page]) -> Page:
    page = new_page()
    guard.watch(page.context)
    return sign_in(page, attacked, EMAIL, PASSWORD)


def visit(page: Page, site: Site, path: str) -> None:
    """Opens a page, waits until all of it is there, and looks through it."""
    page.goto(f"{site.url}{path}")
    expect(page.locator(".threads a").first).to_be_attached()
    see(page)
    assert page.url == f"{site.url}{path}"


def column(site: Site, query: str, *parameters: object) -> list[Any]:
    return [row[0] for row in site.rows(query.replace("MINE", MINE), *parameters)]


def texts(page: Page, selector: str) -> list[str]:
    """What stands there, to the letter; an element in it would not."""
    found: list[str] = page.locator(selector).evaluate_all("(all) => all.map((one) => one.textContent)")
    return found


def all_pages(page: Page, site: Site, path: str, selector: str) -> list[str]:
    """The texts of a list, over all its pages."""
    visit(page, site, path)
    found = texts(page, selector)
    while page.locator(".pages a[rel=next]").count():
        visit(page, site, page.locator(".pages a[rel=next]").evaluate("(it) => it.pathname + it.search"))
        found += texts(page, selector)
    return found


def test_b1_titles_are_words_in_the_lists(attacked: Site, page: Page) -> None:
    kept = column(attacked, "select title from library_document where owner_id = MINE and trashed_at is null")
    assert len(kept) > len(ATTACKS)
    assert sorted(all_pages(page, attacked, "/library/", ".rows strong")) == sorted(kept)
    gone = column(attacked, "select title from library_document where owner_id = MINE and trashed_at is not null")
    assert sorted(all_pages(page, attacked, "/library/trash/", ".rows strong")) == sorted(gone)
    for words in packed(ATTACKS, 1000)[::4]:
        # Nothing is titled so: what was looked for is said.
        visit(page, attacked, f"/library/?q={quote(words)}")
        expect(page.locator(".sift input")).to_have_value(words)
        assert words in page.locator("#documents h2").inner_text()
        visit(page, attacked, f"/library/write/?title={quote(words)}")
        expect(page.locator("input[name=title]")).to_have_value(words)


def test_b1_an_article_is_read_edited_and_previewed(attacked: Site, page: Page) -> None:
    packs = attacked.rows(
        f"select d.id, r.title, r.text from library_document d join library_revision r on r.id = d.revision_id"  # noqa: S608
        f" where d.owner_id = {MINE} and d.trashed_at is null and (d.title = %s or r.text like 'The lighthouse%%')",
        ALL,
    )
    assert len(packs) > 40
    for pk, title, _text in packs[::8]:
        visit(page, attacked, f"/library/{pk}/")
        assert texts(page, "main h1") == [title]
        assert texts(page, "head title")[0].strip().startswith(title)
    for pk, title, text in packs[::24]:
        visit(page, attacked, f"/library/{pk}/edit/")
        expect(page.locator("input[name=title]")).to_have_value(title)
        expect(page.locator("textarea[name=text]")).to_have_value(text)
    everything = next(pk for pk, title, _text in packs if title == ALL)
    # As it is typed: a draft, and the preview that the server draws of it.
    page.goto(f"{attacked.url}/library/{everything}/edit/")
    text = "\n\n".join(IN_ONE_TEXT).replace("\0", "")
    page.locator("textarea[name=text]").fill(f"Anew.\n\n{text}")
    expect(page.locator("#preview")).to_contain_text("Anew.")
    expect(page.locator("#draft")).to_contain_text("Draft kept")
    see(page)
    page.goto(f"{attacked.url}/library/{everything}/edit/")
    expect(page.locator("#editor ~ form, form.notice").first).to_be_visible()
    see(page)
    for pk in column(attacked, "select id from indexing_passage where document_id = %s order by id", everything)[::9]:
        visit(page, attacked, f"/passages/{pk}/")


def test_b1_searches_repeat_and_find_words(attacked: Site, page: Page) -> None:
    for number, query in enumerate(packed(ATTACKS, 900)[::3]):
        visit(page, attacked, f"/search/?q={quote(query)}")
        expect(page.locator("input[name=q]")).to_have_value(query)
        if number % 3 == 1:
            narrowed = f'title:"{ATTACKS[number]}" -"{ATTACKS[-number]}" keeper'.replace("\0", "")
            visit(page, attacked, f"/search/?q={quote(narrowed)}")
    visit(page, attacked, f"/search/?q={quote('lighthouse keeper counts the ships')}")
    titles = set(column(attacked, "select title from library_document where owner_id = MINE"))
    found = texts(page, ".hit h2")
    assert len(found) > 5
    assert set(found) <= titles
    page.locator("input[name=q]").fill(packed(ATTACKS, 300)[3])
    expect(page).to_have_url(re.compile("q=.*" + re.escape(quote(packed(ATTACKS, 300)[3][:4], safe=""))))
    see(page)


def test_b1_files_of_attacks_are_read_and_shown(attacked: Site, page: Page, tmp_path: Path) -> None:
    visit(page, attacked, "/library/")
    files = [make(tmp_path / name) for name, make in hostile_files.FILES.items()]
    page.locator("#uploads input[type=file]").set_input_files(files)
    for file in files:
        row = page.locator(".rows li", has_text=file.stem).first
        expect(row).to_have_attribute("data-state", "ready", timeout=INDEXED)
    for file in files:
        [pk] = column(attacked, "select id from library_document where owner_id = MINE and title = %s", file.stem)
        visit(page, attacked, f"/library/{pk}/")
        expect(page.locator(".found-text p, article.prose p").first).to_be_visible()
        see(page)
        visit(page, attacked, f"/library/{pk}/text/")
        assert "onerror=alert" in page.locator("main").inner_text(), file
        passages = column(attacked, "select id from indexing_passage where document_id = %s order by id", pk)
        assert len(passages) > 8, file
        for passage in passages[::16]:
            visit(page, attacked, f"/passages/{passage}/")
            if file.suffix == ".pdf":
                expect(page.locator("figure.leaf img")).to_be_visible()


def test_b1_who_runs_the_site_meets_none_of_it(attacked: Site, guard: Guard, new_page: Callable[..., Page]) -> None:
    page = new_page()
    guard.watch(page.context)
    sign_in(page, attacked)
    page.goto(f"{attacked.url}/{settings.ADMIN_PATH}")
    lists = page.locator("#content a:not(.addlink):not(.changelink)").evaluate_all(
        "(all) => all.map((it) => it.pathname)"
    )
    assert len(lists) > 4
    for path in lists:
        for words in ("", packed(ATTACKS, 900)[7]):
            page.goto(f"{attacked.url}{path}?q={quote(words)}")
            assert not re.search(r"alert\(|attack\.", page.locator("#content").inner_text()), path
            # What was looked for stands in the box to look, and nowhere else.
            if page.locator("#searchbar").count():
                expect(page.locator("#searchbar")).to_have_value(words)
    for pk in column(attacked, "select id from chat_conversation where owner_id = MINE order by id")[::200]:
        page.goto(f"{attacked.url}/{settings.ADMIN_PATH}chat/conversation/{pk}/change/")
        assert not re.search(r"alert\(|attack\.", page.locator("#content").inner_text())


def carried(attack: str) -> str:
    """What of it a file's name can carry."""
    return re.sub(r"[/\\\0]", " ", attack)


def test_b1_names_of_files_are_words(attacked: Site, page: Page, watcher: Watcher) -> None:
    # What the browser says of a refusal.
    watcher.expected = ("status of 422",)
    names = [f"{name}.md" for name in packed([carried(attack) for attack in ATTACKS], 240)]
    # A kind that is not taken is refused by name, and a name with folders loses them.
    refused = [f"{name}.exe" for name in packed([carried(attack) for attack in ATTACKS[::7]], 240)]
    folders = [f"{attack}.md" for attack in ATTACKS if "/" in attack][:20]
    files: list[FilePayload] = [
        {"name": name, "mimeType": "", "buffer": f"Note {number}.".encode() + b"\0\1\2\3" * name.endswith(".exe")}
        for number, name in enumerate([*names, *refused, *folders])
    ]
    visit(page, attacked, "/library/")
    before = len(column(attacked, "select id from library_document where owner_id = MINE"))
    page.locator("#uploads input[type=file]").set_input_files(files)
    # Those that were refused stay to be read.
    expect(page.locator("#uploads li.bad")).to_have_count(len(refused), timeout=ANSWERED)
    expect(page.locator("#uploads progress")).to_have_count(0, timeout=ANSWERED)
    see(page)
    assert texts(page, "#uploads li.bad strong") == [shown(name) for name in refused]
    kept = column(attacked, "select title from library_document where owner_id = MINE and kind = 'file'")
    assert {title_of(shown(name)) for name in names} <= set(kept)
    assert len(column(attacked, "select id from library_document where owner_id = MINE")) == before + len(
        [*names, *folders]
    )
    assert sorted(all_pages(page, attacked, "/library/?show=files", ".rows strong")) == sorted(kept)


def shown(name: str) -> str:
    """The name as it arrives: browsers write three characters of it in another way."""
    for character in '"\r\n':
        name = name.replace(character, quote(character))
    parser = MultiPartParser.__new__(MultiPartParser)
    return display_name(parser.sanitize_file_name(name) or "")


def test_b1_questions_names_and_all_around_an_answer_are_words(attacked: Site, page: Page) -> None:
    talks = attacked.rows(
        f"select c.id, c.title from chat_conversation c where owner_id = {MINE}"  # noqa: S608
        " and exists (select 1 from chat_message m where m.conversation_id = c.id)"
    )
    assert len(talks) == 3
    for pk, title in talks:
        visit(page, attacked, f"/conversations/{pk}/?q={quote(title)}")
        asked = column(
            attacked,
            "select text from chat_message where conversation_id = %s and role = 'question' order by ordinal",
            pk,
        )
        assert texts(page, ".turn .asked") == asked
        assert texts(page, ".naming summary span") == [title]
        assert page.locator(".looked-for textarea").evaluate_all("(all) => all.map((one) => one.value)") == asked
        assert page.locator(".why textarea").evaluate_all("(all) => all.map((one) => one.value)") == asked[:-1]
        assert texts(page, ".card .title")[: len(asked)] == [question[:300] for question in asked]
        expect(page.locator("textarea[data-box]")).to_have_value(title)
    citations = column(attacked, "select id from chat_citation where owner_id = MINE order by id")
    for citation in citations[::60]:
        visit(page, attacked, f"/citations/{citation}/")
    for word in ("even", "odd"):
        visit(page, attacked, f"/conversations/?q={word}")
        named = column(
            attacked, "select title from chat_conversation where owner_id = MINE and title like %s", f"% {word}"
        )
        assert set(named) <= set(texts(page, ".talks strong"))
    for query in packed(ATTACKS, 3900)[::3]:
        visit(page, attacked, f"/conversations/?q={quote(query)}")
        expect(page.locator("#words")).to_have_value(query)
        visit(page, attacked, f"/?q={quote(query)}")
        expect(page.locator("textarea[name=question]")).to_have_value(query)


def test_b1_the_rail_says_the_names_of_conversations(attacked: Site, page: Page) -> None:
    mine = column(attacked, "select id from chat_conversation where owner_id = MINE order by id")
    for start in range(0, len(mine), 90):
        some = mine[start : start + 30]
        attacked.rows("update chat_conversation set updated_at = clock_timestamp() where id = any(%s)", some)
        visit(page, attacked, "/")
        named = column(attacked, "select title from chat_conversation where id = any(%s)", some)
        assert set(named) <= set(texts(page, ".threads a"))


def test_b1_gaps_are_words(attacked: Site, page: Page) -> None:
    kept = column(attacked, "select question from chat_gap where owner_id = MINE and closed_at is null")
    assert len(kept) > 250
    found = all_pages(page, attacked, "/gaps/", ".gap strong")
    # A worker looks at them again meanwhile, and what can be answered by now goes to the top.
    assert len(found) == len(kept)
    assert set(found) <= set(kept)


def test_b1_what_a_reader_types_into_forms_comes_back_as_words(attacked: Site, model: Any, page: Page) -> None:
    name, words, meant = packed(ATTACKS, 120)[5], packed(ATTACKS, 1000)[2], packed(ATTACKS, 3900)[1]
    for question in packed(ATTACKS, 3900)[::3]:
        page.goto(attacked.url)
        page.locator("textarea[name=question]").fill(question)
        page.locator("textarea[name=question]").press("Enter")
        page.wait_for_url("**/conversations/*/")
        expect(page.locator(".turn .tools")).to_be_visible(timeout=ANSWERED)
        assert texts(page, ".turn .asked") == [question]
        see(page)
    page.locator(".naming summary").click()
    page.locator(".naming input[name=name]").fill(name)
    page.locator(".naming button").click()
    expect(page.locator(".naming summary span")).to_have_text(name)
    asked(page, ASKED)
    page.get_by_role("button", name="This answer did not help").last.click()
    page.get_by_label("In your words, if you like").fill(words)
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".feedback [role=status]")).to_be_visible()
    expect(page.locator(".why textarea")).to_have_value(words)
    see(page)
    model.rewrite("What is it that " + words[:300])
    asked(page, "And how much of it is usual?")
    see(page)
    last = page.locator(".turn").last
    last.locator(".looked-for summary").click()
    last.locator("[name=looked_for]").fill(meant)
    last.get_by_role("button", name="Look for this").click()
    expect(last.locator(".looked-for summary span")).to_contain_text(meant[:60], timeout=ANSWERED)
    expect(last.locator(".tools")).to_be_visible(timeout=ANSWERED)
    expect(last.locator("[name=looked_for]")).to_have_value(meant)
    see(page)
    assert last.locator(".looked-for summary span").evaluate("(it) => it.textContent") == f"Looked for: “{meant}”"


def asked(page: Page, question: str) -> None:
    """Asks on, and waits until it is answered."""
    turns = page.locator(".turn").count()
    page.locator("textarea[name=question]").fill(question)
    page.locator("[data-send]").click()
    expect(page.locator(".turn .tools")).to_have_count(turns + 1, timeout=ANSWERED)


def test_b1_titles_and_words_that_a_server_cites_are_words(attacked: Site, page: Page) -> None:
    page.goto(attacked.url)
    page.locator("textarea[name=question]").fill(LIGHTHOUSE)
    page.locator("textarea[name=question]").press("Enter")
    expect(page.locator(".turn .tools")).to_be_visible(timeout=ANSWERED)
    expect(page.locator(".answer a.cite").first).to_be_visible()
    see(page)
    titles = column(attacked, "select title from library_document where owner_id = MINE")
    assert set(texts(page, ".card .title")) <= set(titles)
    assert {title for title in texts(page, ".card .title") if "alert" in title}


def cut(text: str, chance: random.Random) -> list[str]:
    """The text in pieces of up to a dozen characters."""
    places = sorted({0, len(text), *(chance.randrange(len(text)) for _ in range(len(text) // 6))})
    return [text[start:end] for start, end in pairwise(places)]


def test_b1_b2_b3_a_model_that_says_them_all_forges_nothing(
    attacked: Site, model: Any, guard: Guard, new_page: Callable[..., Page]
) -> None:
    chance = random.Random(2)  # noqa: S311
    text = "".join(f"\n\n{attack}" for attack in IN_ONE_TEXT)
    with wire(attacked.port) as wired:
        guard.url = wired.url
        page = new_page()
        guard.watch(page.context)
        page.add_init_script(HEARD)
        sign_in(page, Site(attacked.data, wired.port, attacked.environment), EMAIL, PASSWORD)
        got = listening(page)
        model.script("given", pieces=cut(text, chance), delay=0.002)
        page.goto(wired.url)
        page.locator("textarea[name=question]").fill(ASKED)
        page.locator("textarea[name=question]").press("Enter")
        page.wait_for_url("**/conversations/*/")
        address = page.url
        expect(page.locator(".answer[aria-busy=true]")).to_contain_text("alert", timeout=ANSWERED)
        for _ in range(8):
            see(page)
        expect(page.locator(".turn .tools")).to_be_visible(timeout=ANSWERED)
        see(page)
        assert page.url == address
        sent = parsed(stream_of(wired.heard))
        assert got == sent
        names = [event.name for event in sent]
        assert names[:5] == ["status", "status", "found", "sources", "whole"]
        assert set(names[5:-2]) == {"settled", "growing"}
        assert names[-2:] == ["status", "done"]
        # What htmx was told: each once for each element that listens.
        heard = [Event(*one) for one in page.evaluate("() => window.heard")]
        assert [event for event in heard if event.name != "status"] == [
            event for event in sent if event.name != "status"
        ]
        # All that was said is there to be read, but for what a fence says of itself.
        is_said = {n: n in numbers(attack) and not is_fence(attack) for n, attack in enumerate(ATTACKS, 1)}
        assert {n for n in is_said if is_said[n]} <= numbers(page.locator(".turn .answer").inner_text())
        page.reload()
        see(page)
        # Or it would go on asking over a wire that is gone.
        page.goto("about:blank")


def numbers(text: str) -> set[int]:
    return {int(number) for number in re.findall("[0-9]+", text)}


def is_fence(attack: str) -> bool:
    return re.match("```.|~~~.", attack) is not None


def listening(page: Page) -> list[Event]:
    """Fills with the events of an answer's stream as the browser reads them, whether a script listens or not."""
    got: list[Event] = []
    streams: set[str] = set()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def begun(told: dict[str, Any]) -> None:
        if told["request"]["url"].endswith("/stream/"):
            streams.add(told["requestId"])

    def heard(told: dict[str, Any]) -> None:
        if told["requestId"] in streams:
            got.append(Event(told["eventName"], told["data"], told["eventId"]))

    session.on("Network.requestWillBeSent", begun)
    session.on("Network.eventSourceMessageReceived", heard)
    return got


def stream_of(connections: Sequence[bytearray]) -> bytes:
    """The body of the stream of an answer, out of what came over the wire."""
    came = next(bytes(one) for one in connections if b"event: whole\n" in one)
    begin = came.rindex(b"HTTP/1.1 200", 0, came.index(b"event: whole\n"))
    reply = HTTPResponse(_Heard(came[begin:]))  # type: ignore[arg-type]
    reply.begin()
    return reply.read()


class _Heard:
    """What came over a wire, to be read as from a socket."""

    def __init__(self, came: bytes) -> None:
        self._came = came

    def makefile(self, _mode: str) -> BytesIO:
        return BytesIO(self._came)
