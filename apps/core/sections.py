"""Keeps measured figures in a page of the documentation, each kind in a section of its own."""

from __future__ import annotations

from pathlib import Path


def put(page: Path, heading: str, body: str) -> None:
    """Makes `body` the section below `## heading`, in place of the last one; a new section stands at the end."""
    heading = f"## {heading}\n"
    before, found, rest = page.read_text().partition(heading) if page.exists() else ("", "", "")
    _old, next_heading, after = rest.partition("\n## ")
    before = before if found or before else "# Evaluation\n\n"
    before = before if before.endswith("\n\n") else f"{before}\n"
    page.write_text(f"{before}{heading}\n{body.rstrip()}\n{next_heading}{after}")
