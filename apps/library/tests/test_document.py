"""One document to read."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.library import reasons, trash, writing
from apps.library.models import Document, Reason
from apps.library.tests.hostile import HOSTILE


def page(client: Client, document: Document, **headers: str) -> str:
    response = client.get(f"/library/{document.pk}/", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_an_article_is_rendered(owner_client: Client, article: Document) -> None:
    html = page(owner_client, article)
    assert "<strong>負責</strong>" in html
    assert "<h2>修繕</h2>" in html
    assert f'href="/library/{article.pk}/edit/"' in html


def test_a_first_heading_that_repeats_the_title_is_not_shown_twice(owner: User, owner_client: Client) -> None:
    document = writing.save_article(owner, "", "\n# 修繕\n\n房東。\n\n# 修繕\n\n再次。")
    assert page(owner_client, document).count("修繕</h") == 2


def test_a_file_offers_its_original_and_what_was_found_in_it(owner_client: Client, file: Document) -> None:
    Document.objects.update(state=Document.State.READY)
    html = page(owner_client, file)
    assert f'href="/library/{file.pk}/original/"' in html
    assert "/edit/" not in html
    assert f'href="/library/{file.pk}/text/"' in html
    assert f'hx-get="/library/{file.pk}/text/"' in html


@pytest.mark.parametrize("reason", Reason.values)
def test_a_failed_document_says_why_what_to_do_and_offers_to_try_again(
    owner_client: Client, file: Document, reason: str
) -> None:
    Document.objects.update(state=Document.State.FAILED, reason=reason)
    html = page(owner_client, file)
    words = reasons.explain(reason)
    assert str(words.what) in html
    assert str(words.next_step) in html
    assert f'action="/library/{file.pk}/index-again/"' in html


def test_while_it_is_indexed_its_standing_is_fetched_by_itself(owner_client: Client, article: Document) -> None:
    Document.objects.update(state=Document.State.WORKING, progress=40)
    html = page(owner_client, article, **{"HX-Request": "true"})
    assert "<html" not in html
    assert "40%" in html
    assert "負責" not in html
    assert f"documind:document-{article.pk} from:body" in html


def test_b1_title_and_body_do_nothing_but_be_read(owner: User, owner_client: Client) -> None:
    html = page(owner_client, writing.save_article(owner, HOSTILE, HOSTILE + '\n\n<b onclick="x()">b</b>'))
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "<b onclick" not in html
    assert 'href="javascript' not in html


def test_what_is_in_the_trash_is_not_there(owner_client: Client, article: Document) -> None:
    trash.move_to_trash(article)
    assert owner_client.get(f"/library/{article.pk}/").status_code == 404


def test_a1_another_user_sees_what_is_seen_when_there_is_nothing(
    other_client: Client, staff_client: Client, article: Document
) -> None:
    theirs = other_client.get(f"/library/{article.pk}/")
    nothing = other_client.get(f"/library/{article.pk + 1000}/")
    assert theirs.status_code == nothing.status_code == 404
    assert theirs.content == nothing.content
    assert staff_client.get(f"/library/{article.pk}/").status_code == 404


def test_a_number_no_document_can_have_is_not_there(owner_client: Client) -> None:
    assert owner_client.get(f"/library/{10**30}/").status_code == 404


def test_who_is_not_signed_in_is_asked_to(nobody: Client, article: Document) -> None:
    assert nobody.get(f"/library/{article.pk}/").status_code == 302


def test_it_cannot_be_posted_to(owner_client: Client, article: Document) -> None:
    assert owner_client.post(f"/library/{article.pk}/").status_code == 405
