"""The processes of the Procfile: started, shown with a label, started again when they die, and stopped whole."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

COLOURS = (36, 35, 33, 32, 34)
# A process that lived this long is started again at once; one that dies sooner waits twice as long every time.
GOOD_LIFE_SECONDS = 30
LONGEST_WAIT_SECONDS = 30
_LINE = re.compile(r"^([A-Za-z0-9_-]+):\s*(\S.*)$")


@dataclass
class Voice:
    """Writes labelled lines to the terminal; several threads may speak."""

    plain: bool
    width: int = 8
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def say(self, label: str, text: str, colour: int = 0) -> None:
        """One line. A terminal that has been closed is no reason to stop."""
        head = f"{time.strftime('%H:%M:%S')} {label:<{self.width}}|"
        with self._lock, contextlib.suppress(OSError, ValueError):
            print(head if self.plain or not colour else f"\033[{colour}m{head}\033[0m", text, flush=True)


@dataclass
class Process:
    """One line of the Procfile."""

    name: str
    command: str
    colour: int
    voice: Voice
    directory: Path
    environment: Mapping[str, str]
    child: subprocess.Popen[bytes] | None = None
    _started: float = 0
    _wait: float = 0
    _again: float = 0

    def start(self) -> None:
        """Starts it through the shell, which fills in `$PORT`, at the head of a group of processes of its own."""
        self._started = time.monotonic()
        self.child = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {self.command}"],
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._show, args=(self.child,), daemon=True).start()

    def look_after(self) -> None:
        """Starts it when it is not running, later and later if it keeps ending."""
        if self.is_running():
            return
        if self.child:
            lived = time.monotonic() - self._started
            self._wait = 0 if lived > GOOD_LIFE_SECONDS else min(max(1, 2 * self._wait), LONGEST_WAIT_SECONDS)
            self._again = time.monotonic() + self._wait
            self.voice.say(self.name, f"{_ending(self.child)}; starting it again", self.colour)
            self.kill()
        if time.monotonic() >= self._again:
            self.start()

    def is_running(self) -> bool:
        """Whether its first process is there."""
        return self.child is not None and self.child.poll() is None

    def ask_to_end(self) -> None:
        """SIGTERM to its first process, which looks after the others."""
        if self.child and self.is_running():
            self.child.terminate()

    def kill(self) -> None:
        """Ends whatever is left of its group."""
        if self.child:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
            self.child = None

    def _show(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdout is not None  # noqa: S101
        for line in child.stdout:
            self.voice.say(self.name, line.decode(errors="replace").rstrip(), self.colour)


def read_procfile(path: Path, voice: Voice, environment: Mapping[str, str]) -> list[Process]:
    """The processes named in a Procfile, none of them started. They find this Python first on their PATH."""
    with_python = {
        **environment,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
    }
    found = [match.groups() for line in path.read_text().splitlines() if (match := _LINE.match(line))]
    voice.width = max(voice.width, *(len(name) for name, _ in found))
    return [
        Process(name, command, COLOURS[number % len(COLOURS)], voice, path.parent, with_python)
        for number, (name, command) in enumerate(found)
    ]


def _ending(child: subprocess.Popen[bytes]) -> str:
    if child.returncode < 0:
        return f"was killed ({signal.Signals(-child.returncode).name})"
    return f"ended with code {child.returncode}"
