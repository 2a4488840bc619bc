"""Management commands bring the embedded database with them, and take it away again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config import commands
from config.env import ROOT
from config.tests.conftest import answers, ask, clean_environment, processes_of, python
from config.tests.test_local_postgres import USER, entered, leave


def manage(data: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean_environment(DOCUMIND_DATA=str(data), **extra),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_command_on_a_fresh_directory_starts_migrates_and_stops(fresh: Path) -> None:
    done = manage(fresh, "shell", "-v", "0", "-c", "from apps.accounts.models import User; print(User.objects.count())")
    assert (done.stdout, done.returncode) == ("0\n", 0)
    assert not processes_of(fresh)
    assert not answers(fresh)


def test_a_command_leaves_the_database_to_those_who_use_it(data: Path) -> None:
    assert manage(data, "migrate", "-v", "0").returncode == 0
    user = python(USER, data)
    entered(user)
    assert manage(data, "shell", "-v", "0", "-c", "").returncode == 0
    assert answers(data)
    leave(user)
    assert not answers(data)


def test_a_command_does_not_change_tables_that_others_may_be_using(data: Path) -> None:
    user = python(USER, data)
    entered(user)
    done = manage(data, "shell", "-c", "")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "not up to date" in done.stderr
    assert ask(data, "select count(*) from pg_tables where schemaname = 'public'") == "0"
    leave(user)


def test_a_command_that_fails_stops_what_it_started(data: Path) -> None:
    assert manage(data, "shell", "-c", "raise RuntimeError").returncode != 0
    assert not processes_of(data)


def test_a_command_that_needs_no_database_makes_none(fresh: Path) -> None:
    assert manage(fresh, "check").returncode == 0
    assert not (fresh / "postgres").exists()


def test_a_fault_in_the_environment_is_one_line(fresh: Path) -> None:
    done = manage(fresh, "migrate", DATABASE_URL="mysql://somewhere")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_database_that_does_not_answer_is_one_line(fresh: Path) -> None:
    done = manage(fresh, "shell", "-c", "", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("The database does not answer")
    assert "Traceback" not in done.stderr


def test_a_server_half_configured_is_one_line(fresh: Path) -> None:
    done = manage(fresh, "shell", "-c", "", DJANGO_SETTINGS_MODULE="config.settings.production")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "DOCUMIND_SECRET_KEY must be set" in done.stderr
    assert not processes_of(fresh)


@pytest.mark.parametrize("arguments", ["help", "", "--version", "check", "makemessages", "collectstatic", "add --help"])
def test_these_need_no_database(arguments: str) -> None:
    assert not commands.needs_database(["manage.py", *arguments.split()])


@pytest.mark.parametrize(
    "arguments", ["add x", "ask x", "search x", "migrate", "shell", "createsuperuser", "check --database default"]
)
def test_these_need_the_database(arguments: str) -> None:
    assert commands.needs_database(["manage.py", *arguments.split()])


def test_each_kind_of_process_has_its_share_of_connections() -> None:
    shares = [commands.connections(["manage.py", name]) for name in ("serve", "run_huey", "ask")]
    assert shares == [8, 3, 2]
