"""How long it takes until what was saved can be found, and how much of that is embedding."""

from __future__ import annotations

import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from random import Random
from statistics import median
from string import ascii_lowercase
from time import perf_counter, process_time
from typing import Any

from django.core.files import File

from apps.accounts.models import User
from apps.ai.embedders import embedder
from apps.core.progress import Tell
from apps.indexing import store, vectors, working
from apps.indexing.models import Vector
from apps.library.models import Document
from apps.library.uploading import keep_file
from apps.library.writing import save_article
from apps.search import warming
from apps.search.benchmarks import Figures, NotPossible, machine, material
from apps.search.benchmarks.pages import Page, pdf
from apps.search.hits import Hit
from apps.search.retrieval import retrieve
from config import env as environment

HELP = "how long until what was saved can be found, beside embedding alone"
PARAGRAPHS, SENTENCES = 12, 6
LINES_OF_PAGE = 36
# Before this a worker is taken to have failed.
PATIENCE = 120.0


def add_arguments(parser: ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--articles", type=int, default=60, metavar="N", help="articles indexed in each round")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often, each time with others")
    parser.add_argument("--pages", type=int, default=10, metavar="N", help="pages of the PDF")
    parser.add_argument(
        "--sentences", type=int, default=8_000, metavar="N", help="different sentences they are made of"
    )


def run(options: Mapping[str, Any], tell: Tell) -> Iterator[Figures]:
    """The figures of the pipeline beside embedding alone, then of a PDF and of an article. Raises `NotPossible`."""
    if User.objects.exists():
        raise NotPossible("This database is in use. scripts/bench makes one of its own.")
    warming.warm_up()
    sentences = options["sentences"]
    made = material.stock(sentences, lambda done: tell("Making sentences", done, sentences))
    owner = User.objects.create_stand_in("bench")
    writer = _Writer(made)
    yield _throughput(owner, writer, options, tell)
    with _worker():
        for what, save in (
            (f"PDF of {options['pages']} pages", lambda: _upload(owner, writer, options["pages"])),
            ("article", lambda: _write(owner, writer)),
        ):
            yield _until_found(owner, what, save, options["rounds"], tell)


def row(figures: Figures) -> Mapping[str, str]:
    """What a table shows of it."""
    low, high = figures["seconds_range"]
    ratio = figures.get("of_embedding_alone")
    return {
        "what": figures["what"],
        "passages": f"{figures['passages']:,}",
        "s": f"{figures['seconds']:.2f}",
        "from – to": f"{low:.2f} to {high:.2f}",
        "first": f"{figures['first_seconds']:.2f}",
        "passages/s": f"{figures['passages'] / figures['seconds']:.0f}",
        "embedding alone / all": "" if ratio is None else f"{ratio:.2f}",
    }


