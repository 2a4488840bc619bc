"""`manage.py evaluate_claims`: how well sentences are compared, as a table, as JSON, and kept in a page."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.chat.checking import measuring


@pytest.fixture(autouse=True)
def two_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """All sets are measured where the comparison itself is tried."""
    few = {name: measuring.SETS[name] for name in ("near", "free")}
    monkeypatch.setattr(measuring, "SETS", few)


def evaluate(*arguments: object) -> str:
    out = StringIO()
    call_command("evaluate_claims", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_as_json_it_has_each_kind_for_both_languages() -> None:
    figures = json.loads(evaluate("--json"))
    assert figures.keys() == measuring.SETS.keys()
    for name, each in figures.items():
        assert each.keys() == {"all", "zh", "en"}
        assert each["all"]["kinds"].keys() == measuring.RIGHT.keys()
        assert each["all"]["claims"] == each["zh"]["claims"] + each["en"]["claims"] == len(measuring.claims(name))
        assert 0 < each["all"]["kinds"]["number"]["precision"] <= 1


def test_for_people_it_is_a_table() -> None:
    rows = [line for line in evaluate().splitlines() if line.startswith("|")]
    assert len(rows) == len(measuring.SETS) * (2 + len(measuring.RIGHT))
    assert len({line.count("|") for line in rows}) == 1


def test_it_is_kept_in_its_section_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "evaluation.md"
    page.write_text("# Evaluation\n\n## Retrieval\n\nOne.\n\n## Claims\n\nOld.\n\n## Speed\n\nTwo.\n")
    evaluate("--write", page)
    text = page.read_text()
    assert text.startswith("# Evaluation\n\n## Retrieval\n\nOne.\n\n## Claims\n\n")
    assert text.endswith("\n\n## Speed\n\nTwo.\n")
    assert "Old." not in text
    assert "| number" in text
