"""An answer's sentences are compared with its sources when it ends, and kept, shown and replaced with it."""

from __future__ import annotations

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.ai.generators import Fault
from apps.ai.tests.scripted_server import ScriptedServer
from apps.chat import keeping, showing
from apps.chat.asking import ask
from apps.chat.checking import Verdict, comparing
from apps.chat.keeping import Claim, Ending, Written
from apps.chat.models import Check, Message
from apps.chat.tests.conftest import SALT, Ask, add, written
from apps.chat.tests.making import a_check, a_citation, a_conversation, the_answer
from apps.chat.tests.reading import pieces, read_all, read_until
from apps.core.threads import in_database
from apps.library.models import Document

pytestmark = pytest.mark.django_db(transaction=True)
HEAT = "At how many degrees is the loaf baked, and for how many minutes?"
WALK = "走步道要帶多少水？"
TRAIL = """# 步道筆記

## 帶水

走步道每個人要帶 2 公升的水。步道全長 14 公里，來回大約 6 小時。
"""
TEXT = "Two percent is usual [1]. Use 9 percent [1]. Salt is cheap. Others say so [4]."


def kept(answer: Message) -> list[tuple[str, str, str]]:
    """The sentences compared, each with its verdict and the words that differ."""
    rows = Check.objects.visible_to(answer.owner).filter(message=answer).order_by("start")
    return [(answer.text[row.start : row.end], row.verdict, row.detail) for row in rows]


def verdicts(answer: Message) -> list[str]:
    return [verdict for _, verdict, _ in kept(answer)]


def a_checked_conversation(user: User, *questions: str) -> Message:
    """An answer with a sentence of each kind that a plain reader can tell."""
    conversation = a_conversation(user, *questions, text=TEXT, generator="anthropic")
    for answer in conversation.messages.answers():
        a_citation(answer)
        a_check(answer, "Two percent is usual", Verdict.MATCHES, 1)
        a_check(answer, "Use 9 percent", Verdict.NUMBER, 1, detail="9")
        a_check(answer, "Salt is cheap.", Verdict.UNCITED)
        a_check(answer, "Others say so", Verdict.NO_SOURCE, 4)
    return the_answer(conversation)


def page_of(answer: Message, client: Client) -> str:
    return client.get(f"/conversations/{answer.conversation_id}/").content.decode()


# When they are made


async def test_each_sentence_is_compared_when_the_answer_ends(
    library: list[Document], asked: Ask, model: ScriptedServer
) -> None:
    model.script("unsound")
    answer = await written(await asked(HEAT))
    found = await in_database(kept, answer)
    by_verdict = {verdict: sentence for sentence, verdict, _ in found}
    assert "300 degrees" in by_verdict[Verdict.NUMBER]
    assert by_verdict[Verdict.UNCITED].startswith("This is worth remembering")
    assert by_verdict[Verdict.NO_SOURCE].startswith("Another document says the same")
    assert "loaf" in by_verdict[Verdict.MATCHES]
    assert "300" in next(detail for _, verdict, detail in found if verdict == Verdict.NUMBER)


async def test_a_chinese_answer_is_compared_too(owner: User, asked: Ask, model: ScriptedServer) -> None:
    await in_database(add, owner, "步道筆記", TRAIL)
    model.script("unsound")
    answer = await written(await asked(WALK))
    found = {verdict: sentence for sentence, verdict, _ in await in_database(kept, answer)}
    assert "公升" in found[Verdict.MATCHES]
    assert "7" in found[Verdict.NUMBER]
    assert found[Verdict.UNCITED].startswith("這件事值得記住")
    assert found[Verdict.NO_SOURCE].startswith("另一份文件也這麼說")


@pytest.mark.parametrize("scenario", ["cut", "max-tokens"])
async def test_what_was_written_before_it_was_interrupted_is_compared(
    library: list[Document], asked: Ask, model: ScriptedServer, scenario: str
) -> None:
    model.script(scenario, after=20)
    answer = await written(await asked(HEAT))
    assert answer.state == Message.State.INTERRUPTED
    assert await in_database(kept, answer)


