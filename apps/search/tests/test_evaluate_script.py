"""`scripts/evaluate`: all sets of a folder, in a database of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from apps.search.tests.question_sets import ANSWERABLE, DOCUMENTS, QUESTIONS, write
from config import env as environment


def run(*arguments: str, cwd: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [environment.ROOT / "scripts" / "evaluate", *arguments],
        cwd=cwd,
        env=environment.child(DJANGO_SETTINGS_MODULE="config.settings.local", **extra),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_every_set_of_a_folder_is_a_row_and_the_database_is_gone(tmp_path: Path) -> None:
    home = tmp_path / "my sets"
    write(home / "first", questions=QUESTIONS)
    write(home / "second", {"tea": DOCUMENTS["tea"]}, {"oolong": ANSWERABLE["oolong"]})
    (home / "notes.txt").write_text("not a set")
    (tmp_path / "temporary").mkdir()
    # A database elsewhere is not touched, whatever the environment names.
    done = run(
        *("retrieve", "--questions", "4", "--sets", "my sets"),
        cwd=tmp_path,
        TMPDIR=str(tmp_path / "temporary"),
        DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
    )
    assert done.returncode == 0, done.stderr
    names = [line.split("|")[1].strip() for line in done.stdout.splitlines()[2:]]
    assert [name for name in names if "answer in" not in name] == ["first", "second"]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_one_set_may_be_named_itself(tmp_path: Path) -> None:
    write(tmp_path / "one")
    # Refused by the command, which was given the set.
    done = run("--questions", "0", "--sets", str(tmp_path / "one"), cwd=tmp_path)
    assert (done.returncode, "at least one question" in done.stderr) == (2, True)


def test_without_sets_it_says_what_is_needed(tmp_path: Path) -> None:
    done = run("--sets", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 2
    assert "corpus.jsonl, queries.jsonl and qrels/test.tsv" in done.stderr


def test_an_unknown_part_or_a_missing_folder_is_refused(tmp_path: Path) -> None:
    assert "there is no part called poetry" in run("poetry", cwd=tmp_path).stderr
    assert "--sets needs a folder" in run("--sets", cwd=tmp_path).stderr


def test_help(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert (done.returncode, "--write" in done.stdout) == (0, True)
