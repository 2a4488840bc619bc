"""Opening a citation: at its sentence while the source says it, and with its stored words when it is gone."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.chat.models import Citation
from apps.chat.tests.conftest import BREAD, add
from apps.chat.tests.making import a_citation, a_conversation, the_answer
from apps.indexing.models import Passage
from apps.library.models import Document
from apps.library.trash import move_to_trash
from apps.library.writing import save_article

pytestmark = pytest.mark.django_db(transaction=True)
QUOTE = "Two percent of the flour's weight is the usual amount of salt."


@pytest.fixture
def bread(owner: User) -> Document:
    """An article with the sentence that is cited."""
    return add(owner, "Bread, week by week", BREAD)


@pytest.fixture
def citation(owner: User, bread: Document) -> Citation:
    """A citation of that sentence."""
    passage = Passage.objects.get(document=bread, text__contains=QUOTE)
    answer = the_answer(a_conversation(owner))
    return a_citation(
        answer,
        document=bread,
        passage=passage,
        title=bread.title,
        context=passage.text,
        quote=QUOTE,
        start=passage.text.index(QUOTE),
    )


def lands_on(url: str) -> str:
    """The text that the address of a passage marks."""
    parts = urlsplit(url)
    passage = Passage.objects.get(pk=int(parts.path.split("/")[2]))
    span = {name: int(value[0]) for name, value in parse_qs(parts.query).items()}
    return passage.text[span["start"] : span["end"]]


def test_a_citation_opens_its_sentence(citation: Citation, owner_client: Client) -> None:
    response = owner_client.get(citation.get_absolute_url())
    assert response.status_code == 302
    assert lands_on(response.headers["Location"]) == QUOTE
    opened = owner_client.get(response.headers["Location"])
    assert opened.status_code == 200
    assert "Two percent" in opened.content.decode()


def test_it_opens_the_sentence_in_the_text_as_it_is_now(
    citation: Citation, bread: Document, owner: User, owner_client: Client
) -> None:
    save_article(owner, bread.title, f"## New\n\nA new beginning.\n\n{BREAD}", bread)
    citation.refresh_from_db()
    assert citation.passage is None
    response = owner_client.get(citation.get_absolute_url())
    assert lands_on(response.headers["Location"]) == QUOTE


def test_a_source_that_no_longer_says_so_shows_what_was_cited(
    citation: Citation, bread: Document, owner: User, owner_client: Client
) -> None:
    save_article(owner, bread.title, "All about cake.", bread)
    response = owner_client.get(citation.get_absolute_url())
    html = response.content.decode()
    assert response.status_code == 200
    assert "This source has changed since it was cited" in html
    assert "<mark>Two percent of the flour&#x27;s weight" in html
    assert bread.get_absolute_url() in html


def test_a_source_in_the_trash_shows_what_was_cited(citation: Citation, bread: Document, owner_client: Client) -> None:
    move_to_trash(bread)
    html = owner_client.get(citation.get_absolute_url()).content.decode()
    assert "This source is in the trash." in html
    assert "<mark>Two percent" in html


def test_a_deleted_source_shows_what_was_cited(citation: Citation, bread: Document, owner_client: Client) -> None:
    bread.delete()
    html = owner_client.get(citation.get_absolute_url()).content.decode()
    assert "This source was deleted after it was cited." in html
    assert "<mark>Two percent" in html
    assert citation.message.get_absolute_url() in html
