"""Finding: by words, by meaning, in any spelling and across languages; what is not the user's, never."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.ai.embedders import EmbedderFault, Vectors
from apps.ai.embedders.use import UniversalSentenceEncoder
from apps.indexing.models import EmbeddingSpace, Passage, Vector
from apps.indexing.tests import embedders
from apps.library import trash, writing
from apps.search import libraries
from apps.search.retrieval import retrieve
from apps.search.tests.keeping import LEASE, MOON, SHIP, TEA, keep, keep_library

pytestmark = pytest.mark.django_db
CANARY = "xylocanary"


class Silent(UniversalSentenceEncoder):
    """An embedder that does not answer."""

    def embed(self, texts: object) -> Vectors:
        raise EmbedderFault("the embedder does not answer")


def titles(question: str, user: User, limit: int = 10) -> list[str]:
    return [hit.title for hit in retrieve(question, user, limit)]


# What is found


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("oolong", TEA[0]),
        ("租金", LEASE[0]),
        ("租约", LEASE[0]),
        ("修繕", LEASE[0]),
        ("修缮水管", LEASE[0]),
        ("ｏｏｌｏｎｇ", TEA[0]),
        ("OOLONG teas", TEA[0]),
        ("v2.3.1", SHIP[0]),
        ("ISO 9001", SHIP[0]),
        ("iso-9001", SHIP[0]),
        ("2024-05-01", SHIP[0]),
        ("checklist", SHIP[0]),
        ("屋", LEASE[0]),
    ],
)
def test_words_are_found_in_any_spelling(owner: User, question: str, title: str) -> None:
    keep_library(owner)
    best = retrieve(question, owner)[0]
    assert best.title == title
    assert "words" in best.why
    assert best.words > 0


def test_a_simplified_text_is_found_by_its_traditional_spelling(owner: User) -> None:
    keep_library(owner)
    keep(owner, "会议记录", "这次会议讨论了软件的发布日期。")
    assert titles("會議記錄", owner)[0] == "会议记录"
    assert titles("發布日期", owner)[0] == "会议记录"


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What makes the ocean go up and down?", MOON[0]),
        ("家裡的冰箱壞了該找誰", LEASE[0]),
        ("How hot should a hot drink be made?", TEA[0]),
    ],
)
def test_meaning_is_found_without_the_words(owner: User, question: str, title: str) -> None:
    keep_library(owner)
    best = retrieve(question, owner)[0]
    assert best.title == title
    assert "meaning" in best.why


@pytest.mark.parametrize(
    ("question", "title"), [("潮汐是什麼造成的？", MOON[0]), ("Who pays for repairs of the roof?", LEASE[0])]
)
def test_a_question_finds_the_passage_in_another_language(owner: User, question: str, title: str) -> None:
    keep_library(owner)
    keep(owner, "天氣", "颱風來的時候要把門窗關好。下雨天記得帶傘。")
    assert titles(question, owner)[0] == title


def test_the_sentence_that_answers_is_marked(owner: User) -> None:
    keep_library(owner)
    assert retrieve("押金什麼時候歸還？", owner)[0].quote == "押金是兩個月的租金，退租時歸還。"
    assert retrieve("v2.2.9", owner)[0].quote.startswith("The previous release, v2.2.9")
    hit = retrieve("oxidise", owner)[0]
    assert hit.quote in hit.text
    assert hit.sentence in hit.sentences


def test_a_heading_is_not_marked_but_what_is_said_under_it(owner: User) -> None:
    keep(
        owner, "Moving house", "# Moving house\n\n## How to move a piano\n\nHire four people. A dolly spares the floor."
    )
    assert retrieve("How to move a piano?", owner)[0].quote in {"Hire four people.", "A dolly spares the floor."}
    keep(owner, "List", "# Things to take\n\n- a lamp\n- an umbrella")
    assert "umbrella" in retrieve("umbrella", owner)[0].quote


def test_better_hits_come_first_and_no_more_than_asked_for(owner: User) -> None:
    keep_library(owner)
    hits = retrieve("tea", owner)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(retrieve("tea", owner, limit=1)) == 1
    assert retrieve("tea", owner, limit=0) == []


def test_no_passage_and_no_text_is_shown_twice(owner: User) -> None:
    keep_library(owner)
    keep(owner, "A copy", TEA[1])
    hits = retrieve("How long does oolong tea take?", owner)
    assert len({hit.passage_id for hit in hits}) == len({hit.text for hit in hits}) == len(hits)


def test_the_same_question_has_the_same_answer(owner: User) -> None:
    keep_library(owner)
    assert retrieve("租金與 tea", owner) == retrieve("租金與 tea", owner)


# One leg alone


def test_an_article_just_saved_is_found_by_its_words_and_beats_what_is_only_near(owner: User) -> None:
    keep_library(owner)
    writing.save_article(owner, "Oolong", "Oolong tea from the high mountains tastes of milk and orchids.")
    best = retrieve("oolong from the mountains", owner)[0]
    assert (best.title, best.meaning, best.why) == ("Oolong", 0.0, ("words",))
    assert best.quote.startswith("Oolong tea")


def test_without_words_in_the_index_meaning_is_enough(owner: User) -> None:
    keep_library(owner)
    Passage.objects.update(terms=None, term_count=0)
    best = retrieve("What makes the ocean go up and down?", owner)[0]
    assert (best.title, best.words, best.why) == (MOON[0], 0.0, ("meaning",))


def test_without_an_embedder_words_must_do(owner: User) -> None:
    keep_library(owner)
    with embedders.using(Silent):
        assert titles("oolong", owner) == [TEA[0]]


def test_vectors_of_another_model_are_never_compared(owner: User) -> None:
    keep_library(owner)
    other = EmbeddingSpace.objects.create(
        model_id="another", dimensions=512, weight_hash="0" * 64, state=EmbeddingSpace.State.BUILDING
    )
    Vector.objects.update(space=other)
    hits = retrieve("What makes the ocean pull at its shores?", owner)
    assert [(hit.title, hit.meaning, hit.why) for hit in hits] == [(MOON[0], 0.0, ("words",))]


# What is not found


def test_nothing_is_found_for_nothing_asked(owner: User) -> None:
    keep_library(owner)
    assert retrieve("", owner) == retrieve(" \n\u3000", owner) == retrieve("\0", owner) == []


def test_nothing_is_found_in_an_empty_library_or_by_nobody(owner: User) -> None:
    assert retrieve("tea", owner) == []
    assert retrieve("tea", AnonymousUser()) == []


def test_what_has_nothing_to_do_with_it_is_left_out(owner: User) -> None:
    keep_library(owner)
    assert retrieve("qwzx", owner) == []


def test_the_trash_is_not_searched_until_it_is_restored(owner: User) -> None:
    keep_library(owner)
    tea = writing.save_article(owner, "Puerh", "Puerh is fermented and pressed into cakes.")
    trash.move_to_trash(tea)
    assert "Puerh" not in titles("puerh fermented", owner)
    trash.restore(tea)
    assert titles("puerh fermented", owner)[0] == "Puerh"


def test_by_meaning_the_trash_is_not_searched_either(owner: User) -> None:
    tides = keep_library(owner)[-1]
    trash.move_to_trash(tides)
    assert MOON[0] not in titles("What makes the ocean go up and down?", owner)
    trash.restore(tides)
    assert titles("What makes the ocean go up and down?", owner)[0] == MOON[0]


def test_what_is_deleted_for_good_is_found_by_neither_leg(owner: User) -> None:
    tides = keep_library(owner)[-1]
    tides.delete()
    for question in ("What makes the ocean go up and down?", "moon", "flood"):
        assert MOON[0] not in titles(question, owner)


def test_an_edit_replaces_what_is_found(owner: User) -> None:
    tea = keep_library(owner)[1]
    writing.save_article(owner, TEA[0], "Coffee is roasted, ground and brewed.", tea)
    assert TEA[0] not in titles("oolong", owner)
    assert titles("roasted coffee", owner)[0] == TEA[0]


def test_passages_of_an_older_revision_are_not_shown(owner: User) -> None:
    tea = keep_library(owner)[1]
    revision = tea.revision
    assert revision is not None
    revision.pk, revision.number = None, 2
    revision.save()
    type(tea).objects.filter(pk=tea.pk).update(revision=revision)
    assert TEA[0] not in titles("oolong", owner) + titles("How long does a hot drink take?", owner)


# Whose it is


def test_a1_anothers_passages_are_found_by_neither_leg(owner: User, other: User) -> None:
    keep_library(owner)
    keep(other, f"Secret {CANARY}", f"The {CANARY} oolong tea of the other person pulls at the moon. {CANARY}")
    for question in (CANARY, "oolong", "secret", "What makes the ocean go up and down?", "The tea of another person"):
        assert CANARY not in repr(retrieve(question, owner))
    assert CANARY in retrieve(CANARY, other)[0].title
    assert TEA[0] not in titles("oolong", other)


def test_a5_another_library_changes_no_score(owner: User, other: User) -> None:
    keep_library(owner)
    before = retrieve("oolong tea 租金", owner)
    keep_library(other)
    keep(other, "More tea", "Oolong, oolong and oolong again.")
    libraries.forget()
    assert retrieve("oolong tea 租金", owner) == before


def test_c9_every_statement_names_the_owner(owner: User, other: User) -> None:
    keep_library(owner)
    keep_library(other)
    with CaptureQueriesContext(connection) as captured:
        assert retrieve("oolong 租金", owner)
    statements = [query["sql"] for query in captured if '"indexing_embeddingspace"' not in query["sql"]]
    assert len(statements) >= 4
    for sql in statements:
        named = re.findall(r"owner_id\"?(?: \+ 0)? = (\d+)", sql)
        assert named, sql
        assert set(named) == {str(owner.pk)}
        # As many limits as there are places where passages or vectors are read.
        assert len(re.findall(r"(?:FROM|JOIN)\s+\"?(?:indexing_passage|indexing_vector)\b", sql)) <= len(named), sql


def test_the_number_of_queries_does_not_grow(owner: User) -> None:
    keep(owner, *TEA)
    with CaptureQueriesContext(connection) as with_one:
        retrieve("tea 租金", owner)
    libraries.forget()
    keep_library(owner)
    with CaptureQueriesContext(connection) as with_five:
        retrieve("tea 租金", owner)
    assert len(with_one) == len(with_five) <= 7


# What is typed


@pytest.mark.parametrize(
    "question",
    [
        "it's \"tea\" \\ 'tea'",
        "'; DROP TABLE indexing_passage; -- tea",
        "100% of %s and %(owner)s tea",
        "tea & ! | ( ) <-> :* 7:tea",
        "te\0a tea",
        "\ud800 tea",
        "\u202e\ufeff tea \U0001f375",
        "tea " * 25_000,
        "ﷺ" * 5_000,
        "茶" * 50_000,
        "x" * 100_000,
        "?!。…",
        "-" * 1000,
    ],
)
def test_anything_may_be_asked(owner: User, question: str) -> None:
    keep_library(owner)
    hits = retrieve(question, owner)
    assert Passage.objects.visible_to(owner).count() == 4
    if " tea" in question:
        assert hits[0].title == TEA[0]
