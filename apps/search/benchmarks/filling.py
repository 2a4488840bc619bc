"""Fills an empty database with the libraries of many owners, by the code that stores what is indexed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random

from django.db import connection, transaction

from apps.accounts.models import User
from apps.core.progress import Tell
from apps.indexing import spaces, store
from apps.indexing.models import Passage, PassageWords, Sketch, Vector
from apps.library.models import Document, Revision
from apps.search.benchmarks import NotPossible, material

# Passages of one document: as many as a book has, for it is stored at one go.
OF_ONE = 250
_TABLES = tuple(model._meta.db_table for model in (Passage, Vector, Sketch, PassageWords))


def sizes(timed: Sequence[int], owners: int, total: int) -> list[int]:
    """How many passages each owner has: those timed first, then others of very different sizes, to make the total."""
    left, count = total - sum(timed), owners - len(timed)
    if left < count or count < 0:
        raise NotPossible(f"{total} passages are too few for {owners} owners of which some have {list(timed)}.")
    weights = [1 / (rank + 10) for rank in range(count)]
    others = [1 + int((left - count) * weight / sum(weights)) for weight in weights]
    if others:
        others[0] += left - sum(others)
    return [*timed, *others]


def fill(made: material.Stock, counts: Sequence[int], tell: Tell) -> list[User]:
    """The owners of so many passages each. Afterwards nothing is left to do for the database."""
    if User.objects.exists():
        raise NotPossible("This database is in use. scripts/bench makes one of its own.")
    owners = [User.objects.create_stand_in("bench") for _ in counts]
    # One after the other, as they come in: what is of one owner does not lie together.
    turns = [(owner, size) for owner, count in zip(owners, counts, strict=True) for size in _documents(count)]
    Random(3).shuffle(turns)  # noqa: S311
    done, total = 0, sum(counts)
    with _unhindered(tell):
        for owner, size in turns:
            _store(made, owner, size)
            done += size
            tell("Filling the tables", done, total)
    with connection.cursor() as cursor:
        tell("Gathering statistics", 0, 0)
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
    return owners


def _documents(count: int) -> list[int]:
    return [min(OF_ONE, count - start) for start in range(0, count, OF_ONE)]


def _store(made: material.Stock, owner: User, size: int) -> None:
    with transaction.atomic():
        document = Document.objects.create(owner=owner, kind="article", title="Made up", state=Document.State.READY)
        revision = Revision.objects.create(owner=owner, document=document, number=1, title="Made up")
        Document.objects.filter(pk=document.pk).update(revision=revision, passage_count=size)
        ids = store.new_ids(size)
        new, batch = material.passages(made, Random(document.pk), owner.pk, ids)  # noqa: S311
        store.put_passages(revision, new, ids)
        store.put_vectors(revision, spaces.current(), [batch])


@contextmanager
def _unhindered(tell: Tell) -> Iterator[None]:
    """Without what makes loading slow: indexes are made afterwards, and nothing refers to what is not there."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() "
            "AND tablename = ANY(%s) AND indexdef NOT LIKE 'CREATE UNIQUE%%' "
            # The others of this table are what a document's passages are found by when they are stored.
            "AND (tablename <> 'indexing_passage' OR indexdef LIKE '%%USING gin%%')",
            [list(_TABLES)],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for at, (_name, definition) in enumerate(indexes):
                tell("Making the indexes", at, len(indexes))
                cursor.execute(definition)
            cursor.execute("RESET session_replication_role")
            cursor.execute("RESET maintenance_work_mem")
            cursor.execute("RESET synchronous_commit")
