"""Has a file read by a child process of its own, so that no file can take this process down."""

from __future__ import annotations

import base64
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from apps.indexing.extract import formats, limits, wire
from apps.indexing.extract.blocks import Block
from apps.indexing.extract.faults import ExtractFault, Refused, Word

ROOT = Path(__file__).resolve().parents[3]
WALL_SECONDS = 50.0
# Of answers in all, and of one answer: a page of text with its boxes is about 50 kB.
MOST_BYTES = 512 << 20
MOST_LINE_BYTES = 128 << 20
# Nothing of ours reaches the child, least of all a key. unstructured reports to its makers unless told not to.
_ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "PYTHONUTF8": "1",
    "LANG": "C.UTF-8",
    "PATH": os.defpath,
    "HOME": "/nonexistent",
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

logger = logging.getLogger(__name__)


def extract(
    path: Path, media_type: str, name: str, progress: Callable[[int, int], None] | None = None
) -> Iterator[Block]:
    """The blocks of a file in reading order.

    `name` is the name it was uploaded under; `progress` is told of each page read and how many there are.
    Raises ExtractFault, possibly after some blocks: what was yielded until then is not the whole file.
    """
    path = path.absolute()
    for answer in _answers("read", _format_of(path, media_type, name), str(path)):
        if "block" in answer:
            yield _block(answer["block"])
        elif "pages" in answer and progress is not None:
            done, total = answer["pages"]
            progress(done, total)


def render_page(path: Path, page: int, width_px: int) -> bytes:
    """A WebP picture of a PDF's page (one-based). Raises ExtractFault; MISSING when there is no such page."""
    answers = _answers("picture", str(path.absolute()), str(page), str(width_px))
    return base64.b64decode(_only("picture", answers))


def page_size(path: Path, page: int) -> tuple[float, float]:
    """Width and height of a PDF's page (one-based) in points. Raises ExtractFault like `render_page`."""
    width, height = _only("size", _answers("size", str(path.absolute()), str(page)))
    return float(width), float(height)


def _only(key: str, answers: Iterator[wire.Message]) -> Any:
    found = [answer[key] for answer in answers if key in answer]
    if not found:
        raise _fault("crashed", "no answer")
    return found[0]


def _format_of(path: Path, media_type: str, name: str) -> str:
    try:
        return formats.format_of(path, media_type, name)
    except Refused as refused:
        raise _fault(refused.reason, refused.detail) from refused


def _fault(reason: Word, detail: str) -> ExtractFault:
    # Imported here: the child shares this package and never loads Django.
    from apps.library.models import Reason

    return ExtractFault(Reason(reason), detail[:500])


def _block(packed: wire.Message) -> Block:
    try:
        return wire.unpacked(packed)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise _fault("crashed", f"an answer that makes no sense: {type(error).__name__}") from error


def _answers(*arguments: str) -> Iterator[wire.Message]:
    """What a child says until its "end". Raises ExtractFault when it says why not, or falls silent."""
    with _child(arguments) as process:
        for line in _lines(cast("IO[bytes]", process.stdout)):
            answer = _load(line)
            if "end" in answer:
                return
            if "fault" in answer:
                reason, detail = answer["fault"]
                raise _fault(reason, detail)
            if "attempt" in answer:
                logger.warning("a parser tried what it may not: %s", answer["attempt"])
            yield answer
        raise _fault(*_cause_of_death(process))


def _load(line: bytes) -> wire.Message:
    try:
        return wire.load(line)
    except ValueError as error:
        raise _fault("crashed", "an answer that is no message") from error


@contextmanager
def _child(arguments: tuple[str, ...]) -> Iterator[subprocess.Popen[bytes]]:
    """A running child, which is gone when the block is left, however it is left.

    Its standard input stays open as long as this process lives: the child ends when it closes. It leads a session of
    its own, so that Ctrl-C reaches only us.
    """
    process = subprocess.Popen(
        [sys.executable, "-sP", "-m", "apps.indexing.extract.child", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=_ENVIRONMENT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _lines(pipe: IO[bytes]) -> Iterator[bytes]:
    """Whole lines, as long as the child stays within its bytes, and within its time for each slice of pages.

    Only the time spent waiting for the child counts, so a slow reader of ours costs it nothing.
    """
    rest, total, left = b"", 0, WALL_SECONDS
    while True:
        left = _wait(pipe, left)
        data = os.read(pipe.fileno(), 1 << 20)
        if not data:
            return
        total += len(data)
        *lines, rest = (rest + data).split(b"\n")
        if total > MOST_BYTES or len(rest) > MOST_LINE_BYTES:
            raise _fault("too_big", f"{total} bytes of text")
        for line in lines:
            left = WALL_SECONDS if _ends_slice(line) else left
            yield line


def _wait(pipe: IO[bytes], left: float) -> float:
    """Waits until the child says something and returns what is left of its seconds."""
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    start = time.monotonic()
    if not poll.poll(left * 1000):
        raise _fault("timeout", f"nothing for {WALL_SECONDS:.0f} s")
    return max(0.0, left - (time.monotonic() - start))


def _ends_slice(line: bytes) -> bool:
    if not line.startswith(b'{"pages":['):
        return False
    done, _total = _load(line)["pages"]
    return bool(done % limits.SLICE == 0)


def _cause_of_death(process: subprocess.Popen[bytes]) -> tuple[Word, str]:
    """Why a child fell silent: pdfium aborts when it gets no more memory, and a system short of it kills."""
    ended = process.wait()
    if ended == -signal.SIGXCPU:
        return "timeout", f"more than {limits.CPU_SECONDS} s of processor time"
    if ended in (-signal.SIGABRT, -signal.SIGKILL):
        return "too_big", f"exit {ended}"
    return "crashed", f"exit {ended}"
