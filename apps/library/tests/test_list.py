"""The list: everything kept, newest first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.library import trash, writing
from apps.library.models import Document
from apps.library.tests.hostile import HOSTILE

URL = "/library/"


def page(client: Client, url: str = URL, **headers: str) -> str:
    response = client.get(url, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_what_is_kept_newest_first(owner_client: Client, article: Document, file: Document) -> None:
    Document.objects.filter(pk=article.pk).update(updated_at=timezone.now() - timedelta(days=1))
    html = page(owner_client)
    assert html.index("年報 2025") < html.index("租約筆記")
    assert f'href="/library/{file.pk}/"' in html
    assert "#pdf" in html
    assert "#article" in html


def test_an_empty_library_tells_the_first_thing_to_do(owner_client: Client) -> None:
    html = page(owner_client)
    assert "Nothing here yet" in html
    assert 'href="/library/write/"' in html
    assert 'href="/library/upload/"' in html


def test_each_row_says_what_can_be_done_with_it(owner_client: Client, article: Document, file: Document) -> None:
    facts = {"page_count": 63, "passage_count": 418, "language": "zh", "state": Document.State.READY}
    Document.objects.filter(pk=file.pk).update(**facts)
    Document.objects.filter(pk=article.pk).update(state=Document.State.WORKING, progress=40)
    html = page(owner_client)
    assert "63 pages" in html
    assert "418 passages" in html
    assert "Chinese" in html
    assert "Found by words and meaning" in html
    assert "Found by its words; its meaning follows" in html
    assert 'value="40"' in html


def test_a_failed_document_says_why_and_what_to_do(owner_client: Client, file: Document) -> None:
    Document.objects.update(state=Document.State.FAILED, reason="encrypted")
    html = page(owner_client)
    assert "locked with a password" in html
    assert "Save a copy without the password" in html


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"租約筆記", "年報 2025"}),
        ("?show=articles", {"租約筆記"}),
        ("?show=files", {"年報 2025"}),
        ("?show=working", {"租約筆記"}),
        ("?show=attention", {"年報 2025"}),
        ("?show=nonsense", {"租約筆記", "年報 2025"}),
        ("?q=年報", {"年報 2025"}),
        ("?q=2025+年", {"年報 2025"}),
        ("?q=%00", {"租約筆記", "年報 2025"}),
        ("?show=articles&q=2025", set()),
        ("?page=99", {"租約筆記", "年報 2025"}),
        ("?page=x", {"租約筆記", "年報 2025"}),
    ],
)
def test_it_can_be_narrowed(
    owner_client: Client, article: Document, file: Document, query: str, titles: set[str]
) -> None:
    Document.objects.filter(pk=file.pk).update(state=Document.State.FAILED, reason="broken")
    response = owner_client.get(URL + query)
    assert response.status_code == 200
    assert {document.title for document in response.context["page"]} == titles


def test_htmx_gets_the_list_without_the_page_around_it(owner_client: Client, article: Document) -> None:
    html = page(owner_client, "/library/?q=租約", **{"HX-Request": "true"})
    assert "<html" not in html
    assert html.count("租約筆記") == 1
    # What listens for changes is around the list, and stays.
    assert "documind:library from:body" not in html
    assert "documind:library from:body" in page(owner_client)
    assert "HX-Request" in owner_client.get(URL)["Vary"]


def test_a5_another_users_list_and_its_numbers_show_nothing_of_it(
    other_client: Client, article: Document, file: Document
) -> None:
    html = page(other_client)
    assert "租約" not in html
    assert "0 documents" in html


def test_what_is_in_the_trash_is_not_listed(owner_client: Client, article: Document) -> None:
    trash.move_to_trash(article)
    assert "租約" not in page(owner_client)


def test_who_is_not_signed_in_is_asked_to(nobody: Client) -> None:
    response = nobody.get(URL)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_it_cannot_be_posted_to(owner_client: Client) -> None:
    assert owner_client.post(URL).status_code == 405


def test_b1_a_hostile_title_is_only_text(owner_client: Client, owner: User) -> None:
    writing.save_article(owner, HOSTILE, "text")
    html = page(owner_client)
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "<img" not in page(owner_client, f"{URL}?q={HOSTILE}")


def test_it_asks_the_database_as_often_for_three_rows_as_for_one(
    owner_client: Client, owner: User, article: Document
) -> None:
    with CaptureQueriesContext(connection) as one:
        owner_client.get(URL)
    writing.save_article(owner, "two", "words")
    writing.save_article(owner, "three", "words")
    with CaptureQueriesContext(connection) as three:
        owner_client.get(URL)
    assert 0 < len(one) == len(three) < 8


def test_a_long_list_has_pages(owner_client: Client, owner: User) -> None:
    Document.objects.bulk_create(Document(owner=owner, kind="article", title=f"No. {n}") for n in range(60))
    html = page(owner_client)
    assert "Page 1 of 2" in html
    assert "?page=2" in html
    assert len(owner_client.get(URL + "?page=2").context["page"]) == 10
