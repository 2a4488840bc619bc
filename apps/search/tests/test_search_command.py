"""`manage.py search`: for people, for programs, and for whom there is nobody."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.search.tests.keeping import SHIP, TEA, keep_library

pytestmark = pytest.mark.django_db


def search(*arguments: str, user: str = "owner@example.org") -> str:
    out = StringIO()
    call_command("search", *arguments, "--user", user, stdout=out)
    return out.getvalue()


def test_hits_are_listed_with_their_sentence(owner: User) -> None:
    keep_library(owner)
    first = search("oolong").splitlines()[:2]
    assert TEA[0] in first[0]
    assert "words" in first[0]
    assert first[1].strip().startswith("A pot of oolong")


def test_as_json(owner: User) -> None:
    keep_library(owner)
    found = json.loads(search("v2.3.1", "--json", "--limit", "2"))
    assert 1 <= len(found["hits"]) <= 2
    best = found["hits"][0]
    assert (best["title"], best["page"]) == (SHIP[0], None)
    assert best["quote"] in best["text"]
    assert "words" in best["why"]
    assert isinstance(best["score"], float)


def test_operators_narrow_and_alone_list_documents(owner: User) -> None:
    keep_library(owner)
    assert [hit["title"] for hit in json.loads(search('"off the boil" title:tea', "--json"))["hits"]] == [TEA[0]]
    assert search("title:tea").splitlines()[0] == f" 1  {TEA[0]}"
    assert search("type:pdf") == "Nothing found.\n"


def test_what_was_not_understood_is_said_beside_the_hits(owner: User) -> None:
    keep_library(owner)
    out, said = StringIO(), StringIO()
    call_command("search", "after:soon oolong", "--json", "--user", owner.email, stdout=out, stderr=said)
    assert json.loads(out.getvalue())["hits"][0]["title"] == TEA[0]
    assert said.getvalue() == "“after:soon” is no date; write after:2026-01-31.\n"


def test_nothing_found(owner: User) -> None:
    assert search("oolong") == "Nothing found.\n"
    assert json.loads(search("oolong", "--json")) == {"hits": []}


def test_the_address_may_be_in_any_case(owner: User) -> None:
    keep_library(owner)
    assert TEA[0] in search("oolong", user="Owner@Example.ORG")


def test_a_user_who_is_not_there(owner: User) -> None:
    with pytest.raises(CommandError, match=r"Nobody here has the address who@example\.org\.") as refused:
        search("oolong", user="who@example.org")
    assert refused.value.returncode == 1


def test_a1_anothers_library_is_not_searched(owner: User, other: User) -> None:
    keep_library(owner)
    assert search("oolong", user=other.email) == "Nothing found.\n"
