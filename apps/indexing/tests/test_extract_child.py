"""The child that reads a file: what it may use, what it knows, and how it ends."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from apps.indexing.extract import ExtractFault, extract, parent
from apps.indexing.tests import samples
from apps.library.models import Reason

on_linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="SKIPPED: looks at processes in /proc")

SLOW = """
import sys
from pathlib import Path
from apps.indexing.extract import parent
for answer in parent._answers("read", "pdf", sys.argv[1]):
    pass
"""


def children(pid: int) -> list[int]:
    """The processes that this one started and that still run."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def wait_until(condition: object) -> None:
    """Looks again and again for as long as a slow machine may need."""
    for _ in range(600):
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.05)
    pytest.fail("it never came true")


@contextmanager
def reading(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has `path` read by a child."""
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(path)], cwd=parent.ROOT)
    try:
        wait_until(lambda: children(process.pid))
        yield process
    finally:
        process.kill()
        process.wait()


@on_linux
def test_the_child_dies_when_whoever_asked_is_killed(tmp_path: Path) -> None:
    with reading(samples.laughs(tmp_path / "slow.pdf")) as process:
        (child,) = children(process.pid)
        assert is_running(child)
        process.kill()
        process.wait()
        wait_until(lambda: not is_running(child))
        assert not is_running(child)


@on_linux
def test_the_child_is_given_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "not for parsers")
    with reading(samples.laughs(tmp_path / "slow.pdf")) as process:
        (child,) = children(process.pid)
        # Until it is a program of its own, a forked process shows what its parent has.
        wait_until(lambda: b"apps.indexing.extract.child" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"))
        assert b"not for parsers" not in Path(f"/proc/{child}/environ").read_bytes()
        assert Path(f"/proc/{child}/cwd").readlink() == Path("/")


@on_linux
def test_no_child_is_left_when_we_stop_asking(tmp_path: Path) -> None:
    # Such as the tests' database.
    others = children(os.getpid())
    blocks = extract(samples.pdf(tmp_path / "a.pdf", *[samples.column(["Roses need sun."])] * 120), "", "a.pdf")
    next(blocks)
    assert set(children(os.getpid())) > set(others)
    blocks.close()  # type: ignore[attr-defined]
    assert set(children(os.getpid())) <= set(others)


def test_a_child_that_takes_too_long_is_a_timeout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "WALL_SECONDS", 0.3)
    with pytest.raises(ExtractFault) as caught:
        list(extract(samples.laughs(tmp_path / "slow.pdf"), "", "slow.pdf"))
    assert caught.value.reason == Reason.TIMEOUT


def test_a_child_that_says_too_much_is_too_big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "MOST_BYTES", 2_000)
    with pytest.raises(ExtractFault) as caught:
        list(extract(samples.pdf(tmp_path / "a.pdf", samples.column(["Roses need sun."] * 40)), "", "a.pdf"))
    assert caught.value.reason == Reason.TOO_BIG


@pytest.mark.parametrize(
    ("last_words", "reason"),
    [
        ("os.kill(os.getpid(), signal.SIGXCPU)", "timeout"),
        ("os.kill(os.getpid(), signal.SIGABRT)", "too_big"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "crashed"),
        ("sys.exit(3)", "crashed"),
    ],
)
def test_the_reason_of_a_death_is_told_by_how_it_came(last_words: str, reason: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", f"import os, signal, sys; {last_words}"])
    assert parent._cause_of_death(process)[0] == reason


def test_an_answer_that_makes_no_sense_is_a_crash() -> None:
    with pytest.raises(ExtractFault) as caught:
        parent._block({"text": "a", "kind": "no such kind"})
    assert caught.value.reason == Reason.CRASHED


def test_the_child_loads_neither_django_nor_what_other_formats_need() -> None:
    script = (
        "import sys; import apps.indexing.extract.child; from apps.indexing.extract import pdfium, outline, paragraphs;"
        "print([m for m in ('django', 'unstructured', 'numpy', 'markdown_it', 'PIL', 'tiktoken') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], cwd=parent.ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_c3_no_format_tries_to_reach_anything(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        '<link rel="stylesheet" href="http://127.0.0.1:9/a.css"><img src="http://127.0.0.1:9/a.png">'
        '<iframe src="file:///etc/passwd"></iframe><object data="http://127.0.0.1:9/"></object><p>Only this.</p>'
    )
    notes = tmp_path / "a.md"
    notes.write_text("![a picture](http://127.0.0.1:9/a.png)\n\nText with a [link](http://127.0.0.1:9/).")
    files = [
        page,
        notes,
        samples.docx(tmp_path / "a.docx"),
        samples.pptx(tmp_path / "a.pptx"),
        samples.pdf(tmp_path / "a.pdf", samples.column(["See http://127.0.0.1:9/ for more of this."])),
    ]
    with caplog.at_level(logging.WARNING, "apps.indexing.extract.parent"):
        found = {path.suffix: " ".join(block.text for block in extract(path, "", path.name)) for path in files}
    assert all(found.values())
    assert found[".html"] == "Only this."
    assert not caplog.records


def test_c3_what_is_tried_all_the_same_is_refused_and_told() -> None:
    script = (
        "import socket, os; from apps.indexing.extract import limits; told = []; limits.stay_offline(told.append)\n"
        "connect, look_up = socket.create_connection, socket.getaddrinfo\n"
        "for attempt in (lambda: connect(('::1', 9)), lambda: look_up('a.invalid', 80), lambda: os.system('true')):\n"
        "    try: attempt()\n"
        "    except PermissionError: pass\n"
        "print(told)"
    )
    found = subprocess.run([sys.executable, "-c", script], cwd=parent.ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "['socket.getaddrinfo', 'socket.getaddrinfo', 'os.system']"


def test_the_time_is_given_anew_for_each_slice_of_pages() -> None:
    script = (
        "import resource; from apps.indexing.extract import limits; limits.renew_cpu();"
        "first = resource.getrlimit(resource.RLIMIT_CPU)[0]; limits.CPU_SECONDS += 10; limits.renew_cpu();"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0] - first >= 10)"
    )
    found = subprocess.run([sys.executable, "-c", script], cwd=parent.ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "True"


def test_a_project_path_with_spaces_and_chinese_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "my 知識 base"
    home.mkdir()
    (home / "apps").symlink_to(parent.ROOT / "apps")
    monkeypatch.setitem(parent._ENVIRONMENT, "PYTHONPATH", str(home))
    path = samples.pdf(home / "a b 文.pdf", samples.column(["Found all the same, whatever the path."]))
    assert [block.text for block in extract(path, "", path.name)] == ["Found all the same, whatever the path."]


def test_a_signal_to_our_group_leaves_the_child_to_us() -> None:
    with parent._child(("size", "/nonexistent", "1")) as process:
        assert os.getpgid(process.pid) != os.getpgid(0)
        assert process.returncode is None
    assert process.returncode in (0, -signal.SIGKILL)
