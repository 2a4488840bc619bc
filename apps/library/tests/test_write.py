"""The editor: a new article, the next revision of one, and what is being typed."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.library import trash, writing
from apps.library.models import Document, Draft, Revision
from apps.library.tests.hostile import HOSTILE

NEW = "/library/write/"
DRAFT = "/library/write/draft/"
PREVIEW = "/library/write/preview/"


@pytest.fixture
def edit(article: Document) -> str:
    return f"/library/{article.pk}/edit/"


def test_a_new_article_is_saved_and_read(owner_client: Client) -> None:
    response = owner_client.post(NEW, {"title": "筆記", "text": "第一行\r\n第二行\0"}, follow=True)
    document = Document.objects.get()
    assert response.redirect_chain == [(f"/library/{document.pk}/", 302)]
    assert "Saved." in response.content.decode()
    assert Revision.objects.get().text == "第一行\n第二行"


def test_editing_opens_with_what_was_saved_and_makes_the_next_revision(
    owner_client: Client, article: Document, edit: str
) -> None:
    html = owner_client.get(edit).content.decode()
    assert 'value="租約筆記"' in html
    assert "房東**負責**修繕。" in html
    assert "<strong>負責</strong>" in html
    owner_client.post(edit, {"title": "租約筆記", "text": "改過", "base": 1})
    assert list(article.revisions.order_by("number").values_list("number", "text"))[1] == (2, "改過")


def test_an_article_of_nothing_is_not_saved(owner_client: Client) -> None:
    response = owner_client.post(NEW, {"title": " ", "text": "\n "})
    assert response.status_code == 422
    assert "Write something first." in response.content.decode()
    assert not Document.objects.exists()


def test_an_article_that_is_too_long_says_so_and_keeps_what_was_typed(owner_client: Client) -> None:
    response = owner_client.post(NEW, {"title": "Long", "text": "x" * (writing.ARTICLE_BYTES + 1)})
    html = response.content.decode()
    assert response.status_code == 422
    assert "longer than 2 MB" in html
    assert "x" * 1000 in html
    assert 'value="Long"' in html


def test_saving_over_a_later_revision_asks_first_and_loses_nothing(
    owner: User, owner_client: Client, article: Document, edit: str
) -> None:
    writing.save_article(owner, "租約筆記", "在別處寫的", article)
    mine = {"title": "租約筆記", "text": "在這裡寫的", "base": 1}
    response = owner_client.post(edit, mine)
    html = response.content.decode()
    assert response.status_code == 409
    assert "saved somewhere else" in html
    assert "在這裡寫的" in html
    assert 'name="base" value="2"' in html
    assert Revision.objects.count() == 2
    assert owner_client.post(edit, {**mine, "base": 2}).status_code == 302
    assert list(article.revisions.order_by("number").values_list("text", flat=True))[1:] == ["在別處寫的", "在這裡寫的"]


def test_what_is_typed_is_kept_offered_again_and_forgotten_on_save(owner_client: Client) -> None:
    kept = owner_client.post(DRAFT, {"title": "", "text": "寫到一半"})
    assert "Draft kept" in kept.content.decode()
    html = owner_client.get(NEW).content.decode()
    assert "寫到一半" in html
    assert "not saved yet" in html
    owner_client.post(NEW, {"title": "", "text": "寫到一半，寫完了"})
    assert not Draft.objects.exists()
    assert "not saved yet" not in owner_client.get(NEW).content.decode()


def test_the_draft_of_an_article_belongs_to_it(owner_client: Client, article: Document, edit: str) -> None:
    owner_client.post(f"/library/{article.pk}/draft/", {"title": "租約筆記", "text": "改到一半"})
    assert "改到一半" in owner_client.get(edit).content.decode()
    assert "改到一半" not in owner_client.get(NEW).content.decode()
    assert "改到一半" not in owner_client.get(f"/library/{article.pk}/").content.decode()
    assert Revision.objects.count() == 1


def test_a_draft_can_be_thrown_away(owner_client: Client, article: Document, edit: str) -> None:
    owner_client.post(f"/library/{article.pk}/draft/", {"title": "", "text": "改到一半"})
    response = owner_client.post(f"/library/{article.pk}/draft/", {"discard": "1"})
    assert response["Location"] == edit
    assert not Draft.objects.exists()
    owner_client.post(DRAFT, {"text": "新的"})
    assert owner_client.post(DRAFT, {"discard": "1"})["Location"] == NEW
    assert not Draft.objects.exists()


def test_a_draft_that_says_what_was_saved_is_no_draft(owner: User, owner_client: Client, edit: str) -> None:
    revision = Revision.objects.get()
    owner_client.post(edit.replace("edit", "draft"), {"title": revision.title, "text": revision.text})
    assert "not saved yet" not in owner_client.get(edit).content.decode()


def test_a_draft_that_is_too_long_says_so(owner_client: Client) -> None:
    response = owner_client.post(DRAFT, {"text": "x" * (writing.ARTICLE_BYTES + 1)})
    assert response.status_code == 422
    assert "longer than 2 MB" in response.content.decode()


def test_the_preview_shows_it_as_it_will_read(owner_client: Client) -> None:
    html = owner_client.post(PREVIEW, {"text": "# 標題\n\n**粗**" + HOSTILE}).content.decode()
    assert "<strong>粗</strong>" in html
    assert "<script" not in html
    assert "<img" not in html
    assert not Draft.objects.exists()


def test_b1_what_is_typed_stays_text_in_the_editor(owner_client: Client) -> None:
    owner_client.post(DRAFT, {"title": HOSTILE, "text": "</textarea>" + HOSTILE})
    html = owner_client.get(NEW).content.decode()
    assert "</textarea><script" not in html
    assert "<script>alert" not in html
    assert "<img" not in html


def test_a_file_is_not_written_here(owner_client: Client, file: Document) -> None:
    for url in (f"/library/{file.pk}/edit/", f"/library/{file.pk}/draft/"):
        assert owner_client.post(url, {"text": "x"}).status_code == 404
    assert owner_client.get(f"/library/{file.pk}/edit/").status_code == 404


def test_what_is_in_the_trash_is_not_written_to(owner_client: Client, article: Document, edit: str) -> None:
    trash.move_to_trash(article)
    assert owner_client.post(edit, {"text": "x"}).status_code == 404
    assert Revision.objects.count() == 1


def test_a2_another_user_cannot_read_or_write_it(other_client: Client, article: Document, edit: str) -> None:
    for url in (edit, f"/library/{article.pk}/draft/"):
        assert other_client.post(url, {"title": "x", "text": "x"}).status_code == 404
    assert other_client.get(edit).status_code == 404
    assert Revision.objects.get().title == "租約筆記"
    assert not Draft.objects.exists()


def test_a1_anothers_draft_is_not_offered(owner_client: Client, other_client: Client) -> None:
    owner_client.post(DRAFT, {"text": "私事"})
    assert "私事" not in other_client.get(NEW).content.decode()
    other_client.post(DRAFT, {"discard": "1"})
    assert Draft.objects.count() == 1


def test_who_is_not_signed_in_is_asked_to(nobody: Client, edit: str) -> None:
    for url in (NEW, edit):
        assert nobody.get(url).status_code == 302
    for url in (NEW, edit, DRAFT, PREVIEW):
        assert nobody.post(url, {"text": "x"}).status_code == 302
    assert Revision.objects.count() == 1


def test_other_methods_are_refused(owner_client: Client, edit: str) -> None:
    assert owner_client.get(DRAFT).status_code == 405
    assert owner_client.get(PREVIEW).status_code == 405
    assert owner_client.put(NEW).status_code == 405
    assert owner_client.delete(edit).status_code == 405
