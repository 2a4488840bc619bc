"""Why a file could not be read, in words that both sides of the pipe know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from apps.library.models import Reason

# The values of `apps.library.models.Reason` that reading can end in. The child process never imports Django.
Word = Literal[
    "encrypted",
    "broken",
    "no_text",
    "empty",
    "mismatch",
    "unsupported",
    "too_big",
    "timeout",
    "crashed",
    "missing",
]


class Refused(Exception):
    """Inside the child: this file cannot be read. `detail` is for the operator and never holds the file's text."""

    def __init__(self, reason: Word, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class ExtractFault(Exception):
    """In the process that asked: this file cannot be read, with a reason that has words for the reader."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
