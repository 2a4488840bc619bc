"""Directories and processes for trying what starts and stops: everything here is real."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from config import local_postgres
from config.env import ROOT


def clean_environment(**extra: str) -> dict[str, str]:
    """Our environment without what would configure the site."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DOCUMIND_", "ANTHROPIC_", "DJANGO_")) and name not in ("DATABASE_URL", "REDIS_URL")
    }
    return {**kept, **extra}


def until(condition: Callable[[], object], tell: Callable[[], str] = str, seconds: float = 60) -> None:
    """Waits for `condition`, which a slow machine may keep waiting; fails with what `tell` says."""
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            pytest.fail(f"It did not happen within {seconds} s. {tell()[-4000:]}")
        time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


def processes_of(data: Path) -> dict[int, str]:
    """All running processes that have this directory in their arguments or environment."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            arguments = (process / "cmdline").read_bytes()
            # A process that has ended but was not waited for has none.
            if arguments and os.fsencode(data) in arguments + (process / "environ").read_bytes():
                found[int(process.name)] = arguments.replace(b"\0", b" ").decode(errors="replace")
    return found


def ask(data: Path, query: str) -> str:
    """One value from the embedded database of `data`."""
    where = local_postgres.connection(data)
    with psycopg.connect(host=where["HOST"], user=where["USER"], dbname=where["NAME"], autocommit=True) as link:
        cursor = link.execute(query.encode())
        row = cursor.fetchone() if cursor.description else None
    return str(row[0]) if row else ""


def answers(data: Path) -> bool:
    """Whether the embedded database of `data` is running."""
    try:
        return ask(data, "select 1") == "1"
    except psycopg.OperationalError:
        return False


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may pass through, with a name as people give; whatever ran in it is ended."""
    with tempfile.TemporaryDirectory(prefix="documind-config-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for process in processes_of(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


@pytest.fixture
def fresh(place: Path) -> Path:
    """A data directory that does not exist yet, below a name with spaces and Chinese characters."""
    return place / "my notes 我的筆記" / "data"


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A database without any tables, made once to be copied: making one takes a second."""
    with tempfile.TemporaryDirectory(prefix="documind-config-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        local_postgres.stop(local_postgres.start(folder))
        yield folder / "postgres"


@pytest.fixture
def data(fresh: Path, made: Path) -> Path:
    """The same data directory, with an empty database in it."""
    shutil.copytree(made, fresh / "postgres")
    return fresh


def python(code: str, data: Path, behind: Sequence[str] = ()) -> subprocess.Popen[str]:
    """A process of its own that runs `code` with `data` and the launcher at hand."""
    lines = (
        f"import sys, time, os, pathlib\nfrom config import local_postgres\ndata = pathlib.Path({str(data)!r})\n{code}"
    )
    return subprocess.Popen(
        [*behind, sys.executable, "-c", lines],
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
