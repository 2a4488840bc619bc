"""However an answer ends, what was written stays, the page says what happened, and trying again works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import AsyncClient
from django.utils import timezone

from apps.accounts.models import User
from apps.ai.generators import Fault
from apps.ai.generators import anthropic as client
from apps.ai.tests.scripted_server import ScriptedServer
from apps.chat import keeping, live
from apps.chat.asking import ask
from apps.chat.keeping import Claim, Ending, Written
from apps.chat.models import Citation, Message
from apps.chat.tests.conftest import SALT, Ask, written
from apps.chat.tests.making import a_citation
from apps.chat.tests.reading import pieces, read_all, read_until
from apps.core.threads import in_database
from apps.library.models import Document

pytestmark = pytest.mark.django_db(transaction=True)

# The scenario of the scripted server, how the answer ends, and what the page says.
FAULTS = [
    ("401", "failed", Fault.KEY_REFUSED, "refused the key"),
    ("404", "failed", Fault.MODEL_UNKNOWN, "does not know the model"),
    ("400", "failed", Fault.REQUEST_REFUSED, "did not accept the question"),
    ("429", "failed", Fault.RATE_LIMITED, "too many questions"),
    ("529", "failed", Fault.OVERLOADED, "too busy"),
    ("500", "failed", Fault.SERVER_ERROR, "an error of its own"),
    ("silent", "failed", Fault.SILENT, "went silent"),
    ("silent-after", "interrupted", Fault.SILENT, "went silent"),
    ("cut", "interrupted", Fault.CUT, "broke off"),
    ("cut-clean", "interrupted", Fault.CUT, "broke off"),
    ("error-event", "interrupted", Fault.OVERLOADED, "too busy"),
    ("refusal", "interrupted", Fault.REFUSAL, "declined"),
    ("max-tokens", "interrupted", Fault.CUT_SHORT, "longest length"),
    ("html", "failed", Fault.SERVER_ERROR, "an error of its own"),
]


async def seen(page: AsyncClient, answer: Message) -> str:
    """The conversation's page."""
    return (await page.get(f"/conversations/{answer.conversation_id}/")).content.decode()


async def begun(page: AsyncClient, answer: Message, words: str = "event: growing") -> None:
    """Reads along until the answer has begun."""
    stream = pieces(await page.get(f"/answers/{answer.pk}/stream/"))
    await read_until(stream, words)
    await stream.aclose()


UnderWay = Callable[[], Awaitable[Message]]


@pytest.fixture
def under_way(library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer) -> UnderWay:
    """Asks for a long answer, and gives it back once some of it is there to be read."""

    async def ask_for_a_long_one() -> Message:
        model.script("long", delay=0.05)
        answer = await asked(SALT)
        await begun(page, answer, "event: settled")
        return answer

    return ask_for_a_long_one


@pytest.mark.parametrize(("scenario", "state", "fault", "words"), FAULTS)
async def test_a_fault_is_said_plainly_and_trying_again_works(
    library: list[Document],
    asked: Ask,
    page: AsyncClient,
    model: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
    scenario: str,
    state: str,
    fault: Fault,
    words: str,
) -> None:
    monkeypatch.setattr(client, "SILENCE_OF_OTHERS", 0.5)
    # The official client tries again by itself before it gives up.
    model.script(scenario, times=3, retry_after=0 if scenario in ("429", "529", "500") else None)
    answer = await written(await asked(SALT))
    assert (answer.state, answer.fault) == (state, fault)
    assert bool(answer.text) == (state == "interrupted")
    html = await seen(page, answer)
    assert words in html
    assert "Try again" in html
    assert answer.text.split("\n")[0] in html
    model.forget()
    response = await page.post(f"/answers/{answer.pk}/retry/")
    assert response.status_code == 302
    again = await written(answer)
    assert (again.state, again.fault, again.attempt) == ("done", "", 2)
    assert again.text


