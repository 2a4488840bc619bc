"""How long `retrieve()` takes for owners of small and large libraries among many others, and what it finds of all."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from django.db import connection

from apps.accounts.models import User
from apps.core import memory
from apps.core.progress import Tell
from apps.indexing.models import Vector
from apps.search import keeping, large, libraries, meaning, warming
from apps.search.benchmarks import Figures, filling, machine, material
from apps.search.evaluation import measures
from apps.search.retrieval import retrieve

HELP = "how long a question takes, for owners of different sizes in one database"
DEPTH = 10
PERCENTS = (50, 95, 99)
# A machine is calm while it makes additions in so many times the shortest time that was seen: so many each time.
CALM = 1.1
ADDITIONS = 50_000


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
    timings = [_Timing(owner, questions) for owner in owners[: len(timed)]]
    # In turns: a machine that is disturbed for some seconds is so for all of them.
    for at in range(options["rounds"]):
        for done, timing in enumerate(timings):
            timing.ask()
            tell("Asking", at * len(timings) + done + 1, options["rounds"] * len(timings))
    fastest = min(timing.fastest_pace for timing in timings)
    for timing, count in zip(timings, timed, strict=True):
        figures = {"bench": "retrieve", "passages": count, "questions": len(questions), **timing.figures(fastest)}
        yield {**figures, **_recall(timing.owner, questions, tell), **sizes, **machine.described()}


def row(figures: Figures) -> Mapping[str, str]:
    """What a table shows of it."""
    low, high = (pick(figures["rounds"], key=lambda one: one["p95_ms"]) for pick in (min, max))
    return {
        "passages": f"{figures['passages']:,}",
        "first ms": f"{figures['first_ms']:.0f}",
        **{f"p{percent} ms": f"{figures[f'p{percent}_ms']:.1f}" for percent in PERCENTS},
        "p95 by round": f"{low['p95_ms']:.1f} to {high['p95_ms']:.1f}",
        "additions ms": f"{low['additions_ms']} to {high['additions_ms']}",
        **{f"fastest p{percent}": f"{figures[f'fastest_p{percent}_ms']:.1f}" for percent in PERCENTS[:2]},
        "calm": str(figures["calm"]),
        **{f"calm p{percent}": f"{figures[f'calm_p{percent}_ms'] or 0:.1f}" for percent in PERCENTS[:2]},
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


@dataclass(frozen=True)
class _Answer:
    """How long an answer took, how long was worked on it, and the slower of the paces before and after it."""

    seconds: float
    worked: float
    pace: float


class _Timing:
    """How long the questions to one library take, round after round."""

    def __init__(self, owner: User, questions: Sequence[str]) -> None:
        self.owner = owner
        self._questions = questions
        self._clock = _Clock()
        self._first = _first(owner, questions[0])
        self._rounds: list[list[_Answer]] = []

    @property
    def fastest_pace(self) -> float:
        """How fast the machine was when it was the fastest, as `machine.additions_ms` tells it."""
        return min(answer.pace for answers in self._rounds for answer in answers)

    def ask(self) -> None:
        """Each question once. The first few before do not count: they come after those to another library."""
        for question in self._questions[:5]:
            retrieve(question, self.owner, DEPTH)
        answers, pace = [], machine.additions_ms(count=ADDITIONS)
        for question in self._questions:
            began, before, pace_before = perf_counter(), self._clock.worked(), pace
            retrieve(question, self.owner, DEPTH)
            seconds, worked = perf_counter() - began, self._clock.worked() - before
            pace = machine.additions_ms(count=ADDITIONS)
            answers.append(_Answer(seconds, worked, max(pace_before, pace)))
        self._rounds.append(answers)

    def figures(self, fastest_pace: float) -> Figures:
        """In milliseconds, all together and by round.

        `fastest` are those of each question in the round in which it was the fastest. `calm` are so many answers while
        the machine was about as fast as ever: `fastest_pace`.
        """
        every = [answer for answers in self._rounds for answer in answers]
        fastest = [min(answer.seconds for answer in of_one) for of_one in zip(*self._rounds, strict=True)]
        calm = [answer.seconds for answer in every if answer.pace <= CALM * fastest_pace]
        return {
            "first_ms": self._first,
            **_percentiles([answer.seconds for answer in every]),
            **_named("fastest", _percentiles(fastest)),
            "calm": len(calm),
            "calm_additions_ms": round(CALM * fastest_pace),
            **_named("calm", _percentiles(calm)),
            "rounds": [
                {
                    "additions_ms": round(median(answer.pace for answer in answers)),
                    **_percentiles([answer.seconds for answer in answers]),
                }
                for answers in self._rounds
            ],
            **_named("cpu", _percentiles([answer.worked for answer in every])),
        }


def _first(owner: User, question: str) -> float:
    """How long the first question to a library takes in a process, in milliseconds."""
    libraries.forget()
    keeping.forget()
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


def _named(name: str, figures: Figures) -> Figures:
    return {f"{name}_{figure}": value for figure, value in figures.items()}


def _percentiles(seconds: Sequence[float]) -> Figures:
    """In milliseconds; nothing of nothing."""
    return {
        f"p{percent}_ms": round(1000 * measures.percentile(seconds, percent), 2) if seconds else None
        for percent in PERCENTS
    }


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
    near = ground.compared(meaning.embed(question)).nearest((), DEPTH) if ground else {}
    return best, [str(pk) for pk in near]


@contextmanager
def _all_compared() -> Iterator[None]:
    """By the database, of small libraries, too."""
    before = meaning.LARGE, large.CANDIDATES
    meaning.LARGE, large.CANDIDATES = 0, sys.maxsize
    try:
        yield
    finally:
        meaning.LARGE, large.CANDIDATES = before


def _bytes() -> dict[str, int]:
    """How large the database is, and what a large library is searched by first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()), pg_total_relation_size('indexing_sketch')")
        whole, sketches = cursor.fetchone()
    return {"database_bytes": whole, "sketch_bytes": sketches}
