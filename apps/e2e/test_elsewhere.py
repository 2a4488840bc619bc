"""The same site on a Postgres and a Redis that are not its own, and with many readers at once."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest

from apps.ai.tests.scripted_server import ScriptedServer, running_server
from apps.e2e.conftest import EMAIL, Site, make_site
from config import local_postgres
from config.tests.conftest import until

READERS = 20
STREAMS = 200
CONNECTIONS = 30
# Each reader has an article of their own that answers the question.
MAKE_READERS = """
import json
from django.test import Client
from apps.accounts.models import User
from apps.library.writing import save_article
made = []
for number in range({readers}):
    user = User.objects.create_user(f"reader{{number}}@example.org", "a long pass phrase")
    save_article(user, "The harbour", "The harbour master keeps the ledger of arrivals. " * 2
                 + "Every ship pays two shillings at the northern quay. The lamps are lit at dusk.")
    client = Client()
    client.force_login(user)
    made.append([user.pk, client.cookies["sessionid"].value])
print(json.dumps(made))
"""


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    """A model that takes its time, so that all are answered at once."""
    with running_server(delay=0.2) as server:
        yield server


@pytest.fixture(scope="module")
def elsewhere(folder: Path, redis_url: str, model: ScriptedServer) -> Iterator[Site]:
    """A site with DATABASE_URL and REDIS_URL; the database allows 30 connections."""
    (folder / "elsewhere").mkdir(mode=0o755)
    (folder / "database").mkdir(mode=0o755)
    data = folder / "database" / "data"
    server = local_postgres.start(data, max_connections=str(CONNECTIONS))
    host = quote(str(local_postgres.socket_directory(data)), safe="")
    site = make_site(
        folder / "elsewhere",
        "--empty",
        DATABASE_URL=f"postgres://postgres@{host}/postgres",
        REDIS_URL=redis_url,
        ANTHROPIC_BASE_URL=model.url,
    )
    site.database = data
    site.start()
    yield site
    site.stop()
    local_postgres.stop(server)


def test_a_document_is_indexed_by_way_of_redis_and_survives_its_being_emptied(
    elsewhere: Site, redis_url: str, tmp_path: Path
) -> None:
    assert not (elsewhere.data / "postgres").exists()
    note = tmp_path / "note.md"
    note.write_text("# Kestrel\n\nThe kestrel nests in the bell tower above the market.")
    done = elsewhere.manage("add", str(note), "--user", EMAIL)
    assert done.returncode == 0, done.stderr
    subprocess.run(["redis-cli", "-u", redis_url, "flushall"], check=True, capture_output=True)
    (tmp_path / "second.md").write_text("# Swift\n\nThe swift sleeps on the wing above the river.")
    done = elsewhere.manage("add", str(tmp_path / "second.md"), "--user", EMAIL)
    assert done.returncode == 0, done.stderr
    found = json.loads(elsewhere.manage("search", "bird in the tower", "--user", EMAIL, "--json").stdout)
    assert found["hits"][0]["title"] == "note"
    assert elsewhere.answers()


def test_200_event_streams_and_20_answers_at_once_with_30_connections(elsewhere: Site, model: ScriptedServer) -> None:
    made = elsewhere.manage("shell", "-c", MAKE_READERS.format(readers=READERS))
    readers: list[tuple[int, str]] = json.loads(made.stdout.strip().splitlines()[-1])
    asked_before = len(model.requests)
    with _Connections(elsewhere) as connections:
        told, answers, pages = asyncio.run(_all_at_once(elsewhere, readers))
    # Every open page heard of its own reader's answer, and of no other's.
    assert len(told) == STREAMS
    assert all(told.values())
    # Every answer came to its end, with its citation.
    assert len(answers) == READERS
    assert all("event: done" in answer and 'class="cite"' in answer for answer in answers)
    assert len(model.requests) == asked_before + READERS
    assert pages == {200}
    assert connections.most <= CONNECTIONS
    assert connections.refused == 0


async def _all_at_once(site: Site, readers: list[tuple[int, str]]) -> tuple[dict[int, list[str]], list[str], set[int]]:
    """Opens the event streams, asks all the questions, and reads everything to its end."""
    told: dict[int, list[str]] = {number: [] for number in range(STREAMS)}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=site.url, timeout=120, limits=limits) as client, AsyncExitStack() as stack:
        listening = []
        for number in range(STREAMS):
            _user, session = readers[number % READERS]
            request = client.stream("GET", "/events/", headers=_headers(session))
            response = await stack.enter_async_context(request)
            assert response.status_code == 200
            listening.append(asyncio.create_task(_listen(response, told[number])))
        asked = [asyncio.create_task(_ask(client, session)) for _user, session in readers]
        await asyncio.sleep(2)
        statuses = {
            (await client.get("/library/", headers=_headers(session))).status_code for _user, session in readers
        }
        answers = await asyncio.gather(*asked)
        await asyncio.wait(listening, timeout=30)
        for task in listening:
            task.cancel()
    return told, answers, statuses


async def _listen(response: httpx.Response, told: list[str]) -> None:
    """Notes the events of one page until it has heard that an answer is done."""
    async for line in response.aiter_lines():
        if line.startswith("data:") and '"done"' in line:
            told.append(line)
            return


async def _ask(client: httpx.AsyncClient, session: str) -> str:
    """Asks, opens the answer's stream and gives all of it."""
    reply = await client.post(
        "/ask/", headers=_headers(session), data={"question": "What does the harbour master keep?"}
    )
    assert reply.status_code == 302, reply.text
    page = await client.get(reply.headers["location"], headers=_headers(session))
    found = re.search(r'sse-connect="([^"]+)"', page.text)
    assert found, page.text
    parts: list[str] = []
    async with client.stream("GET", found[1], headers=_headers(session)) as response:
        async for part in response.aiter_text():
            parts.append(part)
            if "event: done" in part:
                break
    return "".join(parts)


def _headers(session: str) -> dict[str, str]:
    token = "t" * 32
    return {"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token}


class _Connections:
    """Counts the database's connections while something goes on."""

    def __init__(self, site: Site) -> None:
        self.most = 0
        self.refused = 0
        self._parameters: dict[str, Any] = {
            "host": str(local_postgres.socket_directory(site.database)),
            "user": "postgres",
            "dbname": "postgres",
        }
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._count)

    def __enter__(self) -> _Connections:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _count(self) -> None:
        query = "select count(*) from pg_stat_activity where backend_type = 'client backend'"
        while not self._over.wait(0.2):
            try:
                with psycopg.connect(**self._parameters) as connection:
                    row = connection.execute(query).fetchone()
            except psycopg.OperationalError:
                self.refused += 1
                continue
            assert row
            # Ourselves not counted.
            self.most = max(self.most, row[0] - 1)


def test_a_killed_worker_is_started_again(elsewhere: Site) -> None:
    log = elsewhere.log.read_text().count("worker")
    subprocess.run(["pkill", "-9", "-P", str(elsewhere.process.pid), "-f", "run_huey"], check=True)  # type: ignore[union-attr]
    until(lambda: elsewhere.log.read_text().count("worker") > log)
    assert elsewhere.answers()
