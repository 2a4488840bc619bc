"""How fast the parts are, each measured by a module of one shape.

A module has `HELP`; `add_arguments(parser)`; `run(options, tell)`, which yields figures ready for JSON as soon as they
are there; and `row(figures)`, the cells of a table by their titles. To add one, copy one and name it in the command
(`apps/chat/management/commands/bench.py`). The database it runs in is empty and thrown away afterwards: `scripts/bench`
makes one.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from apps.core.progress import Tell

Figures = dict[str, Any]


class NotPossible(Exception):
    """What was asked for cannot be measured; its text is a sentence for who asked."""


class Part(Protocol):
    """What each module here has."""

    HELP: str

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Its options."""

    def run(self, options: Mapping[str, Any], tell: Tell) -> Iterator[Figures]:
        """Measures. Raises `NotPossible`."""

    def row(self, figures: Figures) -> Mapping[str, str]:
        """What a table shows of it."""
