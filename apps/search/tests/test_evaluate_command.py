"""`manage.py evaluate`: figures that can be worked out by hand, and nothing left behind, whatever happens."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from apps.accounts.models import User
from apps.indexing import runs
from apps.indexing.models import IndexRun, Passage, Vector
from apps.indexing.tests import embedders
from apps.indexing.tests.workers import command, kill, wait_until, worker
from apps.library.models import Document, Revision
from apps.search.evaluation import owner as stand_ins
from apps.search.tests.question_sets import ANSWERABLE, DOCUMENTS, EMPTY, beginning, many, write

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = [
    "set",
    "documents",
    "questions",
    "ndcg_10",
    "mrr_10",
    "recall_5",
    "recall_20",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "passages_per_s",
    "refused_right",
    "refused_wrong",
]
SETS = Path(settings.ROOT).parent / "shared" / "eval"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "small")


def evaluate(*arguments: object, stderr: StringIO | None = None) -> str:
    """Runs the command in this process; what it printed."""
    out = StringIO()
    call_command("evaluate", *map(str, arguments), stdout=out, stderr=stderr or StringIO())
    return out.getvalue()


def figures(*arguments: object) -> dict[str, Any]:
    """The figures of one set."""
    (line,) = evaluate(*arguments, "--json").splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def is_anything_left() -> bool:
    rows = (User.objects.stand_ins("evaluation"), Document.objects, Revision.objects, Passage.objects, IndexRun.objects)
    return any(each.exists() for each in rows) or Vector.objects.exists()


def test_the_figures_are_those_worked_out_by_hand(folder: Path) -> None:
    found = figures(folder)
    assert [key for key in found if key in KEYS] == KEYS
    assert (found["set"], found["documents"], found["questions"]) == ("small", 12, 8)
    # Three answers first; of two answers one, first; and one that cannot be found.
    assert found["ndcg_10"] == pytest.approx((3 + 1 / 1.6309) / 5, abs=1e-4)
    assert (found["mrr_10"], found["recall_5"], found["recall_20"]) == (0.8, 0.7, 0.7)
    # Of three without an answer two, and of five with one none.
    assert (found["refused_right"], found["refused_wrong"], found["refused_precision"]) == (0.6667, 0, 1)
    assert 0 < found["p50_ms"] <= found["p95_ms"] <= found["p99_ms"]
    assert found["passages_per_s"] > 0
    assert not is_anything_left()


def test_answers_in_several_languages_are_told_apart(folder: Path) -> None:
    apart = figures(folder)["by_language"]
    assert list(apart) == ["en", "zh"]
    assert (apart["zh"]["questions"], apart["zh"]["ndcg_10"], apart["zh"]["refused_wrong"]) == (2, 1, 0)
    assert (apart["en"]["questions"], apart["en"]["mrr_10"], apart["en"]["recall_20"]) == (2, 1, 0.75)


def test_a_library_in_one_language_has_no_such_parts(tmp_path: Path) -> None:
    folder = write(tmp_path / "one", questions={"oolong": ANSWERABLE["oolong"]})
    assert "by_language" not in figures(folder)


def test_without_an_unanswerable_question_nothing_is_said_of_refusing_rightly(tmp_path: Path) -> None:
    found = figures(write(tmp_path / "answerable", questions=ANSWERABLE))
    assert (found["refused_right"], found["refused_precision"], found["refused_wrong"]) == (None, None, 0)


def test_where_nothing_can_be_answered_nothing_can_be_found(tmp_path: Path) -> None:
    found = figures(write(tmp_path / "none", questions={"capital": ("What is the capital of France?", {})}))
    assert [found[key] for key in KEYS[3:7]] == [None] * 4
    assert (found["refused_right"], found["refused_wrong"]) == (1, None)


def test_each_leg_apart(folder: Path) -> None:
    assert "legs" not in figures(folder)
    legs = figures(folder, "--legs")["legs"]
    assert list(legs) == ["words", "meaning"]
    assert all(list(leg) == KEYS[3:7] for leg in legs.values())


def test_across_languages_words_find_nothing_and_meaning_does(tmp_path: Path) -> None:
    questions = {"q": ("Wer repariert das Dach und die Wasserleitungen?", {"lease": 1})}
    found = figures(write(tmp_path / "across", questions=questions), "--legs")
    assert (found["legs"]["words"]["ndcg_10"], found["legs"]["meaning"]["ndcg_10"], found["ndcg_10"]) == (0, 1, 1)


def test_the_same_each_time(folder: Path) -> None:
    timed = {"p50_ms", "p95_ms", "p99_ms", "passages_per_s"}
    first, second = (
        {key: value for key, value in figures(folder, "--legs").items() if key not in timed} for _ in range(2)
    )
    assert first == second


def test_a_few_of_the_questions(folder: Path) -> None:
    assert figures(folder, "--questions", 3)["questions"] == 3
    with pytest.raises(CommandError, match="at least one question"):
        evaluate(folder, "--questions", 0)


def test_several_sets_make_one_table(folder: Path, tmp_path: Path) -> None:
    second = write(tmp_path / "another set", questions=ANSWERABLE)
    lines = evaluate(folder, second, "--legs").splitlines()
    assert lines[0].startswith("| set ")
    assert [line.split("|")[1].strip() for line in lines[2:]] == [
        *("small", "– answer in en", "– answer in zh", "– words alone", "– meaning alone"),
        *("another set", "– answer in en", "– answer in zh", "– words alone", "– meaning alone"),
    ]
    # Every line as long as the first, its columns below each other.
    assert {tuple(at for at, sign in enumerate(line) if sign == "|") for line in lines} == {
        tuple(at for at, sign in enumerate(lines[0]) if sign == "|")
    }
    assert [line.split("|")[4].strip() for line in (lines[2], lines[7])] == [".723", ".723"]


def test_several_sets_are_a_json_object_each(folder: Path, tmp_path: Path) -> None:
    second = write(tmp_path / "second", questions=ANSWERABLE)
    assert [json.loads(line)["set"] for line in evaluate(folder, second, "--json").splitlines()] == ["small", "second"]


def test_a_document_that_cannot_be_read_is_told_of(folder: Path) -> None:
    said = StringIO()
    evaluate(folder, stderr=said)
    assert f"small: 1 document could not be indexed and cannot be found: {EMPTY}" in said.getvalue()


def test_the_table_is_kept_in_its_section_of_a_page(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "evaluation.md"
    evaluate(folder, "--questions", 2, "--write", page)
    fresh = page.read_text()
    assert fresh.startswith("# Evaluation\n\n## Retrieval\n\n20")
    page.write_text(f"{fresh}\n## Claims\n\nKept.\n")
    shown = evaluate(folder, "--write", page)
    again = page.read_text()
    assert shown.strip() in again
    assert again.count("## Retrieval") == again.count("| small ") == 1
    assert again.endswith("|\n\n## Claims\n\nKept.\n")


def test_the_libraries_of_others_stay_as_they_are_and_are_not_searched(owner: User, folder: Path) -> None:
    from apps.search.tests.keeping import keep

    kept = keep(owner, *DOCUMENTS["tea"])
    assert figures(folder)["mrr_10"] == 0.8
    assert list(Document.objects.values_list("pk", "state")) == [(kept.pk, Document.State.READY)]
    assert list(User.objects.all()) == [owner]


def test_a_folder_that_is_no_set_begins_nothing(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"holds no set of questions: there is no corpus\.jsonl") as refused:
        evaluate(folder, tmp_path)
    assert refused.value.returncode == 2
    (folder / "queries.jsonl").write_text("{\n")
    with pytest.raises(CommandError, match=r"queries\.jsonl, line 1: it is not JSON"):
        evaluate(folder)
    assert not is_anything_left()


def test_with_an_embedder_that_stays_away_it_says_so_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "FIRST_PAUSE", timedelta(seconds=0.1))
    with embedders.using(embedders.Away), pytest.raises(CommandError, match="could not be indexed"):
        evaluate(folder)
    assert not is_anything_left()


def test_a_document_that_is_too_long_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    folder = write(tmp_path / "long", {"tea": DOCUMENTS["tea"], "d2": ("Long", "x" * 2**22)}, {"q": ("x", {})})
    with pytest.raises(CommandError, match="d2: This article is longer"):
        evaluate(folder)
    assert not is_anything_left()


def test_another_fault_leaves_nothing_either(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        evaluate(folder, "--write", tmp_path)
    assert not is_anything_left()


@contextmanager
def under_way(tmp_path: Path) -> Iterator[Popen[bytes]]:
    """A process that evaluates, and is in the middle of it: it has questions for minutes."""
    questions = {f"q{number}": ("Which letter?", {"d7": 1}) for number in range(10_000)}
    process = command("evaluate", str(write(tmp_path / "many", many(200), questions)))
    try:
        wait_until(lambda: Vector.objects.exists() or process.poll() is not None)
        yield process
    finally:
        kill(process)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_in_the_middle_it_leaves_nothing(tmp_path: Path, number: int, code: int) -> None:
    with under_way(tmp_path) as process:
        assert is_anything_left()
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == code, output
    assert b"Traceback" not in output
    assert not is_anything_left()


def test_what_a_killed_one_left_goes_with_the_next_and_not_before_it_is_dead(folder: Path, tmp_path: Path) -> None:
    with under_way(tmp_path) as process:
        with pytest.raises(CommandError, match="Another evaluation is under way"):
            evaluate(folder)
        kill(process)
    assert is_anything_left()
    evaluate(folder)
    assert not is_anything_left()


def test_its_owner_is_nobody_while_it_lasts() -> None:
    with stand_ins.alone(), stand_ins.stand_in() as searcher:
        assert not searcher.is_active
        assert not searcher.has_usable_password()
        assert not User.objects.people().exists()


def test_the_next_may_evaluate_whatever_became_of_the_first_ones_connection() -> None:
    with stand_ins.alone():
        connection.close()
        # The one that was just given back, as another thread might.
        taken = connection.pool.getconn()  # type: ignore[attr-defined]
    try:
        with stand_ins.alone():
            assert not is_anything_left()
    finally:
        connection.pool.putconn(taken)  # type: ignore[attr-defined]


def test_beside_a_worker_each_document_is_indexed_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "many", many(30), {"q": ("Which one is letter 7?", {"d7": 1})})
    with worker():
        found = figures(folder)
    assert (found["documents"], found["recall_20"] is not None) == (30, True)
    assert not is_anything_left()


@pytest.mark.skipif(not (SETS / "xquad-en").exists(), reason=f"optional: no sets of questions in {SETS}")
def test_on_a_real_set_nearly_all_is_found_at_once(tmp_path: Path) -> None:
    found = figures(beginning(SETS / "xquad-en", tmp_path / "some", 50), "--questions", 100)
    assert found["questions"] == 100
    assert found["ndcg_10"] >= 0.97
    assert found["recall_20"] >= 0.98
