"""The pipeline: what is stored, when it can be seen, and what happens to a document while it is being indexed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.ai.embedders import embedder
from apps.indexing import pipeline, runs, vectors, working
from apps.indexing.models import EmbeddingSpace, IndexRun, Passage, Vector
from apps.indexing.tests import embedders
from apps.indexing.tests.making import article, inserted_article, pdf, run_of, text_file
from apps.library import trash, writing
from apps.library.models import Document, Reason

pytestmark = pytest.mark.django_db
State = Document.State
Level = Vector.Level


@pytest.fixture(autouse=True)
def nothing_left_meanwhile() -> Iterator[None]:
    yield
    embedders.Slow.meanwhile = None


def index(document: Document) -> Document:
    assert working.work_one([document.pk])
    document.refresh_from_db()
    return document


def index_while(document: Document, happens: Callable[[], object]) -> None:
    """Indexes a document; while its sentences are being embedded, something `happens`."""
    embedders.Slow.meanwhile = lambda: (happens(), None)[1]
    with embedders.using(embedders.Slow):
        assert working.work_one([document.pk])
    assert embedders.Slow.meanwhile is None


def due_now() -> None:
    IndexRun.objects.update(due_at=Now())


def test_an_article_becomes_ready_with_a_vector_for_each_sentence_and_each_passage(owner: User) -> None:
    document = index(article(owner))
    assert (document.state, document.progress, document.passage_count) == (State.READY, 100, 2)
    for passage in Passage.objects.filter(document=document):
        found = list(passage.vectors.order_by("level", "ordinal").values_list("level", "ordinal"))
        count = len(passage.sentences)
        assert found == [(Level.PASSAGE, 0), *((Level.SENTENCE, n) for n in range(count))]
        assert set(passage.vectors.values_list("owner", flat=True)) == {owner.pk}


def test_what_is_stored_is_what_the_embedder_says(owner: User) -> None:
    document = index(article(owner))
    passage = Passage.objects.filter(document=document).latest("ordinal")
    expected = {
        (Level.PASSAGE, 0): passage.text,
        (Level.SENTENCE, 1): passage.text[slice(*passage.sentences[1])],
    }
    for (level, ordinal), text in expected.items():
        stored = passage.vectors.get(level=level, ordinal=ordinal).embedding
        assert np.allclose(np.array(stored, dtype=np.float32), embedder().embed([text])[0], atol=1e-3)


def test_equal_texts_are_embedded_once(owner: User) -> None:
    document = article(owner, text="\n\n".join(["The same sentence again and again."] * 12))
    embedders.Counting.asked.clear()
    with embedders.using(embedders.Counting):
        index(document)
    assert len(embedders.Counting.asked) == len(set(embedders.Counting.asked))
    assert Vector.objects.filter(passage__document=document, level=Level.SENTENCE).count() == 12


def test_a_pdf_becomes_passages_with_their_pages_and_places(owner: User) -> None:
    document = index(pdf(owner, "The first page is about rent.", "The second page is about repairs."))
    assert (document.state, document.page_count, document.language) == (State.READY, 2, "en")
    first, second = Passage.objects.filter(document=document).order_by("ordinal")
    assert (first.page, second.page) == (1, 2)
    assert first.text == "The first page is about rent."
    assert first.locator["lines"]
    assert "rent" in str(first.terms)
    run = run_of(document)
    assert run.state == IndexRun.State.DONE
    assert set(run.timings) == {"extract", "split", "embed", "store"}
    assert (run.leased_by, run.lease_until) == ("", None)


@pytest.mark.parametrize(("pause", "told"), [(0.0, {0, 20, 25, 95}), (1000.0, {0})])
def test_long_work_says_what_it_is_at_and_short_work_only_that_it_began(
    owner: User, monkeypatch: pytest.MonkeyPatch, pause: float, told: set[int]
) -> None:
    monkeypatch.setattr(pipeline, "REPORT_SECONDS", pause)
    document = pdf(owner, "The first page is about rent.")
    heard: list[int] = []
    assert working.work_one([document.pk], lambda run, percent: heard.append(percent))
    assert set(heard) == told


def test_an_article_that_sql_inserted_is_cut_and_indexed(owner: User) -> None:
    document = inserted_article(owner, "Inserted", "房東負責修繕。The rent is due on the fifth.")
    runs.adopt()
    index(document)
    assert document.state == State.READY
    passage = Passage.objects.get(document=document)
    assert passage.text == "房東負責修繕。The rent is due on the fifth."
    assert "fifth" in str(passage.terms)


def test_nothing_of_a_file_can_be_seen_before_all_of_it_can(owner: User) -> None:
    document = text_file(owner)
    seen: list[int] = []
    index_while(document, lambda: seen.append(Passage.objects.count() + Vector.objects.count()))
    assert seen == [0]
    assert Passage.objects.filter(document=document).exists()


def test_a_document_is_shown_at_work_while_it_is(owner: User) -> None:
    document = text_file(owner)
    seen: list[str] = []
    index_while(document, lambda: seen.append(Document.objects.get(pk=document.pk).state))
    assert seen == [State.WORKING]


def test_trashed_while_it_is_indexed_it_stays_without_passages(owner: User) -> None:
    document = text_file(owner)
    index_while(document, lambda: trash.move_to_trash(document))
    assert not Passage.objects.exists()
    assert run_of(document).state == IndexRun.State.CANCELLED
    document.refresh_from_db()
    assert document.state == State.WAITING
    trash.restore(document)
    runs.adopt()
    assert index(document).state == State.READY


def test_deleted_while_it_is_indexed_nothing_of_it_comes_back(owner: User) -> None:
    document = text_file(owner)
    index_while(document, lambda: Document.objects.get(pk=document.pk).delete())
    for kind in (Document, Passage, Vector, IndexRun):
        assert not kind.objects.exists()


def test_its_owner_deleted_while_it_is_indexed_nothing_comes_back(other: User) -> None:
    document = text_file(other)
    index_while(document, lambda: User.objects.get(pk=other.pk).delete())
    for kind in (Document, Passage, Vector, IndexRun):
        assert not kind.objects.exists()


def test_edited_while_it_is_indexed_it_ends_with_the_newer_text_alone(owner: User) -> None:
    document = article(owner, text="The old words.")
    index_while(document, lambda: writing.save_article(owner, "t", "The new words.", document))
    assert list(Passage.objects.values_list("text", flat=True)) == ["The new words."]
    assert not Vector.objects.exists()
    index(document)
    assert document.state == State.READY
    assert {vector.passage.revision_id for vector in Vector.objects.select_related("passage")} == {document.revision_id}


def test_a_lease_that_was_taken_over_stores_nothing(owner: User) -> None:
    document = text_file(owner)

    def taken_over() -> None:
        IndexRun.objects.update(lease_until=Now())
        runs.reclaim()
        assert runs.claim() is not None

    index_while(document, taken_over)
    assert not Passage.objects.exists()
    assert run_of(document).state == IndexRun.State.RUNNING


@pytest.mark.django_db(transaction=True)
def test_an_edit_that_is_being_saved_when_the_work_is_stored_wins(owner: User) -> None:
    document = article(owner, text="The old words.")
    editing, stored = threading.Event(), threading.Event()

    def edit() -> None:
        with transaction.atomic():
            writing.save_article(owner, "t", "The new words.", document)
            editing.set()
            # Until the other is waiting for this transaction, or has wrongly not waited.
            stored.wait(1.5)
        connection.close()

    author = threading.Thread(target=edit)

    def begin_to_edit() -> None:
        author.start()
        editing.wait()

    index_while(document, begin_to_edit)
    stored.set()
    author.join()
    assert list(Passage.objects.values_list("text", flat=True)) == ["The new words."]
    assert not Vector.objects.exists()
    assert index(document).state == State.READY


@pytest.mark.parametrize("kind", [embedders.Away, embedders.NotNumbers, embedders.WrongSize])
def test_an_embedder_that_fails_makes_documents_wait_and_they_heal(owner: User, kind: type[embedders.Away]) -> None:
    written, file = article(owner), text_file(owner)
    with embedders.using(kind):
        assert index(written).state == State.WAITING
        assert index(file).state == State.WAITING
        assert not working.work_one(), "it must not be tried again at once"
    assert not Vector.objects.exists()
    assert not Passage.objects.filter(document=file).exists()
    assert "embedder" in run_of(file).detail
    due_now()
    assert index(written).state == State.READY
    assert index(file).state == State.READY


def test_an_article_can_be_found_by_its_words_while_the_embedder_is_away(owner: User) -> None:
    document = article(owner)
    with embedders.using(embedders.Away):
        index(document)
    assert all(passage.terms for passage in Passage.objects.filter(document=document))


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("not.pdf", "%PDF-1.7 but no more than that", Reason.BROKEN),
        ("empty.txt", "  \n\n ", Reason.EMPTY),
    ],
)
def test_a_file_that_cannot_be_read_fails_for_good_with_its_reason(
    owner: User, name: str, text: str, reason: Reason
) -> None:
    document = index(text_file(owner, name, text))
    assert (document.state, document.reason) == (State.FAILED, reason)
    assert run_of(document).state == IndexRun.State.FAILED
    due_now()
    assert not working.work_one()


def test_an_article_with_nothing_in_it_says_so(owner: User) -> None:
    document = index(article(owner, "Only a title", " "))
    assert (document.state, document.reason) == (State.FAILED, Reason.EMPTY)


def test_a_stored_file_that_is_gone_says_so(owner: User) -> None:
    document = text_file(owner)
    assert document.revision is not None
    default_storage.delete(str(document.revision.file))
    assert (index(document).state, document.reason) == (State.FAILED, Reason.MISSING)


def test_a_fault_of_our_own_is_tried_again_and_then_given_up(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    document = text_file(owner)

    def breaks(texts: object) -> object:
        raise RuntimeError("the document's own words")

    monkeypatch.setattr(vectors, "embed", breaks)
    for _ in range(runs.MOST_FAULTS):
        assert working.work_one()
        due_now()
    assert not working.work_one()
    document.refresh_from_db()
    assert (document.state, document.reason) == (State.FAILED, Reason.INTERNAL)
    assert "own words" not in run_of(document).detail


def test_a_worker_that_is_stopped_gives_its_run_back(owner: User) -> None:
    document = text_file(owner)

    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index_while(document, stopped)
    run = run_of(document)
    assert (run.state, run.attempts, run.losses) == (IndexRun.State.WAITING, 0, 0)
    assert index(document).state == State.READY


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_so_does_one_that_is_stopped_in_the_middle_of_a_query(owner: User, stop: type[BaseException]) -> None:
    document = text_file(owner)

    def stopped() -> None:
        connection.ensure_connection()
        connection.connection.pgconn.send_query(b"SELECT 1")
        raise stop

    with pytest.raises(stop):
        index_while(document, stopped)
    run = run_of(document)
    assert (run.state, run.attempts, run.losses) == (IndexRun.State.WAITING, 0, 0)


def test_indexing_twice_changes_nothing(owner: User) -> None:
    document = index(text_file(owner))
    before = list(Passage.objects.order_by("pk").values_list("pk", "text"))
    count = Vector.objects.count()
    runs.enqueue(document)
    assert index(document).state == State.READY
    assert list(Passage.objects.order_by("pk").values_list("pk", "text")) == before
    assert Vector.objects.count() == count


def test_another_model_gets_vectors_of_its_own_beside_the_first(owner: User) -> None:
    document = index(text_file(owner))
    before = list(Passage.objects.values_list("pk", flat=True))
    count = Vector.objects.count()
    with embedders.using(embedders.Other):
        assert runs.adopt() == 1
        index(document)
        assert Vector.objects.filter(space__model_id="another-model").count() == count
    assert list(Passage.objects.values_list("pk", flat=True)) == before
    assert Vector.objects.filter(space__state=EmbeddingSpace.State.ACTIVE).count() == count
