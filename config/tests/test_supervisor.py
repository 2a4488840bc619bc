"""The whole site from one command: started, refused a second time, kept running, and stopped without a trace."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config import local_postgres
from config.env import ROOT
from config.tests.conftest import answers, ask, clean_environment, free_port, processes_of, python, until
from config.tests.test_local_postgres import USER, entered, leave


@dataclass
class Site:
    """One supervisor and what it says."""

    process: subprocess.Popen[bytes]
    log: Path
    data: Path
    port: int

    def said(self) -> str:
        return self.log.read_text()

    def children(self) -> dict[str, int]:
        """The processes directly below it, named by their command."""
        listing = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        rows = [line.split(maxsplit=1) for line in listing.stdout.splitlines()]
        names = {"serve": "web", "run_huey": "worker", "bin/postgres": "database"}
        return {name: int(pid) for pid, command in rows for word, name in names.items() if word in command}

    def serves(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/account/login/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(90)


Start = Callable[..., Site]


def supervise(data: Path, *options: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected not to last."""
    return subprocess.run(
        [sys.executable, "-m", "config.supervisor", "--data", str(data), *options],
        cwd=ROOT,
        env=clean_environment(**extra),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.fixture
def start(data: Path, place: Path) -> Iterator[Start]:
    """Starts a site on `data` and waits until it has said its address."""
    started: list[Site] = []

    def start(*options: str, **extra: str) -> Site:
        port = free_port()
        log = place / f"site-{len(started)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor", "--port", str(port), "--empty", *options],
                cwd=ROOT,
                env=clean_environment(DOCUMIND_DATA=str(data), **extra),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        site = Site(process, log, data, port)
        started.append(site)
        until(lambda: "DocuMind is at" in site.said() or process.poll() is not None, site.said, 120)
        assert process.poll() is None, site.said()
        return site

    yield start
    for site in started:
        site.process.kill()
        site.process.wait()


def gone(data: Path) -> bool:
    return not processes_of(data) and not answers(data)


def test_the_life_of_a_site(start: Start, data: Path) -> None:
    site = start()
    assert f"http://127.0.0.1:{site.port}/" in site.said()
    link = re.search(r"http://127\.0\.0\.1:\d+(/welcome/[\w:.-]+/)", site.said())
    assert link, site.said()
    until(site.serves, site.said)

    # Another one on the same data harms nothing, and says where the first is.
    second = supervise(data, "--port", str(free_port()))
    assert second.returncode == 1
    assert f"already running on {data}: http://127.0.0.1:{site.port}" in second.stderr
    assert len(second.stderr.splitlines()) == 1

    # What is killed is started again; what was committed is there.
    ask(data, "create table kept as select generate_series(1, 100)")
    for name in ("database", "web", "worker"):
        before = site.children()[name]
        os.kill(before, signal.SIGKILL)
        until(lambda name=name, before=before: site.children().get(name, before) != before, site.said)  # type: ignore[misc]
    until(site.serves, site.said)
    assert ask(data, "select count(*) from kept") == "100"

    assert site.stop() == 0
    assert gone(data), site.said()

    # The next start finds everything, and stops on SIGTERM as well.
    site = start()
    assert ask(data, "select count(*) from kept") == "100"
    assert site.stop(signal.SIGTERM) == 0
    assert gone(data), site.said()
    assert "Traceback" not in site.said()


def test_after_a_killed_supervisor_the_next_start_takes_over(start: Start, data: Path) -> None:
    site = start(DOCUMIND_OWNER_EMAIL="mei@example.org", DOCUMIND_OWNER_PASSWORD="a long pass phrase")
    assert "/welcome/" not in site.said()
    # A command that is at work meanwhile keeps the database.
    command = python(USER, data)
    postmaster = entered(command)
    children = site.children()
    site.process.kill()
    site.process.wait()
    until(lambda: not any(Path(f"/proc/{children[name]}").exists() for name in ("web", "worker")), site.said)
    site = start()
    leave(command)
    assert "/welcome/" not in site.said()
    assert local_postgres.ensure(data).pid == postmaster
    assert ask(data, "select count(*) from accounts_user") == "1"
    assert site.stop() == 0
    assert gone(data), site.said()


def test_a_port_in_use_is_said_and_nothing_is_started(fresh: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = supervise(fresh, "--port", str(port))
    assert (refused.returncode, refused.stderr) == (1, f"Port {port} is in use: choose another one with --port.\n")
    assert not (fresh / "postgres").exists()


@pytest.mark.parametrize(
    ("options", "extra", "words"),
    [
        (["--port", "70000"], {}, "PORT: Must be"),
        (["--host", "nowhere.invalid"], {}, "nowhere.invalid, port"),
        ([], {"DATABASE_URL": "mysql://x"}, "DATABASE_URL: must begin with"),
        (["--port", "0000"], {}, "PORT: Must be"),
        ([], {"DOCUMIND_OWNER_EMAIL": "a@b.example"}, "set both or neither"),
        ([], {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "The database does not answer"),
    ],
)
def test_what_makes_no_sense_is_refused(fresh: Path, options: list[str], extra: dict[str, str], words: str) -> None:
    refused = supervise(fresh, *options, **{"PORT": str(free_port()), **extra})
    assert refused.returncode == 1
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_owner_with_a_weak_password_is_refused(data: Path) -> None:
    owner = {"DOCUMIND_OWNER_EMAIL": "mei@example.org", "DOCUMIND_OWNER_PASSWORD": "short"}
    refused = supervise(data, **owner, PORT=str(free_port()))
    assert refused.returncode == 1
    assert "too short" in refused.stderr
    assert gone(data)
