"""The second look: what passages say in words of their own, through the real store."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from apps.accounts.models import User
from apps.indexing import spaces, vocabulary
from apps.indexing.models import Passage, PassageWords
from apps.indexing.tests import embedders
from apps.library import writing
from apps.search import wording
from apps.search.retrieval import retrieve
from apps.search.tests.keeping import LEASE, MOON, TEA, keep, keep_library

pytestmark = pytest.mark.django_db


def match(owner_id: int, asked: list[str], pool: Collection[int]) -> dict[int, wording.Matches]:
    space = spaces.current()
    return wording.match(vocabulary.signs(asked), wording.read(owner_id, pool, space), space.dimensions)


def passages(user: User) -> dict[str, int]:
    return {passage.document.title: passage.pk for passage in Passage.objects.filter(owner=user)}


def test_a_translation_is_a_match_and_what_is_not_said_is_none(owner: User) -> None:
    keep_library(owner)
    ids = passages(owner)
    found = match(owner.pk, ["屋顶", "水管"], ids.values())
    tea, lease = found[ids[TEA[0]]], found[ids[LEASE[0]]]
    assert lease.tolist() == pytest.approx([1, 1], abs=0.01)
    assert tea.max() < 0.5
    roofs = match(owner.pk, ["roof"], ids.values())
    assert roofs[ids[LEASE[0]]][0] > roofs[ids[MOON[0]]][0] + 0.1


def test_the_words_of_the_title_count_as_the_passages_own(owner: User) -> None:
    keep(owner, *MOON)
    (found,) = match(owner.pk, ["tides"], passages(owner).values()).values()
    assert found[0] == pytest.approx(1, abs=0.01)


def test_another_users_passages_are_not_looked_at(owner: User, other: User) -> None:
    keep_library(owner)
    assert match(other.pk, ["roof"], passages(owner).values()) == {}


def test_nothing_asked_or_nothing_known_is_no_match(owner: User) -> None:
    writing.save_article(owner, *TEA)
    assert match(owner.pk, ["tea"], passages(owner).values()) == {}
    keep(owner, *MOON)
    assert match(owner.pk, [], passages(owner).values()) == {}


def test_words_go_with_their_passage(owner: User) -> None:
    document = keep(owner, *TEA)
    assert PassageWords.objects.filter(owner=owner).count() == document.passages.count()
    keep(owner, *MOON)
    document.delete()
    assert set(PassageWords.objects.values_list("passage__document__title", flat=True)) == {MOON[0]}


def test_a_question_in_another_language_finds_what_it_names(owner: User) -> None:
    keep_library(owner)
    assert retrieve("誰發明了蒸青綠茶？茶葉為什麼是綠色的？", owner)[0].title == TEA[0]
    assert retrieve("Who repairs the roof and the water pipes?", owner)[0].title == LEASE[0]


def test_without_an_embedder_the_search_goes_on_by_words(owner: User) -> None:
    keep_library(owner)
    with embedders.using(embedders.Away):
        assert retrieve("Which tea is steamed?", owner)[0].title == TEA[0]
