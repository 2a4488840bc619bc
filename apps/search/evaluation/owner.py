"""Keeps a library for as long as it is measured: under an owner who is nobody and is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from apps.accounts.models import User
from apps.library.models import Document

PURPOSE = "evaluation"
# Any number, the same in every process: who holds this lock evaluates.
_LOCK = 0x0E7A


class AnotherEvaluation(Exception):
    """One is under way on this database already."""


@contextmanager
def alone() -> Iterator[None]:
    """Makes sure that nobody else evaluates here, and that nothing is left of those who were killed at it.

    Raises `AnotherEvaluation`.
    """
    if not _asked("SELECT pg_try_advisory_lock(%s)"):
        raise AnotherEvaluation
    try:
        for left_over in User.objects.stand_ins(PURPOSE):
            remove(left_over)
        yield
    finally:
        _asked("SELECT pg_advisory_unlock(%s)")


@contextmanager
def stand_in() -> Iterator[User]:
    """An owner for as long as the block lasts; inside `alone`."""
    owner = User.objects.create_stand_in(PURPOSE)
    try:
        yield owner
    finally:
        remove(owner)


def remove(owner: User) -> None:
    """Deletes a stand-in with all that it owns, also while workers are busy with it."""
    with transaction.atomic():
        # The documents first, as everywhere: who stores one has ended, or finds it gone.
        list(Document.objects.visible_to(owner).order_by("pk").select_for_update().values_list("pk"))
        owner.delete()


def _asked(statement: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_LOCK])
        return bool(cursor.fetchone()[0])
