"""From a revision to searchable vectors: read, cut, embed, store. Start here.

    index(run)
      read    extract/       a child process reads the file and yields blocks       (articles: Markdown, in process)
      cut     split.py       blocks become passages of about 200 tokens, cut at sentences
              passages.py    ... with their language and the words they are found by
      embed   vectors.py     a vector for each sentence and each passage, and the words' signs
      store   store.py       everything in one transaction, if the run is still ours

Nothing is visible until the last step, and the last step happens once: it holds the document and asks whether the
lease is ours and the revision is what the document says. A worker may be killed anywhere.
An article is cut when it is saved (listeners.py) and found by its words from then on; here it gets its vectors.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic
from typing import TypeVar

from django.db.models.fields.files import FieldFile

from apps.indexing import passages, runs, store, tokens, vectors
from apps.indexing.extract import ExtractFault, extract
from apps.indexing.models import IndexRun
from apps.indexing.passages import NewPassage
from apps.indexing.split import cut
from apps.library.models import Document, Reason, Revision

Stage = IndexRun.Stage
T = TypeVar("T")
# Percent of the work that is behind us when a stage begins, and when the last one ends.
BEGINS = {Stage.EXTRACT: 0, Stage.SPLIT: 20, Stage.EMBED: 25, Stage.STORE: 95}
ENDS = {Stage.EXTRACT: 20, Stage.SPLIT: 25, Stage.EMBED: 95, Stage.STORE: 100}
REPORT_SECONDS = 1.0
Tell = Callable[[IndexRun, int], None]


def tell_nobody(run: IndexRun, percent: int) -> None:
    """For who does not want to hear of the progress of a run."""


def index(run: IndexRun, tell: Tell = tell_nobody) -> None:
    """Makes the run's revision searchable and ends the run; `tell` hears of its progress, too.

    Raises `ExtractFault` when the document is the cause that it cannot, `EmbedderFault` when the embedder is,
    `runs.LeaseLost` when the run is not ours any more.
    """
    tell(run, 0)
    work = Work(run, tell)
    new: list[NewPassage] = []
    texts = store.texts_of(run.revision)
    if not texts:
        new = read(run.revision, work)
        ids = store.new_ids(len(new))
        texts = [
            vectors.Text(pk, passage.text, passage.sentences, run.revision.title)
            for pk, passage in zip(ids, new, strict=True)
        ]
    batches = embed(texts, work)
    with work.stage(Stage.STORE), runs.held(run) as document:
        if new:
            store.put_passages(run.revision, new, [text.passage_id for text in texts])
            _describe(document, new, work.pages)
        store.put_vectors(run.revision, run.space, batches)
        runs.finish(run, work.seconds())


def read(revision: Revision, work: Work) -> list[NewPassage]:
    """The revision's passages, from its text or its file. Raises `ExtractFault`."""
    if not revision.file:
        with work.stage(Stage.SPLIT):
            return _some(passages.of_article(revision), Reason.EMPTY)
    with work.stage(Stage.EXTRACT), local(revision.file) as path:
        blocks = Clocked(extract(path, revision.media_type, revision.file_name, work.read_pages))
        found = passages.of_cuts(revision, cut(blocks, tokens.count))
    work.divide(Stage.EXTRACT, Stage.SPLIT, blocks.seconds)
    return _some(found, Reason.NO_TEXT)


def embed(texts: Sequence[vectors.Text], work: Work) -> list[vectors.Batch]:
    """The vectors of all passages. Raises `EmbedderFault`."""
    with work.stage(Stage.EMBED):
        done: list[vectors.Batch] = []
        for batch in vectors.embed(texts):
            done.append(batch)
            work.report(Stage.EMBED, len(done) * vectors.BATCH, len(texts))
        return done


class Work:
    """What is told about the work while it goes on: stage, progress and, by that, that the worker is alive."""

    def __init__(self, run: IndexRun, tell: Tell = tell_nobody) -> None:
        self.run = run
        self.tell = tell
        self.pages: int | None = None
        self._seconds: dict[str, float] = {}
        self._stage: tuple[IndexRun.Stage, float] | None = None
        # Whoever claimed the run has just told of it.
        self._reported = monotonic()

    @contextmanager
    def stage(self, stage: IndexRun.Stage) -> Iterator[None]:
        """Keeps how long a stage took, and says that it begins if nothing was said for a second.

        To say it is three statements to the database.
        """
        if monotonic() - self._reported >= REPORT_SECONDS:
            self._say(stage, BEGINS[stage])
        self._stage = stage, monotonic()
        yield
        self._seconds, self._stage = self.seconds(), None

    def divide(self, stage: IndexRun.Stage, rest: IndexRun.Stage, seconds: float) -> None:
        """Leaves `seconds` of a stage's time to it and gives what is over to `rest`: the two went hand in hand."""
        self._seconds[rest] = round(self._seconds[stage] - seconds, 3)
        self._seconds[stage] = round(seconds, 3)

    def seconds(self) -> dict[str, float]:
        """How long each stage has taken until now."""
        if self._stage is None:
            return self._seconds
        stage, began = self._stage
        return {**self._seconds, stage: round(monotonic() - began, 3)}

    def report(self, stage: IndexRun.Stage, done: int, total: int) -> None:
        """Says how far a stage is, at most once a second. Raises `runs.LeaseLost`."""
        if monotonic() - self._reported >= REPORT_SECONDS:
            share = min(done / max(total, 1), 1)
            self._say(stage, round(BEGINS[stage] + share * (ENDS[stage] - BEGINS[stage])))

    def _say(self, stage: IndexRun.Stage, percent: int) -> None:
        runs.renew(self.run, stage, percent)
        self.tell(self.run, percent)
        self._reported = monotonic()

    def read_pages(self, done: int, total: int) -> None:
        """Progress of reading, as `extract` tells it."""
        self.pages = total
        self.report(Stage.EXTRACT, done, total)


class Clocked(Iterator[T]):
    """The same items, and how many seconds it took to get them."""

    def __init__(self, items: Iterable[T]) -> None:
        self._items = iter(items)
        self.seconds = 0.0

    def __next__(self) -> T:
        began = monotonic()
        try:
            return next(self._items)
        finally:
            self.seconds += monotonic() - began


@contextmanager
def local(file: FieldFile) -> Iterator[Path]:
    """The stored file as a path that a child process can open; a copy when the storage is not a folder.

    Raises `ExtractFault` when it is not there.
    """
    with ExitStack() as stack:
        try:
            stored = stack.enter_context(file.open("rb"))
        except FileNotFoundError as fault:
            raise ExtractFault(Reason.MISSING, "the stored file is not there") from fault
        try:
            path = Path(file.path)
        except NotImplementedError:
            copy = stack.enter_context(NamedTemporaryFile(prefix="documind-"))
            shutil.copyfileobj(stored, copy)
            copy.flush()
            path = Path(copy.name)
        yield path


def _some(found: list[NewPassage], reason: Reason) -> list[NewPassage]:
    if not found:
        raise ExtractFault(reason)
    return found


def _describe(document: Document, new: Sequence[NewPassage], pages: int | None) -> None:
    Document.objects.filter(pk=document.pk).update(
        passage_count=len(new),
        language=passages.main_language(new),
        page_count=pages if any(passage.page for passage in new) else None,
    )
