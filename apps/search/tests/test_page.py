"""The search page: works / as typed / nothing found / signed out / anothers."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.indexing.models import Passage
from apps.library import writing
from apps.search.tests.keeping import LEASE, MOON, SHIP, TEA, keep, keep_library

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_works(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    page = owner_client.get(reverse("search:page"), {"q": "oolong"})
    passage = Passage.objects.get(document__title=TEA[0])
    text = page.content.decode()
    assert page.status_code == 200
    assert "<mark>A pot of oolong wants water just off the boil and three minutes of patience.</mark>" in text
    start = passage.text.index("A pot")
    assert (
        f'href="{reverse("indexing:passage", args=[passage.pk])}?start={start}&amp;end={len(passage.text)}#mark"'
        in text
    )
    assert 'value="oolong"' in text
    assert "Words" in text


def test_the_link_leads_to_the_place(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    hit = owner_client.get(reverse("search:page"), {"q": "租金"}).context["hits"][0]
    assert hit.title == LEASE[0]
    place = owner_client.get(
        reverse("indexing:passage", args=[hit.passage_id]), {"start": hit.sentence[0], "end": hit.sentence[1]}
    )
    assert f'<mark id="mark">{hit.quote}</mark>' in place.content.decode()


def test_as_typed_only_what_was_found_is_sent(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    page = owner_client.get(reverse("search:page"), {"q": "oolong"}, headers=HTMX)
    text = page.content.decode()
    assert "<html" not in text
    assert 'id="found"' in text
    assert "<mark>" in text
    assert "HX-Request" in page.headers["Vary"]


def test_nothing_found_says_so(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    page = owner_client.get(reverse("search:page"), {"q": "qwzx"})
    assert page.context["hits"] == []
    assert "Nothing found" in page.content.decode()


def test_what_is_only_near_is_called_so(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    url = reverse("search:page")
    near = owner_client.get(url, {"q": "What is the weather at sea like in winter?"})
    assert near.context["hits"]
    assert "Nothing says quite this" in near.content.decode()
    assert "Nothing says quite this" not in owner_client.get(url, {"q": "oolong"}).content.decode()


def test_an_empty_library_tells_the_first_thing_to_do(owner_client: Client) -> None:
    text = owner_client.get(reverse("search:page"), {"q": "tea"}).content.decode()
    assert "still empty" in text
    assert reverse("library:write") in text


def test_before_anything_is_asked_there_is_a_box(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    page = owner_client.get(reverse("search:page"))
    assert page.context["hits"] == []
    assert 'name="q"' in page.content.decode()
    assert "Nothing found" not in page.content.decode()


def test_signed_out_is_sent_to_sign_in(nobody: Client) -> None:
    page = nobody.get(reverse("search:page"), {"q": "tea"})
    assert page.status_code == 302
    assert page.headers["Location"].startswith(reverse("account_login"))


def test_a1_another_finds_nothing_of_it(owner: User, other_client: Client, staff_client: Client) -> None:
    keep_library(owner)
    for client in (other_client, staff_client):
        for headers in ({}, HTMX):
            text = client.get(reverse("search:page"), {"q": "oolong 租金"}, headers=headers).content.decode()
            assert TEA[0] not in text
            assert LEASE[0] not in text


def test_only_reading_is_offered(owner_client: Client) -> None:
    assert owner_client.post(reverse("search:page"), {"q": "tea"}).status_code == 405


def test_b1_what_was_kept_or_typed_is_never_markup(owner: User, owner_client: Client) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    keep(owner, f"Title {bad}", f"The oolong & {bad} of today. Another sentence about it.")
    text = owner_client.get(reverse("search:page"), {"q": f'oolong " {bad}'}).content.decode()
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("question", ["\0", "%", "'", "& | !", "\ud800", "x" * 5000, "ﷺ" * 1000, "\u202e"])
def test_anything_may_be_typed(owner: User, owner_client: Client, question: str) -> None:
    writing.save_article(owner, *TEA)
    url = reverse("search:page")
    assert owner_client.get(url, {"q": question.encode("utf-8", "surrogatepass")}).status_code == 200


# Operators


def found(client: Client, question: str, **headers: str) -> tuple[list[str], str]:
    """The titles found and the page, for what was typed."""
    text = client.get(reverse("search:page"), {"q": question}, headers=headers).content.decode()
    return re.findall(r'<h2 dir="auto">(.*?)</h2>', text), text


def test_a_phrase_is_found_where_it_stands_and_marked(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    titles, text = found(owner_client, '"ＯＦＦ the boil"')
    assert titles == [TEA[0]]
    assert "A pot of oolong wants water just <mark>off the boil</mark> and three minutes" in text
    assert "Nothing says quite this" not in text
    assert found(owner_client, "「房客每月五日」")[0] == [LEASE[0]]
    assert found(owner_client, '"the boil off"')[0] == []


def test_operators_narrow_and_each_can_be_taken_away(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    titles, text = found(owner_client, "type:article title:notes -moon after:2020-01 before：2999 oolong & <b>")
    assert titles == [TEA[0]]
    assert text.count('<span class="aloud">Remove from the search</span>') == 5
    rest = "title%3Anotes%20-moon%20after%3A2020-01%20before%EF%BC%9A2999%20oolong%20%26%20%3Cb%3E"
    assert f'href="{reverse("search:page")}?q={rest}"' in text
    for words in ("Articles", "Title: notes", "Without “moon”", "Since 2020-01-01", "Before 2999-01-01"):
        assert words in text
    assert found(owner_client, "type:pdf oolong")[0] == []


def test_taking_away_the_last_leads_to_the_empty_box(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    assert f'<a href="{reverse("search:page")}"><span dir="auto">' in found(owner_client, "type:article")[1]


def test_operators_alone_list_documents(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    titles, text = found(owner_client, "type:article")
    assert titles == [MOON[0], SHIP[0], TEA[0], LEASE[0]]
    assert "4 documents, the newest first" in text
    assert "Found by" not in text
    assert "<mark>" not in text


def test_a_list_that_is_cut_says_so(owner: User, owner_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.search.views.HITS", 2)
    keep_library(owner)
    titles, text = found(owner_client, "type:article")
    assert titles == [MOON[0], SHIP[0]]
    assert "The 2 newest documents" in text


def test_nothing_passes_and_the_page_says_why(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    text = found(owner_client, "after:2999 oolong")[1]
    assert "Nothing of your library passes all of this" in text
    assert "Since 2999-01-01" in text


def test_what_was_not_understood_is_said_and_searched_as_words(owner: User, owner_client: Client) -> None:
    keep_library(owner)
    for headers in ({}, HTMX):
        titles, text = found(owner_client, "after:yesterdayish oolong", **headers)
        assert titles[0] == TEA[0]
        assert "“after:yesterdayish” is no date; write after:2026-01-31." in text


def test_the_page_tells_how_to_search_and_what_is_typed_next_does_not_send_it_again(
    owner: User, owner_client: Client
) -> None:
    keep_library(owner)
    assert "How to search" in found(owner_client, "oolong")[1]
    assert "How to search" not in found(owner_client, "oolong", **HTMX)[1]


def test_a1_no_operator_finds_anothers(owner: User, other_client: Client, staff_client: Client) -> None:
    keep_library(owner)
    for client in (other_client, staff_client):
        for question in ("title:notes", '"off the boil"', "type:article", "after:2020", "-moon", "「頂」"):
            titles, text = found(client, question)
            assert titles == []
            assert TEA[1][:20] not in text


@pytest.mark.parametrize(
    "question", ["-", '-"', "type:", 'title:"', "after:9999-12-31", "before:0001", "「」", "-" * 999]
)
def test_any_operator_may_be_typed(owner: User, owner_client: Client, question: str) -> None:
    keep_library(owner)
    assert owner_client.get(reverse("search:page"), {"q": question}).status_code == 200
