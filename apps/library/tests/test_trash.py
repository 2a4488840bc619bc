"""Moving to the trash, undoing it, and the page of the trash."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.library import trash, writing
from apps.library.models import Document
from apps.library.tests.hostile import HOSTILE


def test_moving_to_the_trash_says_so_and_offers_to_undo_it(owner_client: Client, article: Document) -> None:
    response = owner_client.post(f"/library/{article.pk}/trash/", follow=True)
    html = response.content.decode()
    assert response.redirect_chain == [("/library/", 302)]
    assert "“租約筆記” is in the trash." in html
    assert f'action="/library/{article.pk}/restore/"' in html
    article.refresh_from_db()
    assert article.trashed_at


def test_undoing_brings_it_back(owner_client: Client, article: Document) -> None:
    trash.move_to_trash(article)
    response = owner_client.post(f"/library/{article.pk}/restore/")
    assert response["Location"] == f"/library/{article.pk}/"
    article.refresh_from_db()
    assert article.trashed_at is None
    assert owner_client.post(f"/library/{article.pk}/restore/").status_code == 302


def test_the_page_shows_what_is_there_until_when_and_the_way_back(
    owner_client: Client, article: Document, file: Document
) -> None:
    trash.move_to_trash(article)
    html = owner_client.get("/library/trash/").content.decode()
    assert "租約筆記" in html
    assert "年報" not in html
    assert "Gone for good on" in html
    assert f'action="/library/{article.pk}/restore/"' in html


def test_an_empty_trash_says_what_it_is_for(owner_client: Client) -> None:
    assert "The trash is empty" in owner_client.get("/library/trash/").content.decode()


def test_b1_a_hostile_title_is_only_text(owner: User, owner_client: Client) -> None:
    document = writing.save_article(owner, HOSTILE, "words")
    said = owner_client.post(f"/library/{document.pk}/trash/", follow=True).content.decode()
    listed = owner_client.get("/library/trash/").content.decode()
    for html in (said, listed):
        assert "<script>alert" not in html
        assert "<img" not in html


def test_a2_another_user_can_neither_trash_nor_restore_nor_see(
    other_client: Client, owner_client: Client, article: Document, file: Document
) -> None:
    trash.move_to_trash(file)
    assert other_client.post(f"/library/{article.pk}/trash/").status_code == 404
    assert other_client.post(f"/library/{file.pk}/restore/").status_code == 404
    assert "年報" not in other_client.get("/library/trash/").content.decode()
    assert set(Document.objects.kept()) == {article}


@pytest.mark.parametrize("act", ["trash", "restore"])
def test_who_is_not_signed_in_changes_nothing(nobody: Client, article: Document, act: str) -> None:
    assert nobody.post(f"/library/{article.pk}/{act}/").status_code == 302
    assert nobody.get("/library/trash/").status_code == 302
    assert Document.objects.kept().exists()


@pytest.mark.parametrize("act", ["trash", "restore"])
def test_a_link_cannot_do_it(owner_client: Client, article: Document, act: str) -> None:
    assert owner_client.get(f"/library/{article.pk}/{act}/").status_code == 405
    assert owner_client.post("/library/trash/").status_code == 405
    assert Document.objects.kept().exists()


def test_what_is_not_there_is_404(owner_client: Client, article: Document) -> None:
    assert owner_client.post("/library/999999/trash/").status_code == 404
    assert owner_client.post("/library/999999/restore/").status_code == 404
