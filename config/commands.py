"""Gives each management command what it needs: the database running and up to date, and its share of connections."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

# Those that look only at code and files. Every other command gets the database.
_WITHOUT_DATABASE = {"check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages"}
_WITHOUT_DATABASE |= {"evaluate_claims", "optimizemigration", "startapp", "startproject", "version"}
# Those to which the tables may be as old as they are.
_WITH_ANY_TABLES = {"dbshell", "makemigrations", "migrate", "run_huey", "serve", "showmigrations", "sqlmigrate"}
# The connection budget (docs/operations.md). The web has one more, to listen for events.
_CONNECTIONS = {"serve": 8, "run_huey": 3}
_COMMAND_CONNECTIONS = 2


def connections(argv: Sequence[str]) -> int:
    """How many database connections this process may hold at once."""
    if Path(argv[0]).name != "manage.py":
        return _CONNECTIONS["serve"]
    return _CONNECTIONS.get(_name(argv), _COMMAND_CONNECTIONS)


def needs_database(argv: Sequence[str]) -> bool:
    """Whether this command talks to the database."""
    if {"-h", "--help"} & set(argv[2:]):
        return False
    return _name(argv) not in _WITHOUT_DATABASE or "--database" in argv


@contextlib.contextmanager
def ready(argv: Sequence[str]) -> Iterator[None]:
    """The database for one command: the embedded one is started when it is not running, and stopped by the last user.

    What the operator can put right ends the process with one line instead of a traceback.
    """
    from config import env as environment
    from config import local_postgres

    try:
        found = environment.read()
    except EnvError as fault:
        _refuse(environment.words(fault))
    if not needs_database(argv):
        yield
        return
    _end_with(found.supervisor)
    # So that the database is left properly.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        with contextlib.nullcontext() if found.database_url else local_postgres.running(found.data) as server:
            if _name(argv) not in _WITH_ANY_TABLES:
                _look_at_tables(ours=server is not None and server.child is not None)
            yield
    except (local_postgres.LocalPostgresError, ImproperlyConfigured) as fault:
        _refuse(str(fault))


def _name(argv: Sequence[str]) -> str:
    return argv[1] if len(argv) > 1 and not argv[1].startswith("-") else "help"


def _end_with(supervisor: int) -> None:
    """Has the system tell this process to end when its supervisor was killed and cannot do so (on Linux)."""
    if sys.platform == "linux" and os.getppid() == supervisor:
        set_signal_at_death_of_parent = 1
        ctypes.CDLL(None).prctl(set_signal_at_death_of_parent, signal.SIGTERM)


def _look_at_tables(ours: bool) -> None:
    """Brings a database that only we use up to date; one that others may be using at this moment is left to them."""
    from django.db import connection

    from config import prepare

    try:
        prepare.check_server()
        if not prepare.is_up_to_date():
            if not ours:
                _refuse("The database is not up to date. Start scripts/run again, or: python manage.py migrate")
            prepare.migrate()
    except prepare.NotReady as fault:
        _refuse(str(fault))
    # Back to the pool: a command has two connections in all, and may need both in its threads.
    connection.close()


def _refuse(words: str) -> NoReturn:
    sys.stderr.write(f"{words}\n")
    sys.exit(2)
