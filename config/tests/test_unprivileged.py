"""Postgres refuses to be root; whoever starts us, from wherever, finds a way."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from config import local_postgres, unprivileged
from config.tests.conftest import answers, processes_of, python

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="optional: only root has to look for a way")


def owner_of_process(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@as_root
def test_root_becomes_a_user_of_our_own(fresh: Path) -> None:
    with local_postgres.running(fresh) as server:
        assert owner_of_process(server.pid) == unprivileged.OWN_ID
        assert (fresh / "postgres").stat().st_uid == unprivileged.OWN_ID
        assert answers(fresh)


@as_root
def test_root_becomes_the_user_whom_the_data_belongs_to(fresh: Path) -> None:
    fresh.mkdir(parents=True)
    os.chown(fresh, 1234, 1234)
    with local_postgres.running(fresh) as server:
        assert owner_of_process(server.pid) == 1234
        assert answers(fresh)


@as_root
@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_root_below_a_closed_home_uses_a_namespace(fresh: Path) -> None:
    fresh.parent.mkdir(mode=0o700)
    with local_postgres.running(fresh):
        assert answers(fresh)
    assert fresh.parent.stat().st_mode & 0o777 == 0o700
    assert not processes_of(fresh)


@as_root
def test_root_without_namespaces_moves_the_database_to_where_it_can_be_entered(
    fresh: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unprivileged, "NAMESPACE", "there-is-no-such-program")
    monkeypatch.setattr(unprivileged, "SYSTEM_DIRECTORY", place / "var")
    fresh.parent.mkdir(mode=0o700)
    for _ in range(2):
        with local_postgres.running(fresh):
            assert answers(fresh)
    assert (fresh / "postgres").is_symlink()
    assert (fresh / "postgres").resolve().is_relative_to(place / "var")
    assert not processes_of(place)


@as_root
def test_a_database_made_one_way_is_found_by_another(fresh: Path) -> None:
    fresh.parent.mkdir(mode=0o700)
    with local_postgres.running(fresh):
        pass
    fresh.parent.chmod(0o755)
    with local_postgres.running(fresh) as server:
        assert owner_of_process(server.pid) == unprivileged.OWN_ID
        assert answers(fresh)


@pytest.fixture
def ordinary() -> list[str]:
    """What a command is put behind to be run by an ordinary user: nothing, or what takes root's privileges away."""
    if os.geteuid() != 0:
        return []
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare to become an ordinary user")
    return ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"]


def test_an_ordinary_user_simply_runs_it(fresh: Path, ordinary: list[str]) -> None:
    code = "with local_postgres.running(data) as server: print(os.geteuid(), local_postgres._answers(data))"
    done = python(code, fresh, ordinary)
    said, _ = done.communicate(timeout=60)
    assert done.returncode == 0
    assert said.split()[1] == "True"
    assert said.split()[0] != "0"
    assert not processes_of(fresh)


def test_a_directory_that_is_not_ours_is_refused_in_one_line(fresh: Path, ordinary: list[str]) -> None:
    fresh.mkdir(parents=True, mode=0o500)
    code = "try: local_postgres.make_directory(data)\nexcept local_postgres.LocalPostgresError as fault: print(fault)"
    said, _ = python(code, fresh, ordinary).communicate(timeout=60)
    assert "is not ours to write to" in said
    assert len(said.splitlines()) == 1


def test_programs_are_found_without_importing_their_package() -> None:
    done = subprocess.run(
        [unprivileged.wheel_binaries() / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    assert "18." in done.stdout
