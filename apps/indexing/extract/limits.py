"""What a child that reads a file may use: memory, processor time, no network, and no longer life than its parent's."""

from __future__ import annotations

import math
import os
import resource
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

# With what the child itself takes, less than a gigabyte.
MEMORY_BYTES = 960 << 20
CPU_SECONDS = 40
# The time is given anew for each so many pages: a long book is long work, a single page is not.
SLICE = 100

# What a parser has no business doing. An unconnected socket is harmless: urllib3 opens one as it is imported.
_REFUSED_EVENTS = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
    "socket.sendmsg",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
)


def die_with_parent() -> None:
    """Ends this process as soon as its standard input closes, which happens when the parent dies in any way."""
    threading.Thread(target=_exit_at_end_of_input, daemon=True).start()


def _exit_at_end_of_input() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


def leave_nothing_behind() -> None:
    """No core dump, which would hold the file's text, and no file written."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)


def cap_memory() -> None:
    """At most 960 MB of address space beyond what this process has now; call it once everything is imported."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        pages = int(statm.read_text().split()[0])
        _lower(resource.RLIMIT_AS, pages * resource.getpagesize() + MEMORY_BYTES)


def renew_cpu() -> None:
    """Another 40 s of processor time from now on; the kernel ends the process by SIGXCPU when they are used up."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, math.ceil(usage.ru_utime + usage.ru_stime) + CPU_SECONDS)


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def stay_offline(report: Callable[[str], None]) -> None:
    """Refuses to connect anywhere or to start a program, whoever asks, and reports what was tried."""

    def refuse(event: str, arguments: Any) -> None:
        if event in _REFUSED_EVENTS:
            report(event)
            raise PermissionError(f"{event} is not for a parser")

    sys.addaudithook(refuse)
