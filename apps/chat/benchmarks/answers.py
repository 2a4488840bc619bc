"""How long a reader waits for an answer, and how many can be written at once: the site's own part, not the model's.

The web process is a real one, and so are the database, the connections and the streams. The model is the scripted
server, which writes into each piece of text when it was written.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from apps.accounts.models import User
from apps.chat.benchmarks.readers import Reader, Reading, signed_in
from apps.core.progress import Tell
from apps.indexing import working
from apps.library.writing import save_article
from apps.search import warming
from apps.search.benchmarks import Figures, NotPossible, filling, machine, material
from apps.search.evaluation import measures
from config import env as environment

HELP = "how long until an answer begins, and how late each piece of it comes, one and many at once"
PATIENCE = 60.0
ARTICLE = """# The lighthouse of Qorvand

The lighthouse of Qorvand is painted in three colours: red, white and a dark blue. Its lamp is lit at dusk.
"""
QUESTION, PIECES = "In how many colours is the lighthouse of Qorvand painted? #clock", 100
# So long that the first ones are still written when the last have begun, and for some time after.
LONG_QUESTION, LONG_PIECES = f"{QUESTION}-long", 1200


def add_arguments(parser: ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--passages", type=int, default=10_000, metavar="N", help="passages of the library asked")
    parser.add_argument("--questions", type=int, default=40, metavar="N", help="asked one after the other")
    parser.add_argument("--at-once", type=int, default=100, metavar="N", help="answers written at once")
    parser.add_argument("--over", type=float, default=20, metavar="S", help="seconds in which those are begun")
    parser.add_argument("--rate", type=float, default=20, metavar="N", help="pieces a second that the model writes")
    parser.add_argument("--sentences", type=int, default=8_000, metavar="N", help="different sentences of the library")


def run(options: Mapping[str, Any], tell: Tell) -> Iterator[Figures]:
    """The figures of answers one after the other, then of many at once. Raises `NotPossible`."""
    warming.warm_up()
    sentences = options["sentences"]
    made = material.stock(sentences, lambda done: tell("Making sentences", done, sentences))
    (owner,) = filling.fill(made, [options["passages"]], tell)
    working.work_off([save_article(owner, "The lighthouse of Qorvand", ARTICLE).pk], lambda left: None)
    # A stand-in cannot sign in.
    User.objects.filter(pk=owner.pk).update(is_active=True, email="bench@example.org")
    call_command("collectstatic", interactive=False, verbosity=0)
    with _model(options["rate"]) as model, _site(model) as (url, process):
        reader = Reader(url, signed_in(User.objects.get(pk=owner.pk)))
        common = {"bench": "answers", "passages": options["passages"], "rate": options["rate"]}
        asyncio.run(_one_by_one(reader, 3, tell))
        readings = asyncio.run(_one_by_one(reader, options["questions"], tell))
        yield {**common, **_figures(readings), **machine.described()}
        watch = _Watch(process.pid)
        readings = asyncio.run(_at_once(reader, options["at_once"], options["over"], watch, tell))
        yield {**common, **_figures(readings, len(readings)), **watch.figures(len(readings)), **machine.described()}


def row(figures: Figures) -> Mapping[str, str]:
    """What a table shows of it."""
    return {
        "at once": str(figures["at_once"]),
        "answers": str(figures["answers"]),
        "first event p50": f"{figures['first_ms_p50']:.0f}",
        "p95": f"{figures['first_ms_p95']:.0f}",
        "found p95": f"{figures['found_ms_p95']:.0f}",
        "piece late p50": f"{figures['late_ms_p50']:.0f}",
        "late p95": f"{figures['late_ms_p95']:.0f}",
        "late p99": f"{figures['late_ms_p99']:.0f}",
        "all at once p99": f"{figures['together_ms_p99']:.0f}",
        "whole": f"{figures['whole']:.0%}",
        "connections": str(figures.get("connections", "")),
        "KB an answer": str(figures.get("kilobytes_an_answer", "")),
    }


async def _one_by_one(reader: Reader, count: int, tell: Tell) -> list[Reading]:
    readings = []
    for at in range(count):
        tell("Asking", at, count)
        readings.append(await reader.ask(QUESTION, PIECES))
    return readings


async def _at_once(reader: Reader, count: int, over: float, watch: _Watch, tell: Tell) -> list[Reading]:
    async def later(seconds: float) -> Reading:
        await asyncio.sleep(seconds)
        return await reader.ask(LONG_QUESTION, LONG_PIECES)

    tell("Asking many at once", 0, count)
    watching = asyncio.create_task(watch.look())
    readings = await asyncio.gather(*(later(at * over / count) for at in range(count)))
    watching.cancel()
    return list(readings)


def _figures(readings: Sequence[Reading], at_once: int = 1) -> Figures:
    """Milliseconds; `whole` is the share of the answers of which every piece came, in order and once.

    `late` is of all pieces that were written once their stream was open, `together` of those among them that were
    written while all streams were.
    """
    late = [seconds for reading in readings for _written, seconds in reading.late]
    return {
        "at_once": at_once,
        "answers": len(readings),
        "pieces": sum(len(reading.pieces) for reading in readings),
        "whole": sum(reading.is_whole for reading in readings) / len(readings),
        **{f"first_ms_p{percent}": _ms([one.first for one in readings], percent) for percent in (50, 95, 99)},
        **{f"found_ms_p{percent}": _ms([one.found for one in readings], percent) for percent in (50, 95, 99)},
        **{f"late_ms_p{percent}": _ms(late, percent) for percent in (50, 95, 99)},
        **{f"together_ms_p{percent}": _ms(_together(readings), percent) for percent in (50, 95, 99)},
    }


def _together(readings: Sequence[Reading]) -> list[float]:
    """How late, in seconds, were the pieces written from when the last stream was open until the first one ended."""
    begins = max(reading.began + reading.first for reading in readings)
    ends = min(reading.began + reading.last for reading in readings)
    return [seconds for reading in readings for written, seconds in reading.late if begins <= written <= ends]


def _ms(seconds: Sequence[float], percent: int) -> float:
    return round(1000 * measures.percentile(seconds, percent), 1) if seconds else 0.0


class _Watch:
    """The most that the web process takes while it is looked at: database connections, and memory in KB."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._before = self._memory()
        self._most = self._before
        self._connections = 0

    async def look(self) -> None:
        """Again and again, until cancelled."""
        while True:
            self._most = max(self._most, self._memory())
            self._connections = max(self._connections, await asyncio.to_thread(_connections))
            await asyncio.sleep(0.2)

    def figures(self, answers: int) -> Figures:
        """What was seen."""
        return {
            "connections": self._connections,
            "kilobytes_an_answer": round((self._most - self._before) / answers),
            "megabytes": round(self._most / 1024),
        }

    def _memory(self) -> int:
        try:
            told = self._status.read_text()
        except OSError:
            return 0
        return int(told.partition("VmRSS:")[2].split()[0])


def _connections() -> int:
    """Of others to this database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            )
            return int(cursor.fetchone()[0])
    finally:
        connection.close()


@contextmanager
def _model(rate: float) -> Iterator[str]:
    """The address of a scripted model that writes so many pieces a second."""
    command = [sys.executable, "-m", "apps.ai.tests.scripted_server", "--port", "0", "--delay", str(1 / rate)]
    process = subprocess.Popen(command, cwd=environment.ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield (process.stdout.readline() if process.stdout else "").strip()
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _site(model: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A web process of the site on this database, its address and itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    answering = {"ANTHROPIC_BASE_URL": model, "DOCUMIND_ANSWERS_AT_ONCE": "100", "DOCUMIND_ANSWERS_AN_HOUR": "0"}
    process = subprocess.Popen(
        [sys.executable, str(environment.ROOT / "manage.py"), "serve", "--port", str(port)],
        env=environment.child(**answering),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < ends:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == os.EX_OK:
                return
        time.sleep(0.1)
    raise NotPossible("The web process did not start.")
