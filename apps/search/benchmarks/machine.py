"""Says what was measured on, for figures mean nothing without it."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from timeit import repeat
from typing import Any

import django
import numpy as np
import psycopg
from django.db import connection

from apps.ai.embedders import embedder


def described() -> dict[str, Any]:
    """The machine and the versions; `load` is how many processes wanted to run in the last minute.

    `additions_ms` is the best of five times of `additions_ms()`.
    """
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "additions_ms": round(additions_ms(5)),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgres": _asked("SHOW server_version"),
        "pgvector": _asked("SELECT extversion FROM pg_extension WHERE extname = 'vector'"),
        "django": django.get_version(),
        "psycopg": psycopg.__version__,
        "numpy": np.__version__,
        "embedder": embedder().model_id,
    }


def additions_ms(times: int = 1, count: int = 1_000_000) -> float:
    """How long a million additions take in Python now, in milliseconds, the best of so many times; `count` are made.

    The same machine may be half as fast on another day, or a second later when somebody else uses the other half of a
    processor's core: figures can only be compared with it.
    """
    seconds = min(repeat("for i in added: x += i", f"x = 0; added = range({count})", number=1, repeat=times))
    return 1e9 * seconds / count


def sentence(figures: dict[str, Any]) -> str:
    """The same in words."""
    return (
        f"{figures['cores']} cores ({figures['cpu']}), load {figures['load']}, "
        f"a million additions in {figures['additions_ms']} ms; Python {figures['python']}, "
        f"Postgres {figures['postgres']}, pgvector {figures['pgvector']}, embedder {figures['embedder']}"
    )


def _cpu() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        told = ""
    names = (line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _asked(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])
