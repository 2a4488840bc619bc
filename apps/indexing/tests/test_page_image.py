"""A page of a PDF as a picture."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.accounts.models import User
from apps.indexing import working
from apps.indexing.tests.making import article, pdf, text_file
from apps.library import trash
from apps.library.models import Document


@pytest.fixture
def document(owner: User) -> Document:
    """A PDF of two pages, indexed."""
    made = pdf(owner, "The first page.", "The second page.")
    assert working.work_one()
    return made


def picture(document: Document, number: int = 1, width: str = "") -> str:
    url = reverse("indexing:page_image", args=[document.pk, number])
    return f"{url}?width={width}" if width else url


def drawn() -> list[Path]:
    return sorted((Path(settings.MEDIA_ROOT) / "derived").rglob("page*"))


def test_it_is_a_picture_of_the_page(owner_client: Client, document: Document) -> None:
    answer = owner_client.get(picture(document))
    assert answer.headers["Content-Type"] == "image/webp"
    image = Image.open(io.BytesIO(answer.content))
    assert image.width > 1000
    assert image.height > image.width
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]


def test_it_is_drawn_once(owner_client: Client, document: Document) -> None:
    first = owner_client.get(picture(document)).content
    (path,) = drawn()
    assert path.read_bytes() == first
    path.write_bytes(b"as kept")
    assert owner_client.get(picture(document)).content == b"as kept"


def test_a_browser_that_has_it_is_not_sent_it_again(owner_client: Client, document: Document) -> None:
    etag = owner_client.get(picture(document)).headers["ETag"]
    again = owner_client.get(picture(document), headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert owner_client.get(picture(document, 2), headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("width", [760, 1520, 2280])
def test_it_comes_in_few_widths(owner_client: Client, document: Document, width: int) -> None:
    answer = owner_client.get(picture(document, width=str(width)))
    assert Image.open(io.BytesIO(answer.content)).width == width


@pytest.mark.parametrize("width", ["0", "1", "761", "0720", "99999", "-760", "760.0", "7２0", "x", "9" * 5000, "%00"])
def test_no_other_width_is_drawn(owner_client: Client, document: Document, width: str) -> None:
    assert owner_client.get(picture(document, width=width)).status_code == 404
    assert owner_client.get(f"{picture(document)}?width=").status_code == 404
    assert not drawn()


def test_each_width_is_kept_and_known_by_itself(owner_client: Client, document: Document) -> None:
    small, large = picture(document, width="760"), picture(document, width="1520")
    etag = owner_client.get(small).headers["ETag"]
    assert owner_client.get(small, headers={"If-None-Match": etag}).status_code == 304
    assert owner_client.get(large, headers={"If-None-Match": etag}).status_code == 200
    assert owner_client.get(picture(document)).headers["ETag"] == owner_client.get(large).headers["ETag"]
    assert len(drawn()) == 2


@pytest.mark.parametrize("number", [0, 3, 2**31])
def test_a_page_that_is_not_there(owner_client: Client, document: Document, number: int) -> None:
    assert owner_client.get(picture(document, number)).status_code == 404
    assert not drawn()


def test_what_has_no_pages_has_no_pictures(owner_client: Client, owner: User) -> None:
    for made in (article(owner), text_file(owner)):
        assert working.work_one()
        assert owner_client.get(picture(made)).status_code == 404


def test_signed_out(nobody: Client, document: Document) -> None:
    assert "/account/login" in nobody.get(picture(document)).headers["Location"]


def test_not_the_owner_even_with_the_tag(
    owner_client: Client, other_client: Client, staff_client: Client, document: Document
) -> None:
    etag = owner_client.get(picture(document)).headers["ETag"]
    for client in (other_client, staff_client):
        assert client.get(picture(document)).status_code == 404
        assert client.get(picture(document), headers={"If-None-Match": etag}).status_code == 404
        unknown = client.get(picture(document).replace(str(document.pk), str(document.pk + 1000)))
        for width in ("760", "761"):
            assert client.get(picture(document, width=width)).content == unknown.content


def test_in_the_trash(owner_client: Client, document: Document) -> None:
    trash.move_to_trash(document)
    assert owner_client.get(picture(document)).status_code == 404


def test_wrong_method(owner_client: Client, document: Document) -> None:
    assert owner_client.post(picture(document)).status_code == 405