async def test_characters_that_no_database_holds_cost_nothing_but_themselves(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.script("given", pieces=["Two \0percent ", "\ud83d", " [1]."])
    answer = await asked(SALT)
    events = await read_all(await page.get(f"/answers/{answer.pk}/stream/"))
    answer = await written(answer)
    assert (answer.state, answer.text) == ("done", "Two percent ? [1].")
    assert "Two percent ?" in events[-1].data


async def test_a_server_that_is_not_there(
    library: list[Document], asked: Ask, page: AsyncClient, settings: LazySettings, model: ScriptedServer
) -> None:
    settings.ANTHROPIC_BASE_URL = "http://127.0.0.1:9"
    answer = await written(await asked(SALT))
    assert (answer.state, answer.fault) == ("failed", Fault.UNREACHABLE)
    assert "cannot be reached" in await seen(page, answer)


async def test_stopping_ends_the_model_and_keeps_the_text(
    under_way: UnderWay, page: AsyncClient, model: ScriptedServer
) -> None:
    answer = await under_way()
    response = await page.post(f"/answers/{answer.pk}/stop/")
    assert response.headers["Location"] == f"/conversations/{answer.conversation_id}/#answer-{answer.pk}"
    stopped = await written(answer)
    assert stopped.state == Message.State.STOPPED
    assert stopped.text
    assert await asyncio.to_thread(model.wait_until_left)
    html = await seen(page, answer)
    assert "You stopped this answer." in html
    cited = await in_database(answer.citations.filter(is_cited=True).count)
    assert cited == len({number for number in range(1, 11) if f"[{number}]" in stopped.text})


async def test_stopping_by_htmx_answers_with_the_answer_alone(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.script("long", delay=0.05)
    answer = await asked(SALT)
    await begun(page, answer)
    response = await page.post(f"/answers/{answer.pk}/stop/", headers={"HX-Request": "true"})
    html = response.content.decode()
    assert html.strip().startswith(f'<section class="turn" id="answer-{answer.pk}"')
    assert "sse-connect" not in html


async def test_stopping_an_answer_that_is_done_changes_nothing(
    library: list[Document], asked: Ask, page: AsyncClient
) -> None:
    answer = await written(await asked(SALT))
    await page.post(f"/answers/{answer.pk}/stop/")
    assert (await written(answer)).state == Message.State.DONE


async def test_an_answer_stopped_in_another_process_ends_here_within_its_next_save(
    under_way: UnderWay,
    model: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "KEEP_EVERY", 0.1)
    answer = await under_way()
    await in_database(keeping.stop, answer)
    assert await asyncio.to_thread(model.wait_until_left)
    stopped = await written(answer)
    assert stopped.state == Message.State.STOPPED
    assert stopped.text
    assert stopped.generator == "anthropic"


async def test_an_answer_begun_again_before_that_was_noticed_here_is_written_once(
    under_way: UnderWay,
    page: AsyncClient,
    model: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Nothing is kept meanwhile, which would notice it.
    monkeypatch.setattr(live, "KEEP_EVERY", 60)
    answer = await under_way()
    await in_database(keeping.stop, answer)
    await page.post(f"/answers/{answer.pk}/retry/")
    assert await asyncio.to_thread(model.wait_until_left)
    again = await written(answer)
    assert (again.state, again.attempt) == (Message.State.DONE, 2)


async def test_what_is_written_is_kept_while_it_is_written(
    under_way: UnderWay,
    page: AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "KEEP_EVERY", 0.05)
    answer = await under_way()
    first = await in_database(Message.objects.get, pk=answer.pk)
    while True:
        row = await in_database(Message.objects.get, pk=answer.pk)
        if row.text and row.lease_until != first.lease_until:
            break
        await asyncio.sleep(0.02)
    assert row.is_streaming
    await page.post(f"/answers/{answer.pk}/stop/")


async def test_a_process_told_to_stop_lets_answers_finish(
    library: list[Document], asked: Ask, model: ScriptedServer
) -> None:
    model.delay = 0.01
    answer = await asked(SALT)
    await live.finish(asyncio.get_running_loop().time() + 30)
    assert (await written(answer)).state == Message.State.DONE


async def test_at_the_deadline_what_is_written_is_kept_and_marked(under_way: UnderWay, page: AsyncClient) -> None:
    answer = await under_way()
    await live.finish(asyncio.get_running_loop().time())
    interrupted = await written(answer)
    assert (interrupted.state, interrupted.fault) == ("interrupted", Fault.PROCESS_ENDED)
    assert interrupted.text
    assert "The site was restarted" in await seen(page, answer)


async def test_asking_again_replaces_text_and_sources(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    answer = await written(await asked(SALT))
    old = await in_database(lambda: set(answer.citations.values_list("pk", flat=True)))
    response = await page.post(f"/answers/{answer.pk}/retry/", headers={"HX-Request": "true"})
    assert "sse-connect" in response.content.decode()
    again = await written(answer)
    new = await in_database(lambda: set(answer.citations.values_list("pk", flat=True)))
    assert again.text == answer.text
    assert new
    assert not new & old
    assert len(model.requests) == 2


def test_an_older_attempt_may_not_write_any_more(owner: User) -> None:
    answer = ask(owner, SALT)
    claim = Claim(answer.pk, answer.attempt)
    Message.objects.filter(pk=answer.pk).update(attempt=2)
    assert keeping.keep({claim: Written("late", {})}) == {claim}
    keeping.end(claim, Written("late", {}), Ending(Message.State.DONE))
    answer.refresh_from_db()
    assert (answer.text, answer.state) == ("", Message.State.STREAMING)


def test_of_all_that_are_kept_at_once_only_those_that_are_lost_are_told(owner: User) -> None:
    kept, lost = ask(owner, "One?"), ask(owner, "Two?")
    Message.objects.filter(pk=lost.pk).update(attempt=2)
    sources = [a_citation(answer, start=0, quote="Use salt.", is_cited=False) for answer in (kept, lost)]
    written = Written("Two percent [1].", {1: (10, 32)}, "anthropic", "m")
    assert keeping.keep({Claim(kept.pk, 1): written, Claim(lost.pk, 1): written}) == {Claim(lost.pk, 1)}
    rows = Message.objects.order_by("pk").filter(role="answer").values_list("text", "generator", "model")
    assert list(rows) == [("Two percent [1].", "anthropic", "m"), ("", "", "")]
    cited = [Citation.objects.values_list("is_cited", "quote").get(pk=source.pk) for source in sources]
    assert cited == [(True, "Two percent is usual."), (False, "Use salt.")]


def test_what_somebody_else_is_changing_is_neither_waited_for_nor_lost(owner: User) -> None:
    changed, other = ask(owner, "One?"), ask(owner, "Two?")
    writings = {Claim(answer.pk, 1): Written("So far.", {}) for answer in (changed, other)}
    with transaction.atomic(), ThreadPoolExecutor(1) as beside:
        Message.objects.select_for_update().get(pk=changed.pk)
        assert beside.submit(asyncio.run, in_database(keeping.keep, writings)).result(10) == set()
    rows = Message.objects.filter(role="answer").order_by("pk")
    assert list(rows.values_list("text", flat=True)) == ["", "So far."]
    assert keeping.keep(writings) == set()
    assert set(rows.values_list("text", flat=True)) == {"So far."}


def test_what_was_written_last_joins_an_answer_that_was_ended_elsewhere(owner: User) -> None:
    answer = ask(owner, SALT)
    keeping.stop(answer)
    keeping.end(Claim(answer.pk, 1), Written("All of it.", {}, "anthropic", "m"), Ending(Message.State.INTERRUPTED))
    answer.refresh_from_db()
    assert (answer.text, answer.state, answer.fault) == ("All of it.", Message.State.STOPPED, "")


def test_only_answers_whose_lease_ran_out_are_marked(owner: User, other: User) -> None:
    gone, alive, foreign = ask(owner, "One?"), ask(owner, "Two?"), ask(other, "Three?")
    past = timezone.now() - timedelta(seconds=1)
    Message.objects.filter(pk__in=[gone.pk, foreign.pk]).update(lease_until=past)
    keeping.mark_abandoned(owner)
    states = dict(Message.objects.filter(role="answer").values_list("pk", "state"))
    assert states == {gone.pk: "interrupted", alive.pk: "streaming", foreign.pk: "streaming"}


async def test_when_the_server_wants_to_be_asked_again_is_said(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    model.script("429", retry_after=90)
    answer = await written(await asked(SALT))
    assert answer.retry_at is not None
    assert "Try again in 2 minutes." in await seen(page, answer)
    await in_database(Message.objects.update, retry_at=timezone.now() - timedelta(seconds=1))
    html = await seen(page, answer)
    assert "Try again in" not in html
    assert "Wait a moment" in html
    await page.post(f"/answers/{answer.pk}/retry/")
    again = await written(answer)
    assert (again.state, again.retry_at) == ("done", None)


async def test_tokens_and_cost_are_kept_and_shown(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer, settings: LazySettings
) -> None:
    settings.ANSWER_PRICES = (Decimal(1), Decimal(5))
    answer = await written(await asked(SALT))
    assert answer.input_tokens
    assert answer.output_tokens
    assert answer.cost == Decimal(answer.input_tokens + 5 * answer.output_tokens) / 1_000_000
    html = await seen(page, answer)
    assert f"{answer.tokens:,} tokens" in html
    assert f"${answer.cost.quantize(Decimal('0.0001'))}" in html


async def test_what_another_server_costs_nobody_knows(
    library: list[Document], asked: Ask, page: AsyncClient, model: ScriptedServer
) -> None:
    answer = await written(await asked(SALT))
    assert answer.cost is None
    html = await seen(page, answer)
    assert f"{answer.tokens:,} tokens" in html
    assert "$" not in html
