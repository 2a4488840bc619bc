"""Changing the language, signed in or not."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import User

LANGUAGE = "/language/"


def test_a_visitor_changes_it_for_this_browser(nobody: Client, db: None) -> None:
    answer = nobody.post(LANGUAGE, {"language": "zh-hant", "next": "/account/login/?next=/library/"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/library/")
    assert '<html lang="zh-Hant"' in nobody.get("/account/login/").text
    nobody.post(LANGUAGE, {"language": "en"})
    assert '<html lang="en"' in nobody.get("/account/login/", headers={"accept-language": "zh-TW"}).text


def test_a_user_changes_it_for_good(owner_client: Client, owner: User) -> None:
    owner_client.post(LANGUAGE, {"language": "zh-hant"})
    owner.refresh_from_db()
    assert owner.language == "zh-hant"


@pytest.mark.parametrize("code", ["", "tlh", "../etc", "zh-hant\r\nSet-Cookie: x=y", "zh-hans"])
def test_an_unknown_language_changes_nothing(nobody: Client, db: None, code: str) -> None:
    answer = nobody.post(LANGUAGE, {"language": code})
    assert answer.status_code == 302
    assert "django_language" not in answer.cookies


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "", "x\r\ny"]
)
def test_it_leads_nowhere_else(nobody: Client, db: None, elsewhere: str) -> None:
    answer = nobody.post(LANGUAGE, {"language": "en", "next": elsewhere})
    assert answer["Location"] == "/" or not answer["Location"].startswith(("http", "//", "/\\", "javascript"))


def test_only_a_form_changes_it(nobody: Client, db: None) -> None:
    assert nobody.get(LANGUAGE, {"language": "zh-hant"}).status_code == 405
