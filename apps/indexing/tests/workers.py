"""Real worker processes on the tests' database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from config import env as environment


def database_url() -> str:
    """The tests' database, for another process."""
    found = connection.get_connection_params()
    secret = f":{quote(found['password'], safe='')}" if found.get("password") else ""
    host = quote(found.get("host") or "localhost", safe="")
    port = f":{found['port']}" if found.get("port") else ""
    return f"postgres://{quote(found['user'], safe='')}{secret}@{host}{port}/{found['dbname']}"


def environment_of_tests() -> dict[str, str]:
    """What brings another process to the tests' database and files."""
    return {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DOCUMIND_DATA": str(Path(settings.MEDIA_ROOT).parent),
    }


def command(*arguments: str, **extra: str) -> subprocess.Popen[bytes]:
    """A management command on the tests' database and files, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, environment.ROOT / "manage.py", *arguments],
        env=environment.child(**environment_of_tests(), **extra),
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # What runs in the background of a script hears no Ctrl-C, and neither do its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )


@contextmanager
def worker(*arguments: str, **extra: str) -> Iterator[subprocess.Popen[bytes]]:
    """A running `manage.py run_huey`; killed at the end if it still lives."""
    process = command("run_huey", *arguments, **extra)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9, of the process and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    """Waits for something that must come true. The limit is only there to end a test that would hang."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.05)
