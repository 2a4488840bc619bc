"""The child process that reads one file: `python -m apps.indexing.extract.child read FORMAT PATH` and the like.

It imports what the format needs and nothing of Django, lowers its own limits, and answers on its standard output in
lines of JSON (`wire.py`): progress, blocks, at the end "end" or a fault.
"""

from __future__ import annotations

import base64
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from apps.indexing.extract import formats, limits, wire
from apps.indexing.extract.faults import Refused

MOST_CHARACTERS = 20_000_000


class Teller(Protocol):
    def __call__(self, **message: object) -> None: ...


def main() -> None:
    """Does what the arguments say and reports how it ended."""
    answers = _private_output()

    def tell(**message: object) -> None:
        answers.write(wire.dump(message))
        answers.flush()

    limits.renew_cpu()
    limits.die_with_parent()
    limits.stay_offline(lambda event: tell(attempt=event))
    try:
        for message in _work(sys.argv[1], sys.argv[2:], tell):
            tell(**message)
        tell(end=True)
    except Refused as refused:
        tell(fault=[refused.reason, refused.detail])
    except (MemoryError, RecursionError) as error:
        tell(fault=["too_big", type(error).__name__])
    except Exception as error:
        tell(fault=["broken", _where(error)])


def _private_output() -> BinaryIO:
    """Standard output for our answers alone; what a library prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return answers


def _work(verb: str, arguments: list[str], tell: Teller) -> Iterator[wire.Message]:
    limits.leave_nothing_behind()
    limits.cap_memory()
    match verb, arguments:
        case "read", [name, path]:
            yield from _read(formats.FORMATS[name], Path(path), tell)
        case "size", [path, number]:
            from apps.indexing.extract import render

            yield {"size": render.size(Path(path), int(number))}
        case "picture", [path, number, width]:
            from apps.indexing.extract import render

            yield {"picture": base64.b64encode(render.picture(Path(path), int(number), int(width))).decode()}
        case _:
            raise Refused("crashed", "unknown arguments")


def _read(form: formats.Format, path: Path, tell: Teller) -> Iterator[wire.Message]:
    def progress(done: int, total: int) -> None:
        if done % limits.SLICE == 0:
            limits.renew_cpu()
        tell(pages=[done, total])

    characters = 0
    for block in form.read(path, progress):
        characters += len(block.text)
        if characters > MOST_CHARACTERS:
            raise Refused("too_big", f"more than {MOST_CHARACTERS} characters")
        yield {"block": wire.packed(block)}
    if not characters:
        raise Refused("empty")


def _where(error: Exception) -> str:
    """The kind of an error and the line that raised it; never its message, which may quote the file."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}"


if __name__ == "__main__":
    main()
