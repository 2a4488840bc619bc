"""The vector leg of a large library: the same is found as by comparing everything, and nothing of others is read."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.indexing.models import Passage, Sketch, Vector
from apps.library import trash, writing
from apps.library.models import Document
from apps.search import large, meaning
from apps.search.benchmarks import filling, material
from apps.search.filters import EVERYTHING, Filters, Scope
from apps.search.narrowing import scope_of
from apps.search.tests.keeping import keep

pytestmark = pytest.mark.django_db

LARGE = meaning.LARGE + 1
WHO = ("The gardener", "A sailor", "My aunt", "The mayor", "One of the monks", "Our neighbour", "A young doctor")
DOES = ("repairs", "forgets", "paints", "sells", "dreams of", "looks for", "counts", "steals", "praises", "carries")
WHAT = ("an old boat", "the copper kettle", "three letters", "a map of the hills", "the church bell", "wild mushrooms")
WHEN = ("before sunrise", "in the rain", "every Tuesday", "during the war", "after the harvest", "without a word")
WORDS = (WHO, DOES, WHAT, WHEN)


def sentence(random: Random) -> str:
    return " ".join(random.choice(words) for words in WORDS) + "."


def articles(owner: User, count: int) -> list[Document]:
    """So many articles of seven passages, of which each says many things."""
    random = Random(11)  # noqa: S311
    texts = ["\n\n".join(" ".join(sentence(random) for _ in range(5)) for _ in range(20)) for _ in range(count)]
    return [keep(owner, f"Article {at}", text) for at, text in enumerate(texts)]


@pytest.fixture
def library(owner: User) -> list[Document]:
    return articles(owner, 30)


@pytest.fixture
def few_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "CANDIDATES", 40)


def find(
    user: User,
    question: str,
    most: int = 10,
    scope: Scope = EVERYTHING,
    *,
    also: Iterable[int] = (),
    passages: int = 0,
) -> dict[int, float]:
    ground = meaning.ground(user.pk, scope, passages=passages)
    assert ground
    return ground.compared(meaning.embed(question)).nearest(also, most)


def found_of_exact(user: User, questions: Iterable[str], scope: Scope = EVERYTHING) -> float:
    """The share of what comparing everything finds that is found in two steps, too."""
    shares = []
    for question in questions:
        exact, quick = find(user, question, scope=scope), find(user, question, scope=scope, passages=LARGE)
        for passage in exact.keys() & quick.keys():
            assert exact[passage] == pytest.approx(quick[passage], abs=1e-5)
        shares.append(len(exact.keys() & quick.keys()) / len(exact))
    return sum(shares) / len(shares)


def questions(count: int) -> list[str]:
    random = Random(12)  # noqa: S311
    return [f"Who {random.choice(DOES)} {random.choice(WHAT)} {random.choice(WHEN)}?" for _ in range(count)]


@pytest.mark.usefixtures("library", "few_candidates")
def test_in_two_steps_the_same_is_found(owner: User) -> None:
    assert Passage.objects.visible_to(owner).count() > 4 * large.CANDIDATES
    assert found_of_exact(owner, questions(100)) >= 0.99


@pytest.mark.usefixtures("few_candidates")
def test_a_narrowed_search_loses_nothing(owner: User, library: list[Document]) -> None:
    few = scope_of(owner, Filters(documents=frozenset(document.pk for document in library[:2])))
    many = scope_of(owner, Filters(documents=frozenset(document.pk for document in library[:22])))
    one = Scope(passages=[Passage.objects.filter(document=library[7]).latest("ordinal").pk])
    without = Scope(without=list(Passage.objects.filter(document__in=library[:25]).values_list("pk", flat=True)))
    assert found_of_exact(owner, questions(20), few) == 1
    assert found_of_exact(owner, questions(20), many) >= 0.99
    assert found_of_exact(owner, questions(5), one) == 1
    assert found_of_exact(owner, questions(20), without) == 1


@pytest.mark.usefixtures("library", "few_candidates")
def test_of_a_very_large_library_more_are_compared(owner: User) -> None:
    asked = questions(1)[0]
    # Those as near as the last one count as well.
    assert len(find(owner, asked, most=10_000, passages=LARGE)) == pytest.approx(large.CANDIDATES, abs=3)
    assert len(find(owner, asked, most=10_000, passages=90 * large.ONE_OF)) == pytest.approx(90, abs=3)


def test_what_is_hidden_takes_no_place(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, changed, *trashed = articles(owner, 6)
    for document in trashed:
        trash.move_to_trash(document)
    # Its new words are cut, but their vectors are not there yet; what it said before is outdated.
    Document.objects.filter(pk=changed.pk).update(revision=None, state=Document.State.WAITING)
    monkeypatch.setattr(large, "CANDIDATES", 10)
    for question in questions(10):
        found = find(owner, question, passages=LARGE)
        assert len(found) == min(10, kept.passages.count())
        assert set(Passage.objects.filter(pk__in=found).values_list("document", flat=True)) == {kept.pk}


def test_each_sentence_is_compared_by_itself(owner: User, other: User) -> None:
    kept = keep(owner, "Kettle", "The copper kettle is old. Wild mushrooms grow before sunrise. The mayor is away.")
    passage, grounds = kept.passages.get().pk, [meaning.ground(user.pk) for user in (owner, other)]
    asked = meaning.embed("When do mushrooms grow?")
    mine, theirs = (ground.compared(asked) for ground in grounds if ground)
    cosines = mine.of_sentences([passage])[passage]
    assert len(cosines) == 3
    assert max(cosines) == cosines[1]
    assert theirs.of_sentences([passage]) == {}


def test_a_passage_without_sentences_is_one(owner: User) -> None:
    articles(owner, 1)
    Vector.objects.filter(level=Vector.Level.SENTENCE).delete()
    question = questions(1)[0]
    small, compared = find(owner, question), find(owner, question, passages=LARGE)
    assert small == pytest.approx(compared, abs=1e-5)
    assert small


def test_the_words_of_a_small_library_are_those_that_are_stored(owner: User, other: User) -> None:
    keep(other, "Kettle", "The copper kettle is old.")
    wordless, said = keep(owner, "1", "2 3 5 7 11 13."), keep(owner, "Kettle", "The copper kettle is old.")
    grounds = [meaning.ground(owner.pk, passages=passages) for passages in (0, LARGE)]
    ids = [*Passage.objects.values_list("pk", flat=True)]
    kept, stored = (ground.compared(meaning.embed("kettle")).said(ids) for ground in grounds if ground)
    assert kept.passages.tolist() == stored.passages.tolist() == [said.passages.get().pk]
    assert kept.words.values.tolist() == stored.words.values.tolist()
    assert wordless.passages.exists()


def test_what_the_words_propose_is_compared_however_far_it_is(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    articles(owner, 6)
    monkeypatch.setattr(large, "CANDIDATES", 5)
    question = questions(1)[0]
    everything = find(owner, question, most=10_000)
    far = sorted(everything, key=lambda pk: everything[pk])[:3]
    near = find(owner, question, 5, also=far, passages=LARGE)
    assert len(near) == 8
    assert [near[pk] for pk in far] == pytest.approx([everything[pk] for pk in far], abs=1e-5)


@pytest.mark.django_db(transaction=True)
def test_nothing_of_others_is_read() -> None:
    """In tables that were vacuumed, which cannot be done inside the transaction of an ordinary test."""
    made = material.stock(200, lambda done: None)
    user, *_others = filling.fill(made, filling.sizes([300], 6, 3000), lambda stage, done, total: None)
    find(user, questions(1)[0], passages=LARGE)
    with CaptureQueriesContext(connection) as queries:
        found = find(user, questions(1)[0], passages=LARGE)
    assert set(Passage.objects.filter(pk__in=found).values_list("owner", flat=True)) == {user.pk}
    plan = plan_of(queries[-1]["sql"])
    assert "Seq Scan on indexing_" not in plan
    assert plan.count("on indexing_vector") == plan.count("Index Scan using vector_once on indexing_vector") == 1


def plan_of(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS OFF, TIMING OFF) {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_a_sketch_goes_with_its_passage(owner: User) -> None:
    document = keep(owner, "Article", "One sentence. Another one.\n\n" + "A third. " * 12)
    assert Sketch.objects.filter(passage__document=document).exists()
    writing.save_article(owner, "Article", "Something else.", document)
    assert not Sketch.objects.exists()
