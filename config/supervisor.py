"""Starts DocuMind on this machine and keeps it running: what `scripts/run` ends in.

In this order: the environment is checked, the data directory claimed, the database started, everything prepared
(config/prepare.py), then the processes of the Procfile run until Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from environs import EnvError

from config import env as environment
from config import local_postgres
from config.env import ROOT, Environment
from config.local_postgres import LocalPostgresError, Server
from config.processes import Process, Voice, read_procfile

# Beyond the time that answers have to finish, until what has not ended is killed.
STOP_GRACE_SECONDS = 6
LOOK_SECONDS = 0.1


class CannotStart(Exception):
    """The site cannot start; the text says why in one line."""


def main() -> int:
    """Runs the site; the exit code is 0 when it was stopped, 1 when it could not start."""
    _on_signals(signal.default_int_handler)
    try:
        options = _options()
        environment.set_for_this_run(**options_as_environment(options))
        found = environment.read()
        voice = Voice(plain=found.plain_output or not sys.stdout.isatty())
        local_postgres.make_directory(found.data)
        with _only_one(found), _database(found, voice) as server:
            run(found, voice, server, empty=options.empty)
    except KeyboardInterrupt:
        return 0
    except EnvError as fault:
        return _refuse(environment.words(fault))
    except (CannotStart, LocalPostgresError) as fault:
        return _refuse(str(fault))
    return 0


def run(found: Environment, voice: Voice, server: Server | None, empty: bool) -> None:
    """Prepares, then starts the processes and watches over them and the database until told to stop."""
    link = _prepare(empty)
    processes = read_procfile(ROOT / "Procfile", voice, environment.child(DOCUMIND_SUPERVISOR=str(os.getpid())))
    told: list[int] = []
    # Only noted: whatever the main thread is at, it is not torn out of it.
    _on_signals(lambda number, frame: told.append(number))
    announced = False
    try:
        while not told:
            for process in processes:
                process.look_after()
            if server and not server.is_alive():
                server = _database_again(server, voice)
            if not announced and _answers(found):
                _announce(found, link, voice)
                announced = True
            time.sleep(LOOK_SECONDS)
        voice.say("site", "stopping; Ctrl-C again ends it at once")
    finally:
        _stop(processes, told, found.answer_drain_seconds + STOP_GRACE_SECONDS)


def _on_signals(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    """What is done when somebody wants us to end; a closed terminal does not when it was told not to (nohup)."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN or handler == signal.SIG_IGN:
            signal.signal(number, handler)


def options_as_environment(options: argparse.Namespace) -> dict[str, str]:
    """What the command line says, as the environment variables that mean the same."""
    said: dict[str, str] = {}
    if options.port is not None:
        said["PORT"] = str(options.port)
    if options.data is not None:
        said["DOCUMIND_DATA"] = str(Path(options.called_from, options.data).expanduser().absolute())
    if options.host is not None:
        before = environment.read().hosts
        said["DOCUMIND_HOST"] = options.host
        said["DOCUMIND_HOSTS"] = ",".join(dict.fromkeys([*before, *_names(options.host)]))
    return said


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/run", description="Starts DocuMind; Ctrl-C stops it.")
    parser.add_argument("--port", type=int, help="where the site listens (8000)")
    parser.add_argument("--host", help="address to listen on (127.0.0.1); 0.0.0.0 lets the whole network in")
    parser.add_argument("--data", metavar="DIR", help="where everything is kept (data)")
    parser.add_argument("--empty", action="store_true", help="do not load the sample library at the first start")
    parser.add_argument("--called-from", default=".", help=argparse.SUPPRESS)
    return parser.parse_args()


def _names(host: str) -> list[str]:
    """The names under which a browser will ask for a site that listens on `host`."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104
        return [f"[{host}]" if ":" in host else host]
    name = socket.gethostname().lower()
    return [name, f"{name}.local", *_network_address()]


def _network_address() -> list[str]:
    """This machine's address in its network. Nothing is sent: connecting this way only looks up the route."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as route:
        route.connect(("192.0.2.1", 9))
        return [str(route.getsockname()[0])]
    return []


@contextlib.contextmanager
def _only_one(found: Environment) -> Iterator[None]:
    """Claims the data directory and the port. A claim ends with its process, however that ends."""
    with (found.data / "site.lock").open("a+") as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.seek(0)
            raise CannotStart(
                f"DocuMind is already running on {found.data}: {claim.read().strip() or 'it is just starting'}. "
                "Stop that one first, or name another directory with --data."
            ) from None
        claim.truncate(0)
        _check_port(found)
        claim.write(f"{_address(found)} (process {os.getpid()})\n")
        claim.flush()
        yield


def _check_port(found: Environment) -> None:
    family = socket.AF_INET6 if ":" in found.host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((found.host, found.port))
            attempt.listen()
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise CannotStart(f"Port {found.port} is in use: choose another one with --port.") from fault
            raise CannotStart(f"{found.host}, port {found.port}: {fault.strerror or fault}.") from fault


@contextlib.contextmanager
def _database(found: Environment, voice: Voice) -> Iterator[Server | None]:
    """The embedded database, unless another one is configured."""
    if found.database_url:
        yield None
        return
    if not (found.data / "postgres").exists():
        voice.say("database", f"making a new one in {found.data}")
    with local_postgres.running(found.data) as server:
        voice.say("database", "is running")
        try:
            yield server
        finally:
            # Whoever is impatient now would leave it running.
            _on_signals(signal.SIG_IGN)


def _database_again(server: Server, voice: Voice) -> Server:
    voice.say("database", "has ended; starting it again")
    try:
        server = local_postgres.ensure(server.data)
        voice.say("database", "is running again")
    except LocalPostgresError as fault:
        voice.say("database", f"{fault} Trying again in 5 seconds.")
        time.sleep(5)
    return server


def _prepare(empty: bool) -> str:
    """Runs config/prepare.py as a process of its own, so that this one stays small; gives the link it made."""
    done = subprocess.run(
        [sys.executable, "-m", "config.prepare", *(["--empty"] if empty else [])],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotStart("DocuMind was not started.")
    return done.stdout.strip()


def _address(found: Environment) -> str:
    host = found.host
    if host in ("0.0.0.0", "::"):  # noqa: S104
        host = next(iter(_network_address()), "127.0.0.1")
    return f"http://{f'[{host}]' if ':' in host else host}:{found.port}"


def _answers(found: Environment) -> bool:
    """Whether the site accepts connections."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
    try:
        with socket.create_connection((everywhere.get(found.host, found.host), found.port), timeout=1):
            return True
    except OSError:
        return False


def _announce(found: Environment, link: str, voice: Voice) -> None:
    voice.say("site", f"DocuMind is at {_address(found)}/  (Ctrl-C stops it)", 1)
    if link:
        voice.say("site", "This link makes you its owner; it works once and is not for anybody else:", 1)
        voice.say("site", f"{_address(found)}{link}", 1)


def _stop(processes: list[Process], told: list[int], seconds: float) -> None:
    """Asks all to end, waits, and kills what is left; at once when told a second time."""
    for process in processes:
        process.ask_to_end()
    before, give_up = len(told), time.monotonic() + seconds
    while any(process.is_running() for process in processes):
        if len(told) > before or time.monotonic() > give_up:
            break
        time.sleep(LOOK_SECONDS)
    for process in processes:
        process.kill()


def _refuse(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
