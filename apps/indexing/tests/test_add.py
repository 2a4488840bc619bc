"""`manage.py add`: files and folders, until they can be searched."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.indexing import runs, working
from apps.indexing.models import IndexRun, Passage
from apps.indexing.tests import embedders
from apps.indexing.tests.making import pages_of
from apps.indexing.tests.workers import command, worker
from apps.library.models import Document

pytestmark = pytest.mark.django_db(transaction=True)
State = Document.State


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of things to add: three that can be read, in two levels, and two that are hidden."""
    home = tmp_path / "to add"
    (home / "deeper" / ".git").mkdir(parents=True)
    (home / "notes.md").write_text("# Rent\n\nIt is due on the fifth.")
    (home / "租約.txt").write_text("房東負責修繕。")
    (home / "deeper" / "report.pdf").write_bytes(pages_of(["A page."]))
    (home / ".hidden.txt").write_text("not this")
    (home / "deeper" / ".git" / "config.txt").write_text("nor this")
    return home


def add(*paths: Path, user: str = "owner@example.org") -> int:
    """Runs the command in this process; its exit code."""
    try:
        call_command("add", *map(str, paths), user=user)
    except SystemExit as end:
        return int(str(end.code))
    return 0


def states() -> dict[str, str]:
    return dict(Document.objects.values_list("title", "state"))


def test_a_folder_is_added_with_all_in_it_and_can_be_searched(
    owner: User, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(folder) == 0
    assert states() == {"notes": State.READY, "租約": State.READY, "report": State.READY}
    assert set(Document.objects.values_list("owner", flat=True)) == {owner.pk}
    assert Passage.objects.count() == 3
    assert "3 documents can be searched." in capsys.readouterr().out


def test_files_may_be_named_one_by_one(owner: User, folder: Path) -> None:
    assert add(folder / "notes.md", folder / "租約.txt") == 0
    assert states() == {"notes": State.READY, "租約": State.READY}


def test_adding_the_same_again_keeps_it_once(owner: User, folder: Path) -> None:
    assert add(folder) == 0
    assert add(folder) == 0
    assert len(states()) == 3
    assert IndexRun.objects.count() == 3


def test_each_failure_is_told_with_its_reason_and_the_rest_is_added(
    owner: User, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    assert add(folder) == 1
    told = capsys.readouterr()
    assert "picture.png: Files of this kind cannot be read here." in told.err
    assert "broken: This file is damaged or incomplete" in told.err
    assert "3 documents can be searched." in told.out
    assert states()["broken"] == State.FAILED
    assert states()["notes"] == State.READY


def test_one_that_failed_before_is_tried_again(owner: User, folder: Path) -> None:
    add(folder / "notes.md")
    Document.objects.update(state=State.FAILED, reason="internal")
    IndexRun.objects.update(state=IndexRun.State.FAILED)
    assert add(folder / "notes.md") == 0
    assert states() == {"notes": State.READY}


def test_nobody_by_that_name(owner: User, folder: Path) -> None:
    with pytest.raises(CommandError, match=r"Nobody here has the address who@example\.org\."):
        add(folder, user="who@example.org")
    assert states() == {}


def test_a_path_that_is_not_there(owner: User, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(folder / "notes.md", folder / "no such.md") == 2
    assert "There is no" in capsys.readouterr().err
    assert states() == {}


def test_with_an_embedder_that_stays_away_it_says_so_and_ends(
    owner: User, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "FIRST_PAUSE", timedelta(seconds=0.1))
    with embedders.using(embedders.Away):
        assert add(folder / "notes.md") == 1
    assert "when what that needs is back" in capsys.readouterr().err
    IndexRun.objects.update(due_at=Now())
    assert working.work_one()
    assert states() == {"notes": State.READY}


def test_beside_a_worker_each_document_is_indexed_once(owner: User, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(12):
        (many / f"{number}.txt").write_text(f"This is document {number}. It says little. " * 20)
    with worker():
        process = command("add", str(many), "--user", "owner@example.org")
        output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    assert b"12 documents can be searched." in output
    assert set(IndexRun.objects.values_list("state", "attempts")) == {(IndexRun.State.DONE, 1)}


def test_stopped_in_the_middle_nothing_is_lost(owner: User, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(8):
        (many / f"{number}.txt").write_text(f"This is document {number}. It says little. " * 200)
    process = command("add", str(many), "--user", "owner@example.org")
    assert process.stdout is not None
    while process.poll() is None and not Document.objects.filter(state=State.READY).exists():
        pass
    process.terminate()
    try:
        process.wait(30)
    finally:
        process.kill()
    assert process.returncode != 0
    assert not IndexRun.objects.filter(losses__gt=0).exists()
    assert add(many) == 0
    assert set(states().values()) == {State.READY}
    assert len(states()) == 8


def test_help_says_what_it_does() -> None:
    found = command("add", "--help")
    output, _ = found.communicate()
    assert b"PATH" in output
    assert b"--user" in output
