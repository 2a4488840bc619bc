"""What is known of a library: its numbers, and for how long they are believed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Avg
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.indexing import lexemes
from apps.indexing.models import Passage
from apps.library import writing
from apps.search import libraries

pytestmark = pytest.mark.django_db


def test_a_library_in_numbers(owner: User, other: User) -> None:
    writing.save_article(owner, "Tea", "Green tea is steamed soon after picking, which keeps its leaves green.")
    writing.save_article(owner, "茶", "綠茶在採收之後很快就蒸過。")
    writing.save_article(other, "Tee", "Grüner Tee wird bald nach der Ernte gedämpft, damit er grün bleibt.")
    library = libraries.of(owner)
    assert library.passages == 2
    assert library.languages == {"en", "zh"}
    assert library.lengths["en"] == Passage.objects.get(owner=owner, language="en").term_count


def test_an_empty_library(owner: User) -> None:
    assert libraries.of(owner) == libraries.Library(0, {})


def test_a_very_large_library_is_known_by_a_sample(owner: User, other: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "SAMPLED", 20)
    monkeypatch.setattr(libraries, "_SEEN", 3)
    for number in range(12):
        writing.save_article(owner, f"Tea {number}", f"The gardener's tea is tea number {number}.")
        writing.save_article(owner, f"茶 {number}", "綠茶在採收之後很快就蒸過。" * (1 + number % 2))
        writing.save_article(other, "Tee", "Grüner Tee wird bald nach der Ernte gedämpft.")
    library = libraries.of(owner)
    assert library.passages == 24
    assert library.languages == {"en", "zh"}
    both = Passage.objects.filter(owner=owner, language="zh").aggregate(mean=Avg("term_count"))
    assert library.lengths["zh"] == pytest.approx(both["mean"])
    asked = {term: library.frequencies.get(lexemes.tsquery(owner.pk, term)) for term in ("tea", "number", "7")}
    assert asked == {"tea": 12, "number": 12, "7": None}
    assert library.frequencies[lexemes.tsquery(owner.pk, lexemes.terms("綠茶")[0])] == 12
    monkeypatch.setattr(libraries, "SAMPLE", 12)
    libraries.forget()
    assert libraries.of(owner).frequencies.get(lexemes.tsquery(owner.pk, "tea"), 0) in range(4, 21)


def test_a_small_library_is_counted_anew_when_something_comes(owner: User) -> None:
    assert libraries.of(owner).passages == 0
    writing.save_article(owner, "Tea", "Green tea is steamed.")
    assert libraries.of(owner).passages == 1


def test_a_large_library_is_kept_in_mind(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "_PASSAGES_A_SECOND", 0.001)
    writing.save_article(owner, "Tea", "Green tea is steamed.")
    first = libraries.of(owner)
    with CaptureQueriesContext(connection) as captured:
        assert libraries.of(owner) is first
    assert len(captured) == 0
