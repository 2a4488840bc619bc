"""A web process of its own over the tests' database, and a reader of its event stream."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

# Long enough for a busy machine; nothing waits that long when all is well.
PATIENCE = 30
ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Web:
    """A running `manage.py serve`."""

    process: subprocess.Popen[bytes]
    port: int

    def threads(self) -> int:
        """How many threads the process has."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("Threads:")[2].split()[0])


class Reader:
    """A page's event stream, read as it comes."""

    def __init__(self, web: Web, client: Client | None, method: str = "GET") -> None:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()) if client else ""
        self.connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE)
        self.connection.request(method, "/events/", headers={"Cookie": cookies} if cookies else {})
        self.response = self.connection.getresponse()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.connection.close()

    def next(self) -> tuple[str, Any] | None:
        """The next event's kind and data; nothing when the stream has ended."""
        kind, deadline = "", time.monotonic() + PATIENCE
        while line := self.response.readline().decode():
            # What keeps the stream alive would keep us waiting for ever.
            assert time.monotonic() < deadline, "no event came"
            name, _, value = line.rstrip("\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                return kind, json.loads(value)
        return None


@contextmanager
def running_web(data: Path, **extra: str) -> Iterator[Web]:
    """A web process over the tests' database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": _address()}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, **environment, "DOCUMIND_DATA": str(data), **extra},
    )
    try:
        _wait_for(port, process)
        yield Web(process, port)
    finally:
        # Its connections are to be closed before the database is taken away.
        process.terminate()
        process.wait(PATIENCE)


def _address() -> str:
    target = connection.settings_dict
    if not settings.USES_LOCAL_POSTGRES:
        return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{target['NAME']}"
    return f"postgres://{target['USER']}@{quote(target['HOST'], safe='')}/{target['NAME']}"


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the web process ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the web process does not listen")
