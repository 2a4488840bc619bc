"""The benchmark of answers, as small as it can be: a real web process, a scripted model, and all pieces counted."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from apps.chat.benchmarks.answers import LONG_PIECES, PIECES
from apps.chat.models import Message
from apps.indexing.tests.workers import environment_of_tests

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_piece_of_every_answer_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment_of_tests().items():
        monkeypatch.setenv(name, value)
    out = StringIO()
    small = ("--passages=20", "--questions=1", "--at-once=3", "--over=1", "--rate=200", "--sentences=120")
    call_command("bench", "answers", "--json", *small, stdout=out)
    alone, together = (json.loads(line) for line in out.getvalue().splitlines())
    assert (alone["at_once"], alone["answers"]) == (1, 1)
    assert (together["at_once"], together["answers"]) == (3, 3)
    for line in (alone, together):
        assert line["whole"] == 1
        assert 0 < line["first_ms_p50"] <= line["found_ms_p99"]
        assert 0 < line["late_ms_p50"] <= line["late_ms_p99"]
    assert (alone["pieces"], together["pieces"]) == (PIECES, 3 * LONG_PIECES)
    assert together["connections"] > 0
    # Three of them warm it up.
    assert Message.objects.answers().filter(state="done", text__contains="99@").count() == 3 + 1 + 3
