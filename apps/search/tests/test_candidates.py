"""The candidates of a large library: what came a moment ago is among them, and what has gone takes no place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import pytest
from django.db import connection, transaction
from numpy.typing import NDArray

from apps.accounts.models import User
from apps.indexing import binary, spaces
from apps.indexing.models import EmbeddingSpace, Passage, Sketch
from apps.library import trash, writing
from apps.library.models import Document
from apps.search import candidates, meaning
from apps.search.filters import EVERYTHING
from apps.search.tests.keeping import LEASE, MOON, SHIP, TEA, keep, keep_library

pytestmark = pytest.mark.django_db

LARGE = meaning.LARGE + 1
Capture = Callable[..., AbstractContextManager[list[Callable[[], object]]]]
SHARES = (meaning.SENTENCE_SHARE, meaning.PASSAGE_SHARE)


def find(user: User, question: str, most: int = 10) -> list[str]:
    """The titles of what is nearest, as in a large library."""
    ground = meaning.ground(user.pk, EVERYTHING, passages=LARGE)
    assert ground
    near = meaning.find(meaning.embed(question, ground), (), most)
    titles = dict(Passage.objects.filter(pk__in=near).values_list("pk", "document__title"))
    return [titles[pk] for pk in sorted(near, key=lambda pk: -near[pk])]


def kept(user: User) -> set[int]:
    """The passages whose sketches are in mind now."""
    return set(candidates.choice(user.pk, spaces.current(), (), EVERYTHING).sketches.passages.tolist())


def test_what_is_saved_after_a_search_is_found_by_the_next(owner: User) -> None:
    keep(owner, *MOON)
    assert find(owner, "How long does oolong steep?") == [MOON[0]]
    keep(owner, *TEA)
    assert find(owner, "How long does oolong steep?")[0] == TEA[0]
    assert len(find(owner, "How long does oolong steep?")) == 2


@pytest.fixture
def one_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "CANDIDATES", 1)
    monkeypatch.setattr(meaning, "ONE_OF", LARGE)


@pytest.mark.usefixtures("one_candidate")
def test_what_has_gone_is_not_found_and_takes_no_place(
    owner: User, django_capture_on_commit_callbacks: Capture
) -> None:
    _lease, tea, *_others = keep_library(owner)
    assert find(owner, "How long does oolong steep?") == [TEA[0]]
    writing.save_article(owner, "Tea", "Nothing about it any more.", tea)
    with django_capture_on_commit_callbacks(execute=True):
        assert find(owner, "How long does oolong steep?")[0] in {LEASE[0], SHIP[0], MOON[0]}
    assert kept(owner) == set(Sketch.objects.filter(owner=owner).values_list("passage", flat=True))


@pytest.mark.usefixtures("one_candidate")
def test_what_a_transaction_takes_away_and_gives_back_is_found_afterwards(owner: User) -> None:
    _lease, tea, *_others = keep_library(owner)
    with transaction.atomic():
        writing.save_article(owner, "Tea", "Nothing about it any more.", tea)
        assert find(owner, "How long does oolong steep?")[0] != TEA[0]
        transaction.set_rollback(True)
    assert find(owner, "How long does oolong steep?") == [TEA[0]]


@pytest.mark.usefixtures("one_candidate")
def test_a_document_in_the_trash_takes_no_place_and_comes_back(owner: User) -> None:
    _lease, tea, *_others = keep_library(owner)
    trash.move_to_trash(tea)
    assert find(owner, "How long does oolong steep?")[0] != TEA[0]
    trash.restore(Document.objects.get(pk=tea.pk))
    assert find(owner, "How long does oolong steep?") == [TEA[0]]


def test_when_most_has_gone_all_is_read_anew(owner: User, django_capture_on_commit_callbacks: Capture) -> None:
    documents = keep_library(owner)
    assert len(kept(owner)) == 4
    Passage.objects.filter(document__in=documents[:3]).delete()
    with django_capture_on_commit_callbacks(execute=True):
        assert find(owner, "oolong") == [documents[3].title]
    assert len(kept(owner)) == 1


def test_another_users_sketches_are_not_looked_at(owner: User, other: User) -> None:
    keep_library(owner)
    assert kept(owner)
    assert kept(other) == set()
    assert find(other, "oolong") == []


@pytest.mark.django_db(transaction=True)
def test_what_was_stored_first_and_shows_last_is_found() -> None:
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
    before = find(owner, "How long does oolong steep?")
    searched.set()
    slow.join(30)
    assert before == [MOON[0]]
    assert find(owner, "How long does oolong steep?")[0] == TEA[0]


def test_in_a_copy_of_another_database_the_same_is_found(owner: User) -> None:
    """Its numbers of transactions are those of the other one, far above or below its own."""
    keep(owner, *MOON)
    Sketch.objects.update(made_in=2**60)
    assert find(owner, "tides") == [MOON[0]]
    keep(owner, *TEA)
    assert sorted(find(owner, "tides")) == sorted([MOON[0], TEA[0]])
    Sketch.objects.update(made_in=1)
    candidates.forget_all()
    assert sorted(find(owner, "tides")) == sorted([MOON[0], TEA[0]])


def test_only_so_much_is_kept_in_mind(owner: User, other: User, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(owner, *MOON)
    keep(other, *TEA)
    for user in (owner, other, owner):
        kept(user)
    assert [owner_id for owner_id, _space in candidates._kept] == [other.pk, owner.pk]
    monkeypatch.setattr(candidates, "BYTES", 100)
    kept(other)
    assert [owner_id for owner_id, _space in candidates._kept] == [other.pk]


@pytest.mark.parametrize("dimensions", [8, 100, 512])
def test_the_nearest_sentence_and_the_whole_are_weighed(dimensions: int) -> None:
    random = np.random.default_rng(3)
    sizes = [1, 2, 9, 1, 4, 30]
    vectors = [random.normal(size=(size, dimensions)) for size in sizes]
    rows = [(pk, 10 * pk, binary.signs(some).tobytes()) for pk, some in enumerate(vectors)]
    asked = random.normal(size=dimensions)
    question = binary.planes(asked, 1)
    # In parts, as they come, and some of it taken out again.
    read = candidates.joined([candidates.read(rows[start : start + 2], dimensions) for start in (0, 2, 4)])
    chosen = np.array([True, False, True, True, False, True])
    assert read.farness(question, SHARES).tolist() == pytest.approx([far(asked, some) for some in vectors])
    some = read.only(chosen)
    assert some.farness(question, SHARES).tolist() == pytest.approx(read.farness(question, SHARES)[chosen].tolist())
    assert some.passages.tolist() == [0, 2, 3, 5]
    assert some.documents.tolist() == [0, 20, 30, 50]


def far(asked: NDArray[np.float64], vectors: NDArray[np.float64]) -> float:
    differing = ((asked > 0) != (vectors > 0)).sum(axis=1)
    # A passage without sentences is one.
    return float(SHARES[0] * min(differing[1:], default=differing[0]) + SHARES[1] * differing[0])


def test_of_nothing_nothing_is_near() -> None:
    space = EmbeddingSpace(dimensions=512)
    choice = candidates.Choice(candidates.read([], space.dimensions), np.ones(0, dtype=bool))
    assert choice.nearest(np.ones(512, dtype=np.float16), 5, SHARES) == []
