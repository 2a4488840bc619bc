"""The upload page: one file or many, by a plain form or one by one by the script."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.library.models import Document
from apps.library.tests.hostile import HOSTILE

URL = "/library/upload/"
HTMX = {"HX-Request": "true"}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_page_has_a_plain_form(owner_client: Client) -> None:
    html = owner_client.get(URL).content.decode()
    assert 'enctype="multipart/form-data"' in html
    assert 'type="file"' in html
    assert "multiple" in html


def test_several_files_are_kept_and_the_list_says_so(owner_client: Client) -> None:
    files = [upload("年報.pdf", b"%PDF-1.7"), upload("note.md", "# 筆記".encode())]
    response = owner_client.post(URL, {"files": files}, follow=True)
    assert response.redirect_chain == [("/library/", 302)]
    assert "2 files added." in response.content.decode()
    assert set(Document.objects.values_list("title", flat=True)) == {"年報", "note"}


def test_the_same_file_again_is_not_kept_twice_and_that_is_said(owner_client: Client) -> None:
    owner_client.post(URL, {"files": upload("a.txt", b"words")})
    response = owner_client.post(URL, {"files": upload("b.txt", b"words")}, follow=True)
    assert "in your library already" in response.content.decode()
    assert Document.objects.count() == 1


def test_each_wrong_file_gets_its_own_sentence_and_the_others_are_kept(owner_client: Client) -> None:
    files = [
        upload("good.txt", b"words"),
        upload("photo.png", b"\x89PNG\r\n\x1a\n\0"),
        upload("program.exe", b"MZ\0\0"),
    ]
    response = owner_client.post(URL, {"files": files})
    html = response.content.decode()
    assert response.status_code == 422
    assert "photo.png" in html
    assert "program.exe" in html
    assert html.count("Files of this kind cannot be read here") == 2
    assert "Added to your library" in html
    assert Document.objects.get().title == "good"


def test_a_file_over_the_limit_is_413_with_its_sentence(
    owner_client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    settings.UPLOAD_BYTES = 1000
    response = owner_client.post(URL, {"files": upload("big.txt", b"x" * 1001)})
    assert response.status_code == 413
    html = response.content.decode()
    assert "big.txt" in html
    assert "Larger than 1000" in html
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_script_gets_one_line_for_one_file(owner_client: Client) -> None:
    response = owner_client.post(URL, {"files": upload("a.txt", b"words")}, headers=HTMX)
    html = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in html
    assert html.count("<li") == 1
    assert f'href="/library/{Document.objects.get().pk}/"' in html
    again = owner_client.post(URL, {"files": upload("a.txt", b"words")}, headers=HTMX)
    assert "Already in your library" in again.content.decode()
    refused = owner_client.post(URL, {"files": upload("a.png", b"\x89PNG")}, headers=HTMX)
    assert refused.status_code == 422
    assert "a.png" in refused.content.decode()
    assert "cannot be read here" in refused.content.decode()


@pytest.mark.parametrize("data", [{}, {"files": ""}, {"file": "words"}])
def test_without_a_file_it_asks_for_one(owner_client: Client, data: dict[str, str]) -> None:
    response = owner_client.post(URL, data)
    assert response.status_code == 422
    assert "Choose at least one file." in response.content.decode()


def test_b1_a_hostile_file_name_is_only_text(owner_client: Client) -> None:
    owner_client.post(URL, {"files": upload(HOSTILE.replace("/", "") + ".txt", b"words")}, headers=HTMX)
    refused = owner_client.post(URL, {"files": upload(HOSTILE.replace("/", ""), b"\x89PNG")}).content.decode()
    listed = owner_client.get("/library/").content.decode()
    for html in (refused, listed):
        assert "alert(1)" in html
        assert "<script>alert" not in html
        assert "<img" not in html


def test_a5_the_same_file_of_another_user_is_not_given_away(owner_client: Client, other_client: Client) -> None:
    owner_client.post(URL, {"files": upload("secret.txt", b"words")})
    response = other_client.post(URL, {"files": upload("mine.txt", b"words")}, headers=HTMX)
    html = response.content.decode()
    assert "Added to your library" in html
    assert "secret" not in html


def test_c7_without_the_token_nothing_is_taken(owner_client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = owner_client.cookies
    assert strict.post(URL, {"files": upload("a.txt", b"words")}).status_code == 403
    assert not Document.objects.exists()


def test_who_is_not_signed_in_leaves_nothing(nobody: Client, tmp_path: Path, db: None) -> None:
    assert nobody.get(URL).status_code == 302
    assert nobody.post(URL, {"files": upload("a.txt", b"words")}).status_code == 302
    assert not Document.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_it_takes_no_other_method(owner_client: Client) -> None:
    assert owner_client.put(URL).status_code == 405
    assert owner_client.delete(URL).status_code == 405
