"""What a search is narrowed to: of all that passes nothing is lost, and of anothers' nothing is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.library import kinds, trash, writing
from apps.library.models import Document
from apps.search import libraries, meaning, retrieval, words
from apps.search.filters import Filters
from apps.search.narrowing import TYPES, scope_of
from apps.search.phrases import Phrase
from apps.search.retrieval import retrieve
from apps.search.tests.keeping import LEASE, MOON, SHIP, TEA, keep, keep_library

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


@pytest.mark.parametrize(
    ("typed", "is_exact", "is_found"),
    [
        ("tea", False, True),
        ("TEA", True, True),
        ("notes tea", False, False),
        ("Notes on", True, True),
        ("not", False, True),
        ("not", True, False),
        ("otes", False, False),
        ("oolong", False, False),
    ],
)
def test_a_title_has_the_words_or_begins_of_words(owner: User, typed: str, is_exact: bool, is_found: bool) -> None:
    keep_library(owner)
    filters = Filters(titles=(Phrase(typed, is_exact),))
    assert titles("oolong", owner, filters) == ([TEA[0]] if is_found else [])
    assert (TEA[0] in titles("oolong", owner, Filters(without_titles=filters.titles))) is not is_found


def test_a_title_is_found_in_the_other_script(owner: User) -> None:
    keep_library(owner)
    assert titles("租金", owner, Filters(titles=(Phrase("租约", False), Phrase("房東")))) == [LEASE[0]]


def test_what_a_document_is_may_be_left_out(owner: User) -> None:
    became(keep(owner, "A file", "Oolong in a file."), kinds.PDF)
    keep(owner, "An article", "Oolong in an article.")
    assert titles("oolong", owner, Filters(without_types=frozenset({"pdf"}))) == ["An article"]
    assert titles("oolong", owner, Filters(without_types=frozenset({"article", "text"}))) == ["A file"]


# Phrases


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("just off the boil", TEA[0]),
        ("JUST OFF THE BOIL", TEA[0]),
        ("was released on 2024-05-01", SHIP[0]),
        ("v2.3.1", SHIP[0]),
        ("released on", SHIP[0]),
        ("ISO 9001", SHIP[0]),
        ("每月五日以前付租金", LEASE[0]),
        ("房东负责修缮屋顶与水管", LEASE[0]),
        ("的", LEASE[0]),
        ("頂", LEASE[0]),
        ("屋", LEASE[0]),
        ("Release checklist", SHIP[0]),
        ("of the", None),
        ("boil the", None),
        ("2.3", None),
        ("v2.3", None),
        ("leaf", None),
        ("租金押金", None),
        ("金是兩月", None),
        ("checklist version", None),
    ],
)
def test_a_phrase_is_found_where_it_stands_and_nowhere_else(owner: User, typed: str, title: str | None) -> None:
    keep_library(owner)
    assert titles(typed, owner, Filters(phrases=(Phrase(typed),))) == ([title] if title else [])


def test_a_phrase_is_found_in_what_was_just_saved_and_marked(owner: User) -> None:
    writing.save_article(owner, "Rooms", "The meeting is upstairs. The key hangs by the door of the cellar. Ask Ana.")
    hit = retrieve("by the door", owner, 10, Filters(phrases=(Phrase("by the door"),)))[0]
    assert hit.quote == "The key hangs by the door of the cellar."
    assert [text for text, is_marked in hit.excerpt if is_marked] == ["by the door"]
    assert "".join(text for text, _ in hit.excerpt) == hit.text


def test_every_passage_that_says_a_phrase_is_found_though_its_words_are_common(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieval, "POOL", 6)
    monkeypatch.setattr(words, "COMMON", 2)
    for number in range(6):
        keep(owner, f"Other {number}", f"The lid of a pot, and a lid of the pot, {number} times.")
    for number in range(5):
        writing.save_article(owner, f"Said {number}", f"Here the pot of the lid {'is heavy ' * number}.")
    found = titles("the pot of the lid", owner, Filters(phrases=(Phrase("the pot of the lid"),)), 20)
    assert sorted(found) == [f"Said {number}" for number in range(5)]


def test_phrases_and_what_is_left_out_add_up(owner: User) -> None:
    for title, text in [("A", "red lamp, blue chair"), ("B", "red lamp, green chair"), ("C", "red chair, blue lamp")]:
        keep(owner, title, text)

    def found(phrases: str, without: str, *, is_exact: bool = True) -> set[str]:
        filters = Filters(
            phrases=tuple(Phrase(each) for each in phrases.split("|") if each),
            without=tuple(Phrase(each, is_exact) for each in without.split("|") if each),
        )
        return set(titles("lamp", owner, filters))

    assert found("red lamp", "") == {"A", "B"}
    assert found("red lamp|blue chair", "") == {"A"}
    assert found("red lamp", "green chair") == {"A"}
    assert found("", "green chair") == {"A", "C"}
    assert found("", "green chair|red chair") == {"A"}
    assert found("", "chairs", is_exact=False) == set()
    assert found("", "chairs") == {"A", "B", "C"}
    assert found("", "lamp") == set()


@pytest.mark.parametrize("nothing", ["", "—", "!?", "\0", "\ud800"])
def test_what_says_nothing_leaves_nothing_out_and_is_nowhere(owner: User, nothing: str) -> None:
    keep_library(owner)
    assert titles("oolong", owner, Filters(without=(Phrase(nothing),)))
    assert titles("oolong", owner, Filters(phrases=(Phrase(nothing),))) == []


# Filters alone


def test_filters_alone_list_the_documents_that_pass_newest_first(owner: User) -> None:
    lease, tea, ship, moon = keep_library(owner)
    changed_on(tea, 2025, 3, 1)
    changed_on(ship, 2025, 3, 2)
    hits = retrieve("", owner, 10, Filters(before=date(2025, 4, 1)))
    assert [hit.title for hit in hits] == [SHIP[0], TEA[0]]
    assert {hit.why for hit in hits} == {()}
    assert hits[0].excerpt == ((SHIP[1], False),)
    assert [hit.document_id for hit in retrieve(" ", owner, 2, Filters(after=date(2025, 1, 1)))] == [moon.pk, lease.pk]
    assert retrieve("", owner, 10, Filters(after=date(2999, 1, 1))) == []


def test_a_listed_document_is_not_shown_by_its_title_again(owner: User) -> None:
    keep(owner, "Moving house", "# Moving house\n\nHire four people. A dolly spares the floor.")
    excerpt = (("Hire four people. A dolly spares the floor.", False),)
    assert retrieve("", owner, 10, Filters(types=frozenset({"article"})))[0].excerpt == excerpt


def test_a_listed_document_is_shown_by_its_first_passage_that_passes(owner: User) -> None:
    text = "\n\n".join(f"# Part {number}\n\nThis is part {number} of it." for number in (1, 2, 3))
    document = writing.save_article(owner, "Parts", text)
    assert document.passages.count() == 3
    assert retrieve("", owner, 10, Filters(titles=(Phrase("parts"),)))[0].quote == "Part 1"
    assert "part 1 of" in retrieve("", owner, 10, Filters(after=date(2000, 1, 1)))[0].text
    assert "part 2 of" in retrieve("", owner, 10, Filters(without=(Phrase("part 1 of it"),)))[0].text
    writing.save_article(owner, "Parts", "# Part 9\n\nThis is part 9 of it.", document)
    assert [hit.text for hit in retrieve("", owner, 10, Filters(types=frozenset({"article"})))] == [
        "Part 9\nThis is part 9 of it."
    ]


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
    ground = meaning.ground(owner.pk, scope)
    assert ground
    near = ground.compared(meaning.embed("How long does oolong take?")).nearest((), 1)
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


# At once


@pytest.mark.parametrize("question", ["", "puerh"])
@pytest.mark.parametrize(
    "filters",
    [
        Filters(phrases=(Phrase("puerh is fermented"),)),
        Filters(titles=(Phrase("puerh"),)),
        Filters(types=frozenset({"article"}), after=date(2020, 1, 1), without=(Phrase("coffee"),)),
    ],
)
def test_what_is_saved_edited_trashed_restored_or_deleted_is_so_at_once(
    owner: User, question: str, filters: Filters
) -> None:
    assert titles(question, owner, filters) == []
    article = writing.save_article(owner, "Puerh", "Puerh is fermented and pressed into cakes.")
    assert titles(question, owner, filters) == ["Puerh"]
    trash.move_to_trash(article)
    assert titles(question, owner, filters) == []
    trash.restore(article)
    assert titles(question, owner, filters) == ["Puerh"]
    writing.save_article(owner, "Cups", "A cup of coffee.", article)
    assert titles(question, owner, filters) == []
    writing.save_article(owner, "Puerh", "Puerh is fermented. It is not green.", article)
    assert titles(question, owner, filters) == ["Puerh"]
    article.delete()
    assert titles(question, owner, filters) == []


# Whose it is


@pytest.mark.parametrize(
    "filters",
    [
        Filters(titles=(Phrase("Secret", False),)),
        Filters(phrases=(Phrase("oolong of another"),)),
        Filters(phrases=(Phrase("密"),)),
        Filters(after=date(2020, 1, 1)),
        Filters(types=frozenset({"article"})),
        Filters(without=(Phrase("moon"),)),
    ],
)
@pytest.mark.parametrize("question", ["", "oolong", "密"])
def test_a1_anothers_documents_are_found_by_no_filter(
    owner: User, other: User, question: str, filters: Filters
) -> None:
    keep(owner, *MOON)
    keep(other, "Secret", "The oolong of another. 秘密")
    assert "Secret" not in titles(question, owner, filters)
    assert retrieve(question, AnonymousUser(), 10, filters) == []


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


@pytest.mark.parametrize("question", ["", "oolong"])
def test_c9_every_statement_names_the_owner(owner: User, question: str) -> None:
    documents = keep_library(owner)
    chosen = Filters(
        documents=frozenset(each.pk for each in documents),
        titles=(Phrase("notes", False),),
        phrases=(Phrase("oolong wants"), Phrase("茶")),
        without=(Phrase("coffee"),),
    )
    with CaptureQueriesContext(connection) as captured:
        retrieve(question, owner, 10, replace(chosen, phrases=chosen.phrases[:1]))
        retrieve(question, owner, 10, chosen)
    for query in captured:
        assert f"= {owner.pk}" in query["sql"] or "indexing_embeddingspace" in query["sql"]


def test_filters_of_documents_cost_two_queries_more(owner: User) -> None:
    documents = keep_library(owner)
    with CaptureQueriesContext(connection) as captured:
        assert retrieve("oolong", owner, 10, Filters(documents=frozenset(each.pk for each in documents)))
    assert len(captured) <= 9
