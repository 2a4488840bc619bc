"""One row of the list, fetched again when its document changes."""

from __future__ import annotations

from django.test import Client

from apps.library import trash
from apps.library.models import Document


def test_it_shows_the_state_of_now_and_listens_for_the_next(owner_client: Client, article: Document) -> None:
    Document.objects.update(state=Document.State.READY)
    html = owner_client.get(f"/library/{article.pk}/row/").content.decode()
    assert "Found by words and meaning" in html
    assert f"documind:document-{article.pk} from:body" in html
    assert html.strip().startswith("<li")


def test_it_is_nothing_once_the_document_is_in_the_trash(owner_client: Client, article: Document) -> None:
    trash.move_to_trash(article)
    response = owner_client.get(f"/library/{article.pk}/row/")
    assert (response.status_code, response.content) == (200, b"")


def test_a1_another_user_sees_what_is_seen_when_there_is_nothing(other_client: Client, article: Document) -> None:
    theirs = other_client.get(f"/library/{article.pk}/row/")
    nothing = other_client.get(f"/library/{article.pk + 1000}/row/")
    assert theirs.status_code == nothing.status_code == 404
    assert theirs.content == nothing.content


def test_who_is_not_signed_in_is_asked_to(nobody: Client, article: Document) -> None:
    assert nobody.get(f"/library/{article.pk}/row/").status_code == 302


def test_it_cannot_be_posted_to(owner_client: Client, article: Document) -> None:
    assert owner_client.post(f"/library/{article.pk}/row/").status_code == 405
