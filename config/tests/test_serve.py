"""`manage.py serve` told to stop: it listens no longer, lets what is being answered finish, and ends."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from config.env import ROOT
from config.tests.conftest import clean_environment, free_port, until

Start = Callable[[int], subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(port: int) -> Iterator[Start]:
    """Starts a server that lets answers go on for so many seconds, and waits until it listens."""
    started: list[subprocess.Popen[str]] = []

    def start(seconds: int) -> subprocess.Popen[str]:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env=clean_environment(
                DJANGO_SETTINGS_MODULE="config.tests.slow_site",
                DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
                DOCUMIND_DRAIN_SECONDS=str(seconds),
                PYTHONUNBUFFERED="1",
            ),
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(server)
        assert server.stdout
        assert server.stdout.readline() == f"listening on 127.0.0.1:{port}\n"
        return server

    yield start
    for server in started:
        server.kill()
        server.communicate()


def get(port: int, path: str) -> http.client.HTTPResponse:
    """The answer, as soon as it begins."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    return connection.getresponse()


def listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stream_goes_on_to_its_end(start: Start, port: int, number: int) -> None:
    server = start(30)
    answer = get(port, "/8")
    assert answer.readline() == b"line 0\n"
    server.send_signal(number)
    until(lambda: not listens(port))
    assert answer.read().endswith(b"line 7\nthe end\n")
    assert server.wait(60) == 0


def test_what_lasts_longer_than_allowed_is_cut(start: Start, port: int) -> None:
    server = start(1)
    answer = get(port, "/500")
    server.terminate()
    with pytest.raises(http.client.IncompleteRead):
        answer.read()
    assert server.wait(60) == 0


def test_told_twice_it_ends_at_once(start: Start, port: int) -> None:
    server = start(600)
    answer = get(port, "/5000")
    server.terminate()
    until(lambda: not listens(port))
    server.terminate()
    with pytest.raises(http.client.IncompleteRead):
        answer.read()
    assert server.wait(60) == 0


def test_a_connection_merely_kept_open_is_not_waited_for(start: Start, port: int) -> None:
    server = start(600)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/1")
    connection.getresponse().read()
    server.terminate()
    assert server.wait(60) == 0
    connection.close()


def test_whoever_registered_is_told_how_long_there_is(start: Start, port: int) -> None:
    server = start(30)
    get(port, "/registered").read()
    server.terminate()
    said, _ = server.communicate(timeout=60)
    assert "goodbye, in time" in said


def test_a_port_in_use_is_said_and_ends_it(start: Start, port: int) -> None:
    start(1)
    second = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=ROOT,
        env=clean_environment(
            DJANGO_SETTINGS_MODULE="config.tests.slow_site", DATABASE_URL="postgres://nobody@127.0.0.1:1/none"
        ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode != 0
    assert "in use" in second.stderr
    assert "Traceback" not in second.stderr