async def test_what_was_written_before_it_was_stopped_is_compared(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.script("long", delay=0.05)
    answer = await asked(HEAT)
    stream = pieces(await page.get(f"/answers/{answer.pk}/stream/"))
    await read_until(stream, 'class="cite"')
    await stream.aclose()
    await page.post(f"/answers/{answer.pk}/stop/")
    stopped = await written(answer)
    assert stopped.state == Message.State.STOPPED
    assert await in_database(kept, stopped)


def test_what_a_process_left_behind_is_compared_when_it_is_found(owner: User) -> None:
    answer = ask(owner, SALT)
    a_citation(answer)
    past = timezone.now() - timedelta(seconds=1)
    Message.objects.filter(pk=answer.pk).update(text=TEXT, generator="anthropic", lease_until=past)
    keeping.mark_abandoned(owner)
    answer.refresh_from_db()
    assert (answer.state, answer.fault) == (Message.State.INTERRUPTED, Fault.PROCESS_ENDED)
    assert verdicts(answer) == ["matches", "number", "uncited", "no_source"]


def test_what_joins_an_answer_ended_elsewhere_is_compared_anew(owner: User) -> None:
    answer = ask(owner, SALT)
    a_citation(answer)
    keeping.stop(answer)
    for text in ("Two percent [1].", TEXT):
        keeping.end(Claim(answer.pk, 1), Written(text, {1: (10, 31)}, "anthropic", "m"), Ending(Message.State.STOPPED))
    answer.refresh_from_db()
    assert verdicts(answer) == ["matches", "number", "uncited", "no_source"]


async def test_quotations_need_no_check(library: list[Document], asked: Ask) -> None:
    answer = await written(await asked(HEAT))
    assert (answer.generator, bool(answer.text)) == ("quotations", True)
    assert await in_database(kept, answer) == []


async def test_what_is_not_in_the_library_has_no_check(
    library: list[Document], asked: Ask, model: ScriptedServer
) -> None:
    answer = await written(await asked("Who won the chess championship of 1972?"))
    assert answer.outcome == Message.Outcome.NOT_FOUND
    assert await in_database(kept, answer) == []


def test_an_answer_that_cannot_be_compared_ends_all_the_same(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(text: str, sources: object) -> list[object]:
        raise ValueError(text)

    monkeypatch.setattr(comparing, "check", fails)
    answer = ask(owner, SALT)
    keeping.end(Claim(answer.pk, 1), Written(TEXT, {}, "anthropic", "m"), Ending(Message.State.DONE))
    answer.refresh_from_db()
    assert (answer.text, answer.state) == (TEXT, Message.State.DONE)
    assert kept(answer) == []


def test_while_an_answer_is_compared_nobody_has_to_wait(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ask(owner, SALT)

    def stop() -> None:
        connection.cursor().execute("SET lock_timeout = '2s'")
        keeping.stop(answer)
        connection.close()

    def check(text: str, sources: object) -> list[object]:
        with ThreadPoolExecutor() as elsewhere:
            elsewhere.submit(stop).result()
        return []

    monkeypatch.setattr(comparing, "check", check)
    keeping.end(Claim(answer.pk, 1), Written(TEXT, {}, "anthropic", "m"), Ending(Message.State.DONE))
    answer.refresh_from_db()
    assert (answer.text, answer.state) == (TEXT, Message.State.STOPPED)


async def test_asking_again_replaces_the_checks(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.script("unsound")
    answer = await written(await asked(HEAT))
    assert Verdict.NUMBER in await in_database(verdicts, answer)
    model.script("silent")
    await page.post(f"/answers/{answer.pk}/retry/")
    assert await in_database(kept, answer) == []
    assert await asyncio.to_thread(model.wait_until_asked, 2)
    await page.post(f"/answers/{answer.pk}/stop/")
    await asyncio.to_thread(model.wait_until_left)
    await page.post(f"/answers/{answer.pk}/retry/")
    again = await written(answer)
    found = await in_database(verdicts, again)
    assert Verdict.MATCHES in found
    assert Verdict.NUMBER not in found


# Where they are shown


def test_a_page_marks_what_does_not_match_and_says_it_in_words(owner: User, owner_client: Client) -> None:
    answer = a_checked_conversation(owner)
    html = page_of(answer, owner_client)
    cite = f'<a class="cite" href="#source-{answer.pk}-1">1</a>'
    check = answer.checks.get(verdict="number")
    assert f"<p>Two percent is usual {cite}. <span" in html
    assert (
        f'<span class="claim is-wrong is-number">Use 9 percent {cite}.<a class="sign is-wrong is-number" '
        f'id="said-{check.pk}" href="#check-{check.pk}"><span>Number or date differs: 9</span></a></span>'
    ) in html
    assert '<span class="claim is-bare is-uncited">Salt is cheap.<a class="sign is-bare is-uncited"' in html
    assert '<span class="cite missing">4<span class="aloud"> (this source does not exist)</span></span>' in html
    assert 'href="#source-{answer.pk}-4"' not in html
    assert "verified" not in html.lower()


def test_below_the_answer_stands_how_many_of_each_and_which(owner: User, owner_client: Client) -> None:
    answer = a_checked_conversation(owner)
    html = page_of(answer, owner_client)
    counts = "1 matches, 1 number or date differs, 1 source does not exist, 1 without a source"
    assert f"<summary>Compared with the sources: {counts}</summary>" in html
    listed = re.findall(
        r'<li id="check-(\d+)" class="([^"]+)" tabindex="-1"><strong>([^<]+)</strong> <a href="#said-\1">([^<]+)', html
    )
    assert [row[1:] for row in listed] == [
        ("is-wrong is-number", "Number or date differs: 9", "Use 9 percent"),
        ("is-wrong is-no_source", "Source does not exist", "Others say so"),
        ("is-bare is-uncited", "No source given", "Salt is cheap."),
    ]


def test_the_card_of_a_source_names_the_sentence_that_differs_from_it(owner: User, owner_client: Client) -> None:
    html = page_of(a_checked_conversation(owner), owner_client)
    card = html[html.index('<details class="card"') :]
    assert "Number or date differs: 9" in card
    assert "Use 9 percent" in card
    assert "Salt is cheap." not in card


def test_an_answer_that_matches_is_not_burdened(owner: User, owner_client: Client) -> None:
    conversation = a_conversation(owner, generator="anthropic")
    answer = the_answer(conversation)
    a_citation(answer)
    a_check(answer, "Two percent", Verdict.MATCHES, 1)
    html = page_of(answer, owner_client)
    assert 'class="sign' not in html
    assert '<details class="compared"' not in html
    assert "Compared with the sources: 1 matches</p>" in html


def test_an_answer_without_checks_says_nothing_of_them(owner: User, owner_client: Client) -> None:
    html = page_of(the_answer(a_conversation(owner)), owner_client)
    assert "Compared with" not in html


def test_each_verdict_has_its_words_and_its_look(owner: User, owner_client: Client) -> None:
    text = "".join(f"Sentence number {number} of them. " for number in range(len(Verdict)))
    answer = the_answer(a_conversation(owner, text=text, generator="anthropic"))
    for number, verdict in enumerate(Verdict):
        a_check(answer, f"Sentence number {number} of them.", verdict, detail="" if number % 2 else "words")
    html = page_of(answer, owner_client)
    for verdict in Verdict:
        assert (f"is-{verdict.value}" in html) == (verdict != Verdict.MATCHES)
        assert (str(verdict.label) in html) == (verdict != Verdict.MATCHES)


async def test_the_signs_come_with_the_end_of_the_stream(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.script("unsound")
    answer = await asked(HEAT)
    events = await read_all(await page.get(f"/answers/{answer.pk}/stream/"))
    done = events[-1]
    assert done.name == "done"
    assert 'class="sign is-wrong is-number"' in done.data
    assert "Compared with the sources" in done.data
    for event in events[:-1]:
        assert 'class="sign' not in event.data
    assert "differ from what they cite" in next(event for event in reversed(events) if event.name == "status").data


def test_what_is_copied_has_a_line_for_what_differs(owner: User) -> None:
    turn = showing.turn(a_checked_conversation(owner))
    assert turn.markdown == (
        f"{TEXT}\n\n[1] Bread: “Two percent is usual.”\n\n"
        "Number or date differs: 9: “Use 9 percent”\nSource does not exist: “Others say so”"
    )


def test_text_of_an_attacker_in_a_check_stays_text(owner: User, owner_client: Client) -> None:
    attack = "<img src=x onerror=alert(1)>"
    answer = the_answer(a_conversation(owner, text=f"Say {attack} so.", generator="anthropic"))
    a_check(answer, f"Say {attack} so.", Verdict.NAME, 1, detail=attack)
    html = page_of(answer, owner_client)
    assert "<img" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") >= 3


def test_checks_of_another_reader_are_seen_by_nobody_else(owner: User, other: User, other_client: Client) -> None:
    answer = a_checked_conversation(owner)
    a_checked_conversation(other)
    assert other_client.get(f"/conversations/{answer.conversation_id}/").status_code == 404
    assert other_client.get(f"/answers/{answer.pk}/").status_code == 404
    own = Check.objects.visible_to(other)
    assert own.count() == 4
    assert {check.message.owner_id for check in own} == {other.pk}


def test_a_longer_answer_and_conversation_ask_the_database_no_more(owner: User, owner_client: Client) -> None:
    def queries(count: int) -> int:
        answer = a_checked_conversation(owner, *[f"Question {number}?" for number in range(count)])
        with CaptureQueriesContext(connection) as caught:
            page_of(answer, owner_client)
        return len(caught)

    assert queries(1) == queries(3)


def test_the_command_prints_what_differs(library: list[Document], owner: User, model: ScriptedServer) -> None:
    model.script("unsound", times=2)
    out = StringIO()
    call_command("ask", HEAT, "--user", owner.email, stdout=out)
    assert "Compared with the sources: " in out.getvalue()
    assert "! Number or date differs: " in out.getvalue()
    out = StringIO()
    call_command("ask", HEAT, "--user", owner.email, "--json", stdout=out)
    checks = json.loads(out.getvalue())["checks"]
    assert {"matches", "number", "uncited", "no_source"} <= {check["verdict"] for check in checks}
    wrong = next(check for check in checks if check["verdict"] == "number")
    assert set(wrong) == {"verdict", "sentence", "numbers", "detail"}
    assert "300 degrees" in wrong["sentence"]
    assert wrong["numbers"]
