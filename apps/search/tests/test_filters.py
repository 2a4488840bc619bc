"""What a search is narrowed to: of all that passes nothing is lost, and of anothers' nothing is found."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.library import kinds, trash
from apps.library.models import Document
from apps.search import libraries, meaning, retrieval, words
from apps.search.filters import TYPES, Filters, scope_of
from apps.search.retrieval import retrieve
from apps.search.tests.keeping import LEASE, MOON, TEA, keep, keep_library

pytestmark = pytest.mark.django_db


def titles(question: str, user: User, filters: Filters, limit: int = 10) -> list[str]:
    return [hit.title for hit in retrieve(question, user, limit, filters)]


def became(document: Document, media_type: str) -> Document:
    """As if it had been uploaded as a file of this kind."""
    document.revisions.update(media_type=media_type)
    Document.objects.filter(pk=document.pk).update(kind=Document.Kind.FILE)
    return document


def changed_on(document: Document, year: int, month: int, day: int) -> Document:
    Document.objects.filter(pk=document.pk).update(updated_at=datetime(year, month, day, tzinfo=UTC))
    return document


def test_without_filters_everything_is_searched(owner: User) -> None:
    keep_library(owner)
    assert not Filters()
    assert retrieve("oolong", owner, filters=Filters()) == retrieve("oolong", owner)


def test_only_chosen_documents_are_searched(owner: User) -> None:
    lease, tea, _ship, _moon = keep_library(owner)
    chosen = Filters(documents=frozenset({lease.pk}))
    assert {hit.document_id for hit in retrieve("How long does oolong take? 租金", owner, 10, chosen)} == {lease.pk}
    both = Filters(documents=frozenset({lease.pk, tea.pk}))
    assert titles("oolong 租金", owner, both)[:2] in ([LEASE[0], TEA[0]], [TEA[0], LEASE[0]])
    assert titles("oolong", owner, Filters(documents=frozenset())) == []


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("pdf", kinds.PDF),
        ("docx", kinds.DOCX),
        ("pptx", kinds.PPTX),
        ("html", kinds.HTML),
        ("markdown", kinds.MARKDOWN),
        ("text", kinds.TEXT),
    ],
)
def test_a_type_is_what_the_library_knows_of_a_document(owner: User, name: str, media_type: str) -> None:
    became(keep(owner, "A file", "Oolong in a file."), media_type)
    keep(owner, "An article", "Oolong in an article.")
    for types, expected in ([name], {"A file"}), (["file"], {"A file"}), (["article"], {"An article"}):
        assert set(titles("oolong", owner, Filters(types=frozenset(types)))) == expected
    assert set(titles("oolong", owner, Filters(types=frozenset({"article", name})))) == {"A file", "An article"}
    others = frozenset(TYPES) - {name, "file", "article"}
    assert titles("oolong", owner, Filters(types=others)) == []


def test_after_begins_with_its_day_and_before_ends_before_it(owner: User) -> None:
    changed_on(keep(owner, *TEA), 2025, 3, 1)
    for filters, is_found in [
        (Filters(after=date(2025, 3, 1)), True),
        (Filters(after=date(2025, 3, 2)), False),
        (Filters(before=date(2025, 3, 1)), False),
        (Filters(before=date(2025, 3, 2)), True),
        (Filters(after=date(2025, 3, 1), before=date(2025, 3, 2)), True),
        (Filters(after=date.min, before=date.max), True),
    ]:
        assert bool(titles("oolong", owner, filters)) is is_found


# Nothing is lost


def test_the_one_that_passes_is_found_though_many_others_are_better(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieval, "POOL", 3)
    monkeypatch.setattr(words, "COMMON", 3)
    worst = keep(owner, "Worst", "Something on many drinks, among them tea of some kind, and nothing else.")
    for number in range(8):
        keep(owner, f"Tea {number}", f"Oolong tea number {number}. Oolong tea is the best oolong tea.")
    assert "Worst" not in titles("oolong tea", owner, Filters())
    assert titles("oolong tea", owner, Filters(documents=frozenset({worst.pk}))) == ["Worst"]


def test_both_legs_choose_among_what_passes(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    _lease, tea, ship, moon = keep_library(owner)
    scope = scope_of(owner, Filters(documents=frozenset({ship.pk, moon.pk})))
    near = meaning.find(owner.pk, "How long does oolong take?", (), 1, scope)
    assert len(near) == 1
    assert tea.passages.get().pk not in near
    library = libraries.of(owner)
    assert words.find(owner.pk, {"oolong": 1.0}, library, 10, scope)[1] == []
    assert words.find(owner.pk, {"moon": 1.0}, library, 10, scope)[1] == [moon.passages.get().pk]


def test_what_a_word_is_worth_does_not_change_with_where_it_is_looked_for(owner: User) -> None:
    documents = keep_library(owner)
    whole = {hit.passage_id: hit.words for hit in retrieve("oolong tea and the moon", owner)}
    for document in documents:
        for hit in retrieve("oolong tea and the moon", owner, 10, Filters(documents=frozenset({document.pk}))):
            assert hit.words == pytest.approx(whole[hit.passage_id])


# Whose it is


def test_a1_anothers_documents_are_not_found_by_being_chosen(owner: User, other: User) -> None:
    keep_library(owner)
    secret = keep(other, "Secret", "The oolong of another.")
    mine = Document.objects.visible_to(owner).first()
    assert mine
    assert titles("oolong", owner, Filters(documents=frozenset({secret.pk}))) == []
    both = retrieve("oolong", owner, 10, Filters(documents=frozenset({secret.pk, mine.pk})))
    assert secret.pk not in {hit.document_id for hit in both}
    assert retrieve("oolong", AnonymousUser(), 10, Filters(documents=frozenset({secret.pk}))) == []


def test_the_trash_is_not_found_by_being_chosen(owner: User) -> None:
    tides = keep_library(owner)[-1]
    chosen = Filters(documents=frozenset({tides.pk}))
    assert titles("the moon", owner, chosen) == [MOON[0]]
    trash.move_to_trash(tides)
    assert titles("the moon", owner, chosen) == []
    trash.restore(tides)
    assert titles("the moon", owner, chosen) == [MOON[0]]


def test_c9_every_statement_names_the_owner(owner: User) -> None:
    documents = keep_library(owner)
    with CaptureQueriesContext(connection) as captured:
        assert retrieve("oolong", owner, 10, Filters(documents=frozenset(each.pk for each in documents)))
    assert len(captured) <= 8
    for query in captured:
        assert f"= {owner.pk}" in query["sql"] or "indexing_embeddingspace" in query["sql"]
