"""Runs the embedded Postgres of one data directory: our own thin launcher around the binaries of a wheel.

Everyone who needs the database enters `running(data)`. Whoever comes first starts the server, the last one to leave
stops it; a server that outlived a killed launcher is adopted. It listens on no network, only on a socket.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg

from config.unprivileged import OWN_ID, NoWay, Way, find_way, hand_over

MAJOR = "18"
PORT = "5432"
# The web's 9, a worker's 3 and a command's 2 fit many times; a connection that is not used costs little.
MAX_CONNECTIONS = 60
START_SECONDS = 120
STOP_SECONDS = 20

INITDB = (
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
PARAMETERS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": str(MAX_CONNECTIONS),
    "log_checkpoints": "off",
    # Measured with scripts/bench: what a question to a large library reads stays at hand (memory is taken when it is
    # needed), disks without arms read anywhere as fast, no statement is long enough to be worth compiling or dividing.
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    # Its helper processes read for others what mostly is in memory already: the change of process costs more.
    "io_method": "sync",
    # What users keep has no business in a log: neither statements nor the rows they were about.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


# The servers that this process has started, by their process number.
_children: dict[int, subprocess.Popen[bytes]] = {}


class LocalPostgresError(Exception):
    """The embedded Postgres cannot be used; the text says why in one line."""


@dataclass
class Server:
    """A running Postgres: our own child, or one that was running before us (then `child` is None)."""

    data: Path
    pid: int
    child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def is_alive(self) -> bool:
        """Whether the postmaster is there."""
        if self.child:
            return self.child.poll() is None
        return _is_postmaster(self.pid, _home(self.data))


def connection(data: Path) -> dict[str, Any]:
    """Django's database parameters for the embedded Postgres of `data`."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": str(socket_directory(data)),
        "PORT": PORT,
    }


def socket_directory(data: Path) -> Path:
    """Where the server of `data` listens: a short path of our own, for a socket's path may have about 100 bytes.

    Not below TMPDIR, which need not be the same for all who want to connect.
    """
    digest = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]
    return Path("/tmp") / f"documind-{digest}"  # noqa: S108


@contextlib.contextmanager
def running(data: Path) -> Iterator[Server]:
    """A server for `data` during the block: started if need be, and stopped by whoever leaves last.

    Raises `LocalPostgresError`.
    """
    make_directory(data)
    with _open_lock(data / "postgres.users") as users:
        with starting_or_stopping(data):
            fcntl.flock(users, fcntl.LOCK_SH)
            server = adopt(data) or start(data)
        try:
            yield server
        finally:
            with starting_or_stopping(data):
                # Not necessarily the server of the beginning: that one may have been started again.
                if _is_last(users) and (last := adopt(data)):
                    stop(last)


def ensure(data: Path) -> Server:
    """The server of `data`, started again if it has died. For whoever is inside `running`."""
    with starting_or_stopping(data):
        return adopt(data) or start(data)


def make_directory(data: Path) -> None:
    """Makes `data`; others may pass through (Postgres may have to, when we are root) but not look around."""
    try:
        data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise LocalPostgresError(f"The data directory {data} cannot be made: {fault.strerror}.") from fault
    if not os.access(data, os.W_OK | os.X_OK):
        raise LocalPostgresError(f"The data directory {data} is not ours to write to.")


def adopt(data: Path) -> Server | None:
    """The server that answers for `data`, or None when there is none. Waits for one that is just starting or ending."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        try:
            if _answers(data):
                pid = _pid_on_file(_home(data))
                return Server(data, pid, _children.get(pid))
            return None
        except psycopg.OperationalError as fault:
            # Refused for now: it is starting up, shutting down, or full. Otherwise nobody is there.
            if "the database system is" not in str(fault) and "too many clients" not in str(fault):
                return None
        time.sleep(0.1)
    return None


def start(data: Path, **parameters: str) -> Server:
    """A server for `data`, answering; `parameters` go to Postgres over our own. Raises `LocalPostgresError`."""
    make_directory(data)
    try:
        way = find_way(data / "postgres")
        if not way.home.exists():
            _initialise(way)
        _check(way)
        _clear_the_way(data, way.home)
        return _launch(data, way, {**PARAMETERS, **parameters})
    except NoWay as fault:
        raise LocalPostgresError(str(fault)) from fault
    except PermissionError as fault:
        raise LocalPostgresError(f"The database in {data} belongs to another user ({fault}).") from fault


def stop(server: Server) -> None:
    """Fast shutdown; what lasts too long is ended the hard way, which loses nothing that was committed."""
    for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        if server.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, number)
        give_up = time.monotonic() + seconds
        while server.is_alive() and time.monotonic() < give_up:
            time.sleep(0.02)
        if not server.is_alive():
            break
    # Empty now, unless it was ended the hard way; the next server makes it again.
    with contextlib.suppress(OSError):
        socket_directory(server.data).rmdir()


@contextlib.contextmanager
def starting_or_stopping(data: Path) -> Iterator[None]:
    """One process at a time decides whether there is a server."""
    with _open_lock(data / "postgres.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open_lock(path: Path) -> IO[bytes]:
    try:
        lock = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb+")
    except PermissionError as fault:
        raise LocalPostgresError(f"The data directory {path.parent} belongs to another user.") from fault
    if os.geteuid() == 0:
        # Root was here once; those whom the directory belongs to must get in afterwards, too.
        owner = path.parent.stat()
        os.fchown(lock.fileno(), owner.st_uid, owner.st_gid)
    return lock


def _is_last(users: IO[bytes]) -> bool:
    """Whether nobody else uses the server. Safe only while `starting_or_stopping`: nobody can come in."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _home(data: Path) -> Path:
    return (data / "postgres").resolve()


