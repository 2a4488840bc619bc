"""What is kept in memory of a library: what came a moment ago is there, and what has gone takes no place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.indexing import spaces, working
from apps.indexing.models import Passage, Sketch
from apps.library import trash, writing
from apps.library.models import Document
from apps.search import keeping, large, meaning, whole
from apps.search.tests.keeping import LEASE, MOON, SHIP, TEA, keep, keep_library

pytestmark = pytest.mark.django_db

LARGE = meaning.LARGE + 1
Capture = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


@pytest.fixture(params=[0, LARGE], ids=["small", "large"])
def passages(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many passages a library is taken to have. Of a large one a single candidate is compared."""
    monkeypatch.setattr(large, "CANDIDATES", 1)
    monkeypatch.setattr(large, "ONE_OF", LARGE)
    return int(request.param)


def find(user: User, question: str, passages: int, most: int = 1) -> list[str]:
    """The titles of what is nearest."""
    ground = meaning.ground(user.pk, passages=passages)
    assert ground
    near = ground.compared(meaning.embed(question)).nearest((), most)
    titles = dict(Passage.objects.filter(pk__in=near).values_list("pk", "document__title"))
    return [titles[pk] for pk in sorted(near, key=lambda pk: -near[pk])]


def kept(user: User, passages: int) -> set[int]:
    """The passages that are in mind now."""
    ground = meaning.ground(user.pk, passages=passages)
    assert ground
    library = ground.library
    held = library.whole if isinstance(library, whole.Library) else library.choice.sketches
    return set(held.passages.tolist())


def indexed(user: User) -> set[int]:
    return set(Sketch.objects.filter(owner=user).values_list("passage", flat=True))


def test_what_is_saved_after_a_search_is_found_by_the_next(owner: User, passages: int) -> None:
    keep(owner, *MOON)
    assert find(owner, "How long does oolong steep?", passages) == [MOON[0]]
    keep(owner, *TEA)
    assert find(owner, "How long does oolong steep?", passages) == [TEA[0]]
    assert kept(owner, passages) == indexed(owner)


def test_what_has_gone_is_not_found_and_takes_no_place(
    owner: User, passages: int, django_capture_on_commit_callbacks: Capture
) -> None:
    _lease, tea, *_others = keep_library(owner)
    assert find(owner, "How long does oolong steep?", passages) == [TEA[0]]
    writing.save_article(owner, "Tea", "Nothing about it any more.", tea)
    with django_capture_on_commit_callbacks(execute=True):
        assert find(owner, "How long does oolong steep?", passages)[0] in {LEASE[0], SHIP[0], MOON[0]}
    assert kept(owner, passages) == indexed(owner)


def test_what_is_indexed_anew_is_found_as_it_is_now(owner: User, passages: int) -> None:
    _lease, tea, *_others = keep_library(owner)
    assert find(owner, "Who repairs bicycles?", passages) != [TEA[0]]
    keep_anew(owner, tea, "We repair bicycles of every make in our workshop.")
    assert find(owner, "Who repairs bicycles?", passages) == [TEA[0]]


def keep_anew(owner: User, document: Document, text: str) -> None:
    writing.save_article(owner, document.title, text, document)
    assert working.work_one([document.pk])


def test_what_a_transaction_takes_away_and_gives_back_is_found_afterwards(owner: User, passages: int) -> None:
    _lease, tea, *_others = keep_library(owner)
    with transaction.atomic():
        writing.save_article(owner, "Tea", "Nothing about it any more.", tea)
        assert find(owner, "How long does oolong steep?", passages)[0] != TEA[0]
        transaction.set_rollback(True)
    assert find(owner, "How long does oolong steep?", passages) == [TEA[0]]


def test_what_a_transaction_brings_and_takes_back_is_not_found_afterwards(owner: User, passages: int) -> None:
    keep(owner, *MOON)
    with transaction.atomic():
        keep(owner, *TEA)
        assert find(owner, "How long does oolong steep?", passages) == [TEA[0]]
        transaction.set_rollback(True)
    assert find(owner, "How long does oolong steep?", passages) == [MOON[0]]


def test_a_document_in_the_trash_takes_no_place_and_comes_back(owner: User, passages: int) -> None:
    _lease, tea, *_others = keep_library(owner)
    trash.move_to_trash(tea)
    assert find(owner, "How long does oolong steep?", passages)[0] != TEA[0]
    trash.restore(Document.objects.get(pk=tea.pk))
    assert find(owner, "How long does oolong steep?", passages) == [TEA[0]]


def test_when_most_has_gone_all_is_read_anew(
    owner: User, passages: int, django_capture_on_commit_callbacks: Capture
) -> None:
    documents = keep_library(owner)
    assert len(kept(owner, passages)) == 4
    Passage.objects.filter(document__in=documents[:3]).delete()
    with django_capture_on_commit_callbacks(execute=True):
        assert find(owner, "oolong", passages) == [documents[3].title]
    assert len(kept(owner, passages)) == 1


def test_when_all_has_gone_nothing_is_found(owner: User, passages: int) -> None:
    document = keep(owner, *TEA)
    assert find(owner, "oolong", passages)
    Passage.objects.filter(document=document).delete()
    assert find(owner, "oolong", passages) == []


def test_what_another_user_has_is_not_looked_at(owner: User, other: User, passages: int) -> None:
    keep_library(owner)
    assert kept(owner, passages)
    assert kept(other, passages) == set()
    assert find(other, "oolong", passages) == []


@pytest.mark.django_db(transaction=True)
def test_what_was_stored_first_and_shows_last_is_found(passages: int) -> None:
    """A long document and a short one are stored at once, and the long one is done only after a search."""
    owner = User.objects.create_user("owner@example.org", "a long pass phrase")
    stored, searched = threading.Event(), threading.Event()

    def store_slowly() -> None:
        try:
            with transaction.atomic():
                keep(owner, *TEA)
                stored.set()
                assert searched.wait(30)
        finally:
            connection.close()

    slow = threading.Thread(target=store_slowly)
    spaces.current()
    slow.start()
    assert stored.wait(30)
    keep(owner, *MOON)
    before = find(owner, "How long does oolong steep?", passages)
    searched.set()
    slow.join(30)
    assert before == [MOON[0]]
    assert find(owner, "How long does oolong steep?", passages) == [TEA[0]]


def test_in_a_copy_of_another_database_the_same_is_found(owner: User, passages: int) -> None:
    """Its numbers of transactions are those of the other one, far above or below its own."""
    keep(owner, *MOON)
    Sketch.objects.update(made_in=2**60)
    assert find(owner, "tides", passages) == [MOON[0]]
    keep(owner, *TEA)
    assert kept(owner, passages) == indexed(owner)
    Sketch.objects.update(made_in=1)
    keeping.forget()
    assert kept(owner, passages) == indexed(owner)


def test_only_so_much_is_kept_in_mind(owner: User, other: User, passages: int, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(owner, *MOON)
    keep(other, *TEA)
    for user in (owner, other, owner):
        kept(user, passages)
    assert [owner_id for _kind, owner_id, _space in keeping._kept] == [other.pk, owner.pk]
    monkeypatch.setattr(keeping, "BYTES", 100)
    kept(other, passages)
    assert [owner_id for _kind, owner_id, _space in keeping._kept] == [other.pk]
