"""The embedded Postgres: started once, shared, adopted after a kill, and stopped by whoever leaves last."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from config import local_postgres
from config.tests.conftest import answers, ask, processes_of, python, until

# Enters, says so, leaves when it is told anything.
USER = "with local_postgres.running(data) as server: print(server.pid, flush=True); sys.stdin.readline()"


def entered(process: subprocess.Popen[str]) -> int:
    """The postmaster, as soon as the process is inside."""
    assert process.stdout
    return int(process.stdout.readline())


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("leave\n", timeout=60)


def test_a_database_is_made_runs_during_the_block_and_leaves_nothing_behind(fresh: Path) -> None:
    with local_postgres.running(fresh):
        ask(fresh, "create extension vector")
        assert ask(fresh, "select extversion from pg_extension where extname = 'vector'") >= "0.8.2"
        assert ask(fresh, "select lower('ÀÉ') || '會議'") == "àé會議"
        assert ask(fresh, "show listen_addresses") == ""
    assert not answers(fresh)
    assert not processes_of(fresh)
    assert not local_postgres.socket_directory(fresh).exists()


def test_only_its_user_may_enter_its_socket_and_its_files(data: Path) -> None:
    with local_postgres.running(data):
        for folder in (local_postgres.socket_directory(data), data / "postgres"):
            assert folder.stat().st_mode & 0o777 == 0o700
        assert len(os.fsencode(local_postgres.socket_directory(data))) < 80


def test_the_last_one_to_leave_stops_it(data: Path) -> None:
    first, second = python(USER, data), python(USER, data)
    assert entered(first) == entered(second)
    leave(first)
    assert answers(data)
    leave(second)
    assert not answers(data)


def test_many_that_come_at_once_share_one_server(fresh: Path) -> None:
    crowd = [python(USER, fresh) for _ in range(4)]
    assert len({entered(process) for process in crowd}) == 1
    for process in crowd:
        leave(process)
    assert not processes_of(fresh)


def test_a_server_whose_launcher_was_killed_is_adopted_and_stopped(data: Path) -> None:
    launcher = python(USER, data)
    pid = entered(launcher)
    launcher.kill()
    launcher.wait()
    with local_postgres.running(data) as server:
        assert server.pid == pid
        assert server.is_alive()
    assert not processes_of(data)


def test_a_killed_server_is_started_again_with_all_that_was_committed(data: Path) -> None:
    with local_postgres.running(data) as server:
        ask(data, "create table kept as select generate_series(1, 800)")
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: not server.is_alive())
        again = local_postgres.ensure(data)
        assert again.pid != server.pid
        assert ask(data, "select count(*) from kept") == "800"
    assert not processes_of(data)


def test_a_killed_initdb_is_forgotten(fresh: Path) -> None:
    leftover = fresh / "postgres.new"
    leftover.mkdir(parents=True)
    (leftover / "PG_VERSION").write_text("18\n")
    with local_postgres.running(fresh):
        assert answers(fresh)
    assert not leftover.exists()


def test_a_stale_process_file_is_not_believed(data: Path) -> None:
    with local_postgres.running(data):
        pass
    # This very process has the number that a server before us had.
    sockets = local_postgres.socket_directory(data)
    sockets.mkdir()
    for stale in (data / "postgres" / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        stale.write_text(f"{os.getpid()}\n{data / 'postgres'}\n1\n5432\n{sockets}\n\n")
    with local_postgres.running(data):
        assert answers(data)


def test_a_server_that_nobody_can_reach_any_more_is_started_again(data: Path) -> None:
    with local_postgres.running(data) as server:
        (local_postgres.socket_directory(data) / ".s.PGSQL.5432").unlink()
        assert local_postgres.ensure(data).pid != server.pid
        assert answers(data)
    assert not processes_of(data)


def test_a_locale_that_is_not_installed_does_no_harm(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    with local_postgres.running(data):
        assert answers(data)


def test_the_database_of_another_version_is_refused_in_one_line(fresh: Path) -> None:
    (fresh / "postgres").mkdir(parents=True)
    (fresh / "postgres" / "PG_VERSION").write_text("17\n")
    with (
        pytest.raises(local_postgres.LocalPostgresError, match="made by Postgres 17") as refusal,
        local_postgres.running(fresh),
    ):
        pass
    assert "\n" not in str(refusal.value)


def test_a_directory_that_cannot_be_made_is_refused_in_one_line(place: Path) -> None:
    (place / "file").write_text("in the way")
    with (
        pytest.raises(local_postgres.LocalPostgresError, match="cannot be made"),
        local_postgres.running(place / "file" / "data"),
    ):
        pass


def test_the_number_of_connections_can_be_chosen(data: Path) -> None:
    server = local_postgres.start(data, max_connections="30")
    try:
        assert ask(data, "show max_connections") == "30"
    finally:
        local_postgres.stop(server)
