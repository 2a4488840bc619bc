"""How long `retrieve()` takes for owners of small and large libraries among many others, and what it finds of all."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from django.db import connection

from apps.accounts.models import User
from apps.core import memory
from apps.core.progress import Tell
from apps.indexing.models import Vector
from apps.search import candidates, libraries, meaning, warming
from apps.search.benchmarks import Figures, filling, machine, material
from apps.search.evaluation import measures
from apps.search.retrieval import retrieve

HELP = "how long a question takes, for owners of different sizes in one database"
DEPTH = 10
PERCENTS = (50, 95, 99)


def add_arguments(parser: ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "--passages", type=_numbers, default=[1_000, 10_000, 100_000], metavar="N,N", help="owners timed"
    )
    parser.add_argument("--owners", type=int, default=200, metavar="N", help="owners in all")
    parser.add_argument("--total", type=int, default=500_000, metavar="N", help="passages in all")
    parser.add_argument(
        "--sentences", type=int, default=8_000, metavar="N", help="different sentences they are made of"
    )
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="questions asked in each round")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often each is asked")


def run(options: Mapping[str, Any], tell: Tell) -> Iterator[Figures]:
    """The figures of each owner that is timed. Raises `NotPossible`."""
    timed: Sequence[int] = options["passages"]
    counts = filling.sizes(timed, options["owners"], options["total"])
    warming.warm_up()
    made = material.stock(options["sentences"], lambda done: tell("Making sentences", done, options["sentences"]))
    owners = filling.fill(made, counts, tell)
    questions = material.questions(made, options["questions"])
    # What the libraries were made of is still in memory, which no site has: it is not looked through for rubbish.
    memory.settle()
    sizes = {"owners": len(owners), "total_passages": sum(counts), "total_vectors": Vector.objects.count(), **_bytes()}
    for owner, count in zip(owners, timed, strict=False):
        figures = {"bench": "retrieve", "passages": count, "questions": len(questions)}
        yield {**figures, **_measured(owner, questions, options["rounds"], tell), **sizes, **machine.described()}


def row(figures: Figures) -> Mapping[str, str]:
    """What a table shows of it."""
    low, high = figures["p95_ms_rounds"]
    return {
        "passages": f"{figures['passages']:,}",
        "first ms": f"{figures['first_ms']:.0f}",
        **{f"p{percent} ms": f"{figures[f'p{percent}_ms']:.1f}" for percent in PERCENTS},
        "p95 by round": f"{low:.1f} to {high:.1f}",
        "CPU p50": f"{figures['cpu_p50_ms']:.1f}",
        "CPU p95": f"{figures['cpu_p95_ms']:.1f}",
        "recall@10": f"{figures['recall_10']:.4f}",
        "by meaning alone": f"{figures['recall_10_meaning']:.4f}",
    }


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise ArgumentTypeError("numbers, separated by commas") from None


def _measured(owner: User, questions: Sequence[str], rounds: int, tell: Tell) -> Figures:
    clock = _Clock()
    first = _first(owner, questions[0])
    for question in questions[:5]:
        retrieve(question, owner, DEPTH)
    taken: list[list[float]] = []
    worked: list[float] = []
    for at in range(rounds):
        taken.append([])
        for question in questions:
            began, before = perf_counter(), clock.worked()
            retrieve(question, owner, DEPTH)
            taken[-1].append(perf_counter() - began)
            worked.append(clock.worked() - before)
            tell("Asking", at * len(questions) + len(taken[-1]), rounds * len(questions))
    every = [seconds for one in taken for seconds in one]
    p95 = [_milliseconds(one, 95) for one in taken]
    return {
        "first_ms": first,
        **{f"p{percent}_ms": _milliseconds(every, percent) for percent in PERCENTS},
        "p95_ms_rounds": [min(p95), max(p95)],
        **{f"cpu_p{percent}_ms": _milliseconds(worked, percent) for percent in PERCENTS},
        **_recall(owner, questions, tell),
    }


def _first(owner: User, question: str) -> float:
    """How long the first question to a library takes in a process, in milliseconds."""
    libraries.forget()
    candidates.forget_all()
    began = perf_counter()
    retrieve(question, owner, DEPTH)
    return round(1000 * (perf_counter() - began), 2)


class _Clock:
    """What this process and its database connection have worked, in seconds; waiting for others does not count.

    On Linux; elsewhere without the database.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._path = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def worked(self) -> float:
        """So far."""
        try:
            database = int(self._path.read_text().split()[0]) / 1e9
        except OSError:
            database = 0.0
        return process_time() + database


def _milliseconds(seconds: Sequence[float], percent: int) -> float:
    return round(1000 * measures.percentile(seconds, percent), 2)


def _recall(owner: User, questions: Sequence[str], tell: Tell) -> Figures:
    """How much of the best ten is found that there would be if all vectors were compared."""
    found = {"recall_10": 0.0, "recall_10_meaning": 0.0}
    for done, question in enumerate(questions, 1):
        quick = _best(owner, question)
        with _all_compared():
            exact = _best(owner, question)
        for name, quickly, exactly in zip(found, quick, exact, strict=True):
            found[name] += measures.recall(quickly, exactly, DEPTH) if exactly else 1.0
        tell("Comparing with everything", done, len(questions))
    return {name: round(sum_ / len(questions), 4) for name, sum_ in found.items()}


def _best(owner: User, question: str) -> tuple[list[str], list[str]]:
    """The best passages of all, and those of the vector leg alone."""
    best = [str(hit.passage_id) for hit in retrieve(question, owner, DEPTH)]
    ground = meaning.ground(owner.pk, passages=libraries.of(owner).passages)
    near = meaning.find(meaning.embed(question, ground), (), DEPTH) if ground else {}
    return best, [str(pk) for pk in near]


@contextmanager
def _all_compared() -> Iterator[None]:
    large, meaning.LARGE = meaning.LARGE, sys.maxsize
    try:
        yield
    finally:
        meaning.LARGE = large


def _bytes() -> dict[str, int]:
    """How large the database is, and what a large library is searched by first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()), pg_total_relation_size('indexing_sketch')")
        whole, sketches = cursor.fetchone()
    return {"database_bytes": whole, "sketch_bytes": sketches}
