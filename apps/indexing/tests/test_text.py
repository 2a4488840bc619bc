"""The text that was found in a document."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.indexing import views, working
from apps.indexing.models import Passage
from apps.indexing.tests.making import pdf, text_file
from apps.library import trash
from apps.library.models import Document

HTMX = {"HX-Request": "true"}


@pytest.fixture
def document(owner: User) -> Document:
    """A PDF of two pages, indexed."""
    made = pdf(owner, "The rent is due on the fifth.", "Repairs are <b>ours</b>.")
    assert working.work_one()
    return made


def text(document: Document) -> str:
    return reverse("indexing:text", args=[document.pk])


def test_it_shows_every_passage_under_its_page(owner_client: Client, document: Document) -> None:
    page = owner_client.get(text(document)).content.decode()
    first, second = page.index("Page 1"), page.index("Page 2")
    assert first < page.index("The rent is due on the fifth.") < second < page.index("Repairs are")
    for passage in Passage.objects.all():
        assert reverse("indexing:passage", args=[passage.pk]) in page


def test_what_a_document_says_is_never_markup(owner_client: Client, document: Document) -> None:
    page = owner_client.get(text(document)).content.decode()
    assert "Repairs are &lt;b&gt;ours&lt;/b&gt;." in page


def test_headings_stand_above_their_passages(owner_client: Client, owner: User) -> None:
    made = text_file(owner, "notes.md", "# Garden\n\n## Roses\n\nCut them in March.\n\n# Kitchen\n\nSalt.")
    assert working.work_one()
    page = owner_client.get(text(made)).content.decode()
    assert "Garden › Roses" in page
    assert page.index("Garden › Roses") < page.index("Cut them in March.") < page.index("Salt.")


def test_as_a_fragment_it_is_the_text_alone(owner_client: Client, document: Document) -> None:
    fragment = owner_client.get(text(document), headers=HTMX).content.decode()
    assert "The rent is due" in fragment
    assert "<html" not in fragment


def test_a_long_text_comes_in_parts(owner_client: Client, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PASSAGES", 2)
    made = pdf(owner, *(f"This is page {n}." for n in range(1, 6)))
    assert working.work_one()
    first = owner_client.get(text(made)).content.decode()
    assert "This is page 2." in first
    assert "This is page 3." not in first
    assert "?part=2" in first
    assert "This is page 5." in owner_client.get(text(made), {"part": "3"}).content.decode()
    assert "This is page 5." in owner_client.get(text(made), {"part": "99"}).content.decode()
    assert "This is page 1." in owner_client.get(text(made), {"part": "x"}).content.decode()


def test_more_passages_take_no_more_queries(
    owner_client: Client, owner: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    few, many = pdf(owner, "One."), pdf(owner, *(f"Page {n}." for n in range(12)), name="many.pdf")
    while working.work_one():
        pass
    owner_client.get(text(few))
    with django_assert_max_num_queries(20) as counted:
        owner_client.get(text(few))
    with django_assert_max_num_queries(len(counted)):
        owner_client.get(text(many))


def test_before_anything_was_found_it_says_so(owner_client: Client, owner: User) -> None:
    assert "Nothing has been found in it yet" in owner_client.get(text(pdf(owner, "x"))).content.decode()


def test_signed_out(nobody: Client, document: Document) -> None:
    assert "/account/login" in nobody.get(text(document)).headers["Location"]


def test_not_the_owner(other_client: Client, staff_client: Client, document: Document) -> None:
    for client in (other_client, staff_client):
        for headers in ({}, HTMX):
            answer = client.get(text(document), headers=headers)
            assert answer.status_code == 404
            assert b"rent" not in answer.content


def test_in_the_trash(owner_client: Client, document: Document) -> None:
    trash.move_to_trash(document)
    assert owner_client.get(text(document)).status_code == 404


def test_wrong_method(owner_client: Client, document: Document) -> None:
    assert owner_client.post(text(document)).status_code == 405