class _Writer:
    """Writes texts of the made sentences, no two alike; each has a name of its own to ask for."""

    def __init__(self, made: material.Stock) -> None:
        self._made = made
        self._random = Random(5)  # noqa: S311
        self._count = 0

    def name(self) -> str:
        """One that no other text has."""
        self._count += 1
        letters = (ascii_lowercase[self._count // 26**place % 26] for place in range(4))
        return f"Qorvand{''.join(letters)}"

    def paragraph(self, *, english: bool = False) -> str:
        """Some sentences, each only once."""
        some = [said for said in self._made.sentences if said.language == "en"] if english else self._made.sentences
        return " ".join(said.text for said in self._random.sample(some, SENTENCES))

    def article(self, name: str) -> str:
        """An article that tells of `name`."""
        paragraphs = "\n\n".join(self.paragraph() for _ in range(PARAGRAPHS))
        return f"# {name}\n\nThe lighthouse of {name} is painted in three colours.\n\n{paragraphs}"

    def pages(self, name: str, count: int) -> Sequence[Page]:
        """English pages, for the letters that every PDF has; the last tells of `name`."""
        lines = [
            [word for _ in range(6) for word in self.paragraph(english=True).split()][: 12 * (LINES_OF_PAGE - 1)]
            for _ in range(count)
        ]
        pages = [[" ".join(words[at : at + 12]) for at in range(0, len(words), 12)] for words in lines]
        pages[-1].append(f"The lighthouse of {name} is painted in three colours.")
        return pages


def _throughput(owner: User, writer: _Writer, options: Mapping[str, Any], tell: Tell) -> Figures:
    """Articles saved and indexed in this process, each round beside embedding the same texts in a bare loop."""
    rounds, count = options["rounds"], options["articles"]
    whole, alone, worked, passages = [], [], [], 0
    for at in range(rounds):
        texts = [(name := writer.name(), writer.article(name)) for _ in range(count)]
        tell("Indexing articles", at, rounds)
        began, before = perf_counter(), process_time()
        documents = [save_article(owner, *text).pk for text in texts]
        working.work_off(documents, lambda left: None)
        whole.append(perf_counter() - began)
        worked.append(process_time() - before)
        passages = sum(Document.objects.filter(pk__in=documents).values_list("passage_count", flat=True))
        alone.append(_embedding_alone(documents))
    ratios = [bare / all_ for bare, all_ in zip(alone, whole, strict=True)]
    return {
        "bench": "index",
        "what": f"{count} articles",
        "rounds": rounds,
        "passages": passages,
        "vectors": Vector.objects.visible_to(owner).count() // rounds,
        **_seconds(whole[1:] or whole, whole[0]),
        "embedding_seconds": round(median(alone), 3),
        "cpu_seconds": round(median(worked), 3),
        "of_embedding_alone": round(median(ratios), 3),
        "of_embedding_alone_range": [round(min(ratios), 3), round(max(ratios), 3)],
        **machine.described(),
    }


def _embedding_alone(documents: Sequence[int]) -> float:
    """Seconds for the vectors of the same sentences and passages, and nothing else."""
    revisions = [document.revision for document in Document.objects.filter(pk__in=documents).order_by("pk")]
    texts = [text for revision in revisions if revision for text in store.texts_of(revision)]
    parts = [[part for _key, part in vectors.parts(text)] for text in texts]
    model = embedder()
    began = perf_counter()
    for start in range(0, len(parts), vectors.BATCH):
        model.embed(list(dict.fromkeys(part for some in parts[start : start + vectors.BATCH] for part in some)))
    return perf_counter() - began


def _until_found(owner: User, what: str, save: Callable[[], tuple[Document, str]], rounds: int, tell: Tell) -> Figures:
    """Seconds from keeping a document until a question finds it by its meaning, a worker doing the rest."""
    taken, by_words, passages = [], 0, 0
    kept = Document.objects.visible_to(owner)
    for at in range(rounds + 1):
        tell(f"Waiting for the {what}", at, rounds + 1)
        began = perf_counter()
        document, name = save()
        by_words += any(hit.words for hit in _found(owner, name, document))
        # Asking all the time would keep the worker from its work.
        _wait_until(lambda: kept.filter(pk=document.pk, state=Document.State.READY).exists())  # noqa: B023
        _wait_until(lambda: any(hit.meaning for hit in _found(owner, name, document)))  # noqa: B023
        taken.append(perf_counter() - began)
        passages = kept.get(pk=document.pk).passage_count
    return {
        "bench": "index",
        "what": what,
        "rounds": rounds,
        "passages": passages,
        "found_by_words_at_once": round(by_words / (rounds + 1), 2),
        **_seconds(taken[1:], taken[0]),
        **machine.described(),
    }


def _seconds(taken: Sequence[float], first: float) -> Figures:
    """The first round is told apart: everything is loaded in it."""
    return {
        "seconds": round(median(taken), 3),
        "seconds_range": [round(min(taken), 3), round(max(taken), 3)],
        "first_seconds": round(first, 3),
    }


def _write(owner: User, writer: _Writer) -> tuple[Document, str]:
    name = writer.name()
    return save_article(owner, name, writer.article(name)), name


def _upload(owner: User, writer: _Writer, pages: int) -> tuple[Document, str]:
    name = writer.name()
    document, _created = keep_file(owner, File(BytesIO(pdf(writer.pages(name, pages)))), f"{name}.pdf")
    return document, name


def _found(owner: User, name: str, document: Document) -> list[Hit]:
    """What is found of the document when it is asked for what it alone says."""
    hits = retrieve(f"In how many colours is the lighthouse of {name} painted?", owner)
    return [hit for hit in hits if hit.document_id == document.pk]


def _wait_until(is_true: Callable[[], bool]) -> None:
    ends = perf_counter() + PATIENCE
    while not is_true():
        if perf_counter() > ends:
            raise NotPossible("The worker has not indexed what was saved.")
        time.sleep(0.02)


@contextmanager
def _worker() -> Iterator[None]:
    """A worker as the site runs it, on this database."""
    command = [sys.executable, str(environment.ROOT / "manage.py"), "run_huey", "--graceful-signal", "TERM"]
    process = subprocess.Popen(command, env=environment.child(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()