def _answers(data: Path) -> bool:
    """Whether the server on our socket is that of our data: another's would be no reason to trust it."""
    with psycopg.connect(
        host=str(socket_directory(data)),
        port=PORT,
        user="postgres",
        dbname="postgres",
        connect_timeout=5,
        autocommit=True,
    ) as link:
        row = link.execute("show data_directory").fetchone()
    return row is not None and Path(row[0]).resolve() == _home(data)


def _pid_on_file(home: Path) -> int:
    """The process that Postgres wrote down; 0 when there is none. Stale after a kill, so never trusted alone."""
    try:
        return int((home / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return 0


def _is_postmaster(pid: int, home: Path) -> bool:
    """Whether this process exists and is Postgres at work in `home` (as far as the system lets us see)."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    if not Path("/proc/self").exists():
        return True
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.path.basename(arguments[0]) == b"postgres" and os.fsencode(home) in arguments  # noqa: PTH119


def _initialise(way: Way) -> None:
    """Makes the database beside its place and renames it: what an interrupted initdb leaves behind is of no use."""
    fresh, by = way.home.with_name("postgres.new"), way.for_initdb()
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    hand_over(fresh, by)
    done = subprocess.run(
        by.command("initdb", "-D", str(fresh), *INITDB), **by.options(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LocalPostgresError(f"The database could not be made: {_last_line(done.stderr)}")
    hand_over(fresh, way)
    fresh.rename(way.home)


def _check(way: Way) -> None:
    """Refuses the database of another major version."""
    found = (way.home / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        raise LocalPostgresError(
            f"The database in {way.home} was made by Postgres {found}, and this version of DocuMind brings {MAJOR}: "
            "start the version that made it, export, and import here."
        )


def _make_socket_directory(data: Path, way: Way) -> None:
    """A directory only for the server's user. One that a stranger has put there is refused."""
    sockets = socket_directory(data)
    with contextlib.suppress(FileExistsError):
        sockets.mkdir(mode=0o700)
    found = sockets.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), way.owner, OWN_ID):
        raise LocalPostgresError(f"{sockets} belongs to somebody else: remove it, then start again.")
    if os.geteuid() == 0:
        os.chown(sockets, way.owner, way.group, follow_symlinks=False)
    sockets.chmod(0o700)


def _clear_the_way(data: Path, home: Path) -> None:
    """Ends a server of ours that nobody can reach, and forgets one that is gone.

    Postgres itself takes any process with the number in a stale file for a running server, and in a container,
    where numbers are small, there is one.
    """
    pid = _pid_on_file(home)
    if _is_postmaster(pid, home):
        stop(Server(data, pid))
    for stale in (home / "postmaster.pid", socket_directory(data) / f".s.PGSQL.{PORT}.lock"):
        stale.unlink(missing_ok=True)


def _launch(data: Path, way: Way, parameters: dict[str, str]) -> Server:
    """Starts Postgres as a child in a session of its own, so that Ctrl-C is not for it, and waits until it answers."""
    hand_over(way.home, way)
    settings = {**parameters, "unix_socket_directories": str(socket_directory(data))}
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    give_up = time.monotonic() + START_SECONDS
    path = data / "postgres.log"
    while True:
        _make_socket_directory(data, way)
        if path.exists():
            path.replace(data / "postgres.log.1")
        with path.open("wb") as log:
            child = subprocess.Popen(
                way.command("postgres", "-D", str(way.home), *arguments),
                **way.options(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        server, _children[child.pid] = Server(data, child.pid, child), child
        if _comes_up(server, give_up):
            return server
        stop(server)
        said = _last_line(path.read_text(errors="replace"))
        # After a kill, processes of the killed server need a moment to notice.
        if "shared memory" not in said or time.monotonic() > give_up:
            raise LocalPostgresError(f"The database did not start: {said} ({path})")
        time.sleep(0.2)


def _comes_up(server: Server, give_up: float) -> bool:
    """Waits for an answer. The child is watched as well: on a port or directory in use it ends at once."""
    while server.is_alive() and time.monotonic() < give_up:
        with contextlib.suppress(psycopg.OperationalError):
            if _answers(server.data):
                return True
        time.sleep(0.02)
    return False


def _last_line(text: str) -> str:
    """What a program said last that is worth telling."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error:" in line or "PANIC" in line]
    return (telling or lines or ["it said nothing"])[-1]
