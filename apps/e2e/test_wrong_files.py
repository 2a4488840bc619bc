"""Files that are not what they seem: each ends in a state with its reason in plain words, and the worker lives on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.e2e.conftest import Site, sign_in
from apps.e2e.test_story import picture
from apps.indexing.tests import samples

WITHIN = 60.0


@pytest.fixture
def wrong_files(tmp_path: Path) -> dict[str, Path]:
    """One of each kind; the name says which."""
    text = tmp_path / "really-text.pdf"
    text.write_text("This is a text file that calls itself a PDF.")
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"")
    return {
        "mismatch": text,
        "encrypted": samples.locked_pdf(tmp_path / "locked.pdf", user="a secret"),
        "no_text": samples.scan(tmp_path / "scanned.pdf"),
        "empty": empty,
        "bomb": samples.flate_bomb(tmp_path / "bomb.pdf", megabytes=2048),
    }


def test_c4_r9_each_ends_with_a_reason_and_the_worker_lives(
    site: Site, new_page: Callable[..., Page], wrong_files: dict[str, Path], tmp_path: Path
) -> None:
    workers = _workers(site)
    page = sign_in(new_page(), site)
    page.goto(f"{site.url}/library/")
    page.locator("input[type=file]").first.set_input_files(list(wrong_files.values()))
    for path in wrong_files.values():
        row = page.locator(".rows li", has_text=path.stem)
        expect(row).to_have_attribute("data-state", "failed", timeout=WITHIN * 1000)
    picture(page, "wrong-files")
    reasons = dict(site.rows("select title, reason from library_document where reason <> ''"))
    assert reasons["really-text"] == "mismatch"
    assert reasons["locked"] == "encrypted"
    assert reasons["scanned"] == "no_text"
    assert reasons["empty"] == "empty"
    assert reasons["bomb"] in {"too_big", "crashed", "timeout"}
    assert _workers(site) == workers
    good = tmp_path / "afterwards.txt"
    good.write_text("After all these the worker still reads what it is given.")
    page.locator("input[type=file]").first.set_input_files(good)
    row = page.locator(".rows li", has_text="afterwards")
    expect(row).to_have_attribute("data-state", "ready", timeout=WITHIN * 1000)


def test_the_command_says_what_is_wrong_with_each(site: Site, wrong_files: dict[str, Path]) -> None:
    done = site.manage("add", *map(str, wrong_files.values()), "--user", "owner@example.org")
    said = done.stdout + done.stderr
    assert done.returncode != 0
    for path in wrong_files.values():
        assert path.stem in said, said
    assert "Traceback" not in said


def _workers(site: Site) -> set[int]:
    """The process numbers of this site's consumer and its workers."""
    found = set()
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                command = (process / "cmdline").read_bytes()
                data = (process / "environ").read_bytes()
            except OSError:
                continue
            if b"run_huey" in command and str(site.data).encode() in data:
                found.add(int(process.name))
    return found
