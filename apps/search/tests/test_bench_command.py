"""The benchmark of searching, as small as it can be: it fills, asks, and says what it measured."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.accounts.models import User
from apps.indexing.models import Passage, Sketch, Vector
from apps.indexing.tests.workers import environment_of_tests
from apps.library.models import Document
from apps.search.benchmarks import NotPossible, filling

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = ("--passages=30,90", "--owners=5", "--total=300", "--sentences=120", "--questions=3", "--rounds=2")


def bench(*arguments: str, part: str = "retrieve") -> str:
    out = StringIO()
    call_command("bench", part, *arguments, stdout=out)
    return out.getvalue()


def indexes() -> list[tuple[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'indexing%%' ORDER BY indexname")
        return list(cursor.fetchall())


def test_each_owner_is_a_line_of_json() -> None:
    before = indexes()
    lines = [json.loads(line) for line in bench("--json", *SMALL).splitlines()]
    assert [line["passages"] for line in lines] == [30, 90]
    for line in lines:
        assert (line["bench"], line["owners"], line["total_passages"], line["questions"]) == ("retrieve", 5, 300, 3)
        assert 0 < line["p50_ms"] <= line["p95_ms"] <= line["p99_ms"]
        assert 0 < line["fastest_p50_ms"] <= line["fastest_p95_ms"] <= line["p95_ms"]
        assert 0 <= line["calm"] <= 6
        assert [one["additions_ms"] > 0 and one["p95_ms"] > 0 for one in line["rounds"]] == [True, True]
        assert (line["recall_10"], line["recall_10_meaning"]) == (1, 1)
        assert {"cpu", "cores", "load", "postgres", "pgvector", "embedder", "total_vectors"} <= line.keys()
    assert indexes() == before
    assert User.objects.count() == 5
    assert Passage.objects.count() == 300
    assert Sketch.objects.values("passage").distinct().count() == 300
    assert set(Vector.objects.filter(level=Vector.Level.PASSAGE).values_list("passage", flat=True)) == set(
        Passage.objects.values_list("pk", flat=True)
    )


def test_for_people_it_is_a_table() -> None:
    machine, _blank, titles, ruler, *rows = bench(*SMALL).splitlines()
    assert "cores" in machine
    assert "a million additions in" in machine
    assert titles.split("|")[1].strip() == "passages"
    assert len(rows) == 2
    assert {line.count("|") for line in (titles, ruler, *rows)} == {titles.count("|")}


def test_a_database_in_use_is_left_alone(owner: User) -> None:
    with pytest.raises(CommandError, match="scripts/bench"):
        bench(*SMALL)
    assert not Passage.objects.exists()


def test_the_owners_have_the_total_between_them() -> None:
    assert sum(filling.sizes([1000, 10_000, 100_000], 200, 500_000)) == 500_000
    assert filling.sizes([10], 3, 40)[0] == 10
    with pytest.raises(NotPossible):
        filling.sizes([100], 3, 100)


def test_what_is_not_a_number_is_refused() -> None:
    with pytest.raises(CommandError, match="separated by commas"):
        bench("--passages=some")


def test_indexing_is_measured_beside_embedding_alone_and_until_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment_of_tests().items():
        monkeypatch.setenv(name, value)
    small = ("--articles=2", "--rounds=2", "--pages=2", "--sentences=120")
    lines = [json.loads(line) for line in bench("--json", *small, part="index").splitlines()]
    assert [line["what"] for line in lines] == ["2 articles", "PDF of 2 pages", "article"]
    for line in lines:
        low, high = line["seconds_range"]
        assert 0 < low <= line["seconds"] <= high
        assert line["passages"] > 0
    together, pdf, article = lines
    assert together["of_embedding_alone"] > 0
    # What a question finds at once of an article are its words; a file is read by the worker first.
    assert (pdf["found_by_words_at_once"], article["found_by_words_at_once"]) == (0, 1)
    assert Document.objects.filter(state=Document.State.READY).count() == 2 * 2 + 2 * 3
