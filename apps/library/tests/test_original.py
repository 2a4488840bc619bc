"""The original: the file as it came, to its owner, as nothing a browser opens by itself."""

from __future__ import annotations

import email.message
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.http import FileResponse
from django.test import AsyncClient, Client

from apps.accounts.models import User
from apps.core.threads import in_database
from apps.library import trash
from apps.library.models import Document
from apps.library.tests.hostile import HOSTILE_NAMES
from apps.library.uploading import keep_file


def test_it_is_the_file_as_an_attachment(owner_client: Client, file: Document) -> None:
    response = owner_client.get(f"/library/{file.pk}/original/")
    assert isinstance(response, FileResponse)
    assert response.getvalue() == b"%PDF-1.7 annual report"
    assert response["Content-Length"] == "22"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E5%B9%B4%E5%A0%B1%202025.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Content-Type"] == "application/octet-stream"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db(transaction=True)
async def test_an_async_server_sends_it_piece_by_piece(owner: User) -> None:
    content = b"0123456789abcdef" * 100_000
    client = AsyncClient()
    await client.aforce_login(owner)
    document, _created = await in_database(keep_file, owner, ContentFile(content), "big.txt")
    response = await client.get(f"/library/{document.pk}/original/")
    pieces = [piece async for piece in response]  # type: ignore[attr-defined]
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) < len(content) / 4


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=ascii)
def test_c2_a_hostile_name_stays_one_attachment_header(owner: User, owner_client: Client, name: str) -> None:
    document, _created = keep_file(owner, ContentFile(b"words"), name)
    header = owner_client.get(f"/library/{document.pk}/original/")["Content-Disposition"]
    assert "\r" not in header
    assert "\n" not in header
    message = email.message.Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    assert len(message.get_params([], header="Content-Disposition")) == 2


def test_an_article_has_none(owner_client: Client, article: Document) -> None:
    assert owner_client.get(f"/library/{article.pk}/original/").status_code == 404


def test_a_file_that_got_lost_is_not_there(owner_client: Client, file: Document) -> None:
    assert file.revision is not None
    Path(file.revision.file.path).unlink()
    assert owner_client.get(f"/library/{file.pk}/original/").status_code == 404


def test_what_is_in_the_trash_is_not_there(owner_client: Client, file: Document) -> None:
    trash.move_to_trash(file)
    assert owner_client.get(f"/library/{file.pk}/original/").status_code == 404


def test_a1_another_user_sees_what_is_seen_when_there_is_nothing(
    other_client: Client, staff_client: Client, file: Document
) -> None:
    theirs = other_client.get(f"/library/{file.pk}/original/")
    nothing = other_client.get(f"/library/{file.pk + 1000}/original/")
    assert theirs.status_code == nothing.status_code == 404
    assert theirs.content == nothing.content
    assert staff_client.get(f"/library/{file.pk}/original/").status_code == 404


def test_who_is_not_signed_in_is_asked_to(nobody: Client, file: Document) -> None:
    assert nobody.get(f"/library/{file.pk}/original/").status_code == 302


def test_it_cannot_be_posted_to(owner_client: Client, file: Document) -> None:
    assert owner_client.post(f"/library/{file.pk}/original/").status_code == 405
