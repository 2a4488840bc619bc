"""Keeps a library for as long as it is measured: under an owner who is nobody and is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
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
    # A connection of its own: one of the pool is given back and another taken meanwhile, and the lock would stay with
    # the first. It ends with the connection.
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as link:
        row = link.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if not (row and row[0]):
            raise AnotherEvaluation
        for left_over in User.objects.stand_ins(PURPOSE):
            remove(left_over)
        yield


@contextmanager
def stand_in() -> Iterator[User]:
    """An owner for as long as the block lasts; inside `alone`."""
    owner = User.objects.create_stand_in(PURPOSE)
    try:
        yield owner
    except (KeyboardInterrupt, SystemExit):
        # Perhaps in the middle of a query: the connection is of no more use.
        connection.close()
        raise
    finally:
        remove(owner)


def remove(owner: User) -> None:
    """Deletes a stand-in with all that it owns, also while workers are busy with it."""
    with transaction.atomic():
        # The documents first, as everywhere: who stores one has ended, or finds it gone.
        list(Document.objects.visible_to(owner).order_by("pk").select_for_update().values_list("pk"))
        owner.delete()
