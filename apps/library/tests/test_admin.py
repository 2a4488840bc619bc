"""The admin's list of documents: states and numbers, never what anyone keeps."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from apps.accounts.models import User
from apps.library.models import Document

URL = f"/{settings.ADMIN_PATH}library/document/"


@pytest.fixture
def desk(staff: User, staff_client: Client) -> Client:
    """The browser of a member of staff who may look at documents."""
    kind = ContentType.objects.get_for_model(Document)
    may_look, _is_new = Permission.objects.get_or_create(codename="view_document", content_type=kind)
    staff.user_permissions.add(may_look)
    return staff_client


def test_it_shows_state_owner_and_reason_and_nothing_of_the_content(
    desk: Client, article: Document, file: Document
) -> None:
    Document.objects.filter(pk=file.pk).update(state=Document.State.FAILED, reason="encrypted")
    html = desk.get(URL).content.decode()
    assert "owner@example.org" in html
    assert "Encrypted" in html
    for secret in ("租約", "年報", "負責"):
        assert secret not in html


def test_it_can_be_narrowed_and_searched(desk: Client, article: Document, file: Document) -> None:
    Document.objects.filter(pk=file.pk).update(state=Document.State.FAILED, reason="encrypted")
    assert list(desk.get(f"{URL}?state__exact=failed").context["cl"].queryset) == [file]
    assert list(desk.get(f"{URL}?q=nobody").context["cl"].queryset) == []


@pytest.mark.parametrize("page", ["{pk}/change/", "{pk}/history/", "{pk}/delete/", "add/"])
def test_there_is_no_page_of_one_document(desk: Client, owner_client: Client, article: Document, page: str) -> None:
    url = URL + page.format(pk=article.pk)
    for client in (desk, owner_client):
        response = client.get(url)
        assert response.status_code in (403, 404)
        assert "租約" not in response.content.decode()


def test_who_is_not_staff_is_sent_away(other_client: Client, nobody: Client, article: Document) -> None:
    for client in (other_client, nobody):
        assert client.get(URL).status_code == 302
