"""Pages for what went wrong: in our look, in the reader's language, telling what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.urls import clear_url_caches, path

from apps.accounts.models import User
from config import urls

IN_CHINESE = {"accept-language": "zh-TW"}


@login_not_required
def breaks(request: HttpRequest, how: str) -> HttpResponse:
    """A page that fails in the way its address names."""
    raise {
        "fault": ValueError("the secret of the fault"),
        "database": OperationalError("the secret of the database"),
        "connection": InterfaceError("connection already closed"),
        "refused": PermissionDenied("the secret reason"),
        "strange": SuspiciousOperation("the secret suspicion"),
    }[how]


def reads(request: HttpRequest) -> HttpResponse:
    """A page that reads what it is sent."""
    return HttpResponse(str(len(request.POST)))


@pytest.fixture
def broken_site() -> Iterator[None]:
    """Adds pages that fail to the site."""
    more: list[Any] = [path("breaks/<str:how>/", breaks), path("reads/", reads)]
    urls.urlpatterns += more
    clear_url_caches()
    yield
    del urls.urlpatterns[-2:]
    clear_url_caches()


@pytest.fixture
def reader(owner_client: Client) -> Client:
    """A signed-in browser that shows the error page, as a person's does."""
    owner_client.raise_request_exception = False
    return owner_client


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("fault", 500, "please try again"),
        ("database", 503, "Wait a few seconds"),
        ("connection", 503, "Wait a few seconds"),
        ("refused", 403, "not open to the account"),
        ("strange", 400, "could not read"),
    ],
)
def test_each_says_what_to_do_and_no_secret(
    reader: Client, broken_site: None, how: str, status: int, words: str
) -> None:
    page = reader.get(f"/breaks/{how}/")
    assert page.status_code == status
    assert words in page.text
    assert "secret" not in page.text
    assert "css/layout" in page.text
    assert ("Retry-After" in page.headers) == (status == 503)


@pytest.mark.parametrize("how", ["fault", "database", "refused", "strange"])
def test_each_is_in_the_readers_language(reader: Client, broken_site: None, how: str) -> None:
    page = reader.get(f"/breaks/{how}/", headers=IN_CHINESE)
    assert '<html lang="zh-Hant"' in page.text
    assert re.search(r"<h1>[\u4e00-\u9fff]+</h1>", page.text)


@pytest.mark.parametrize("how", ["fault", "database"])
async def test_each_is_the_same_for_the_async_site(async_client: AsyncClient, broken_site: None, how: str) -> None:
    async_client.raise_request_exception = False
    page = await async_client.get(f"/breaks/{how}/", headers=IN_CHINESE)
    assert page.status_code == {"fault": 500, "database": 503}[how]
    assert b'<html lang="zh-Hant"' in page.content


def test_a_page_that_is_not_there_shows_ways_on(reader: Client) -> None:
    page = reader.get("/nothing/")
    assert page.status_code == 404
    assert "Nothing here" in page.text
    assert 'href="/library/"' in page.text


def test_a1_not_there_looks_the_same_everywhere(reader: Client, nobody: Client) -> None:
    pages = {reader.get(at).content for at in ("/nothing/", "/nothing/else/", "/%00/", "/library/999999999/")}
    assert len(pages) == 1


def test_a_visitor_sees_it_too(nobody: Client, db: None) -> None:
    assert nobody.get("/nothing/").status_code == 404


def test_too_much_at_once_is_413(reader: Client, broken_site: None, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    page = reader.post("/reads/", {"text": "x" * 2000})
    assert page.status_code == 413
    assert "too large" in page.text


def test_too_many_fields_are_400(reader: Client, broken_site: None) -> None:
    page = reader.post("/reads/", {f"f{number}": "x" for number in range(1001)})
    assert page.status_code == 400


def test_a_form_from_elsewhere_is_refused_with_advice(broken_site: None, owner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    page = strict.post("/reads/", {"text": "x"})
    assert page.status_code == 403
    assert "load the page again" in page.text


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "localhost:x"])
def test_a_strange_host_is_refused(nobody: Client, db: None, host: str) -> None:
    nobody.raise_request_exception = False
    page = nobody.get("/account/login/", headers={"host": host})
    assert page.status_code == 400
    assert "evil" not in page.text
