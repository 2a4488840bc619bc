"""Directories and processes for trying what starts and stops: everything here is real."""

from __future__ import annotations

import os
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


def processes_of(data: Path) -> list[str]:
    """The command lines of all running processes that name this data directory."""
    listing = subprocess.run(["ps", "-eo", "stat,pid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if str(data) in line and not line.startswith("Z")]


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
        for line in processes_of(folder):
            os.kill(int(line.split()[1]), signal.SIGKILL)


@pytest.fixture
def data(place: Path) -> Path:
    """A data directory that does not exist yet, below a name with spaces and Chinese characters."""
    return place / "my notes 我的筆記" / "data"


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
