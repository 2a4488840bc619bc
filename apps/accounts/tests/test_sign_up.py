"""Making an account, when the site is open for it."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from apps.accounts.models import User

SIGN_UP = "/account/signup/"
NEW = {"email": "New@Example.org", "password1": "another long phrase"}


@pytest.fixture
def open_site(settings, db: None) -> None:  # type: ignore[no-untyped-def]
    settings.OPEN_SIGNUP = True
    cache.clear()


def test_a_closed_site_says_whom_to_ask(nobody: Client, owner: User) -> None:
    page = nobody.get(SIGN_UP)
    assert "Ask the person who runs it" in page.text
    nobody.post(SIGN_UP, NEW)
    assert User.objects.count() == 1
    assert "Make an account" not in nobody.get("/account/login/").text


def test_an_open_site_makes_an_account_and_signs_in(nobody: Client, owner: User, open_site: None) -> None:
    assert SIGN_UP in nobody.get("/account/login/").text
    assert "yours alone" in nobody.get(SIGN_UP).text
    answer = nobody.post(SIGN_UP, NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    made = User.objects.get(email="new@example.org")
    assert nobody.session["_auth_user_id"] == str(made.pk)
    assert not made.is_staff
    assert not made.is_superuser


def test_nobody_signs_up_before_the_owner(nobody: Client, open_site: None) -> None:
    nobody.post(SIGN_UP, NEW)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "not an address"},
        {"email": ""},
        {"email": "OWNER@example.org"},
        {"password1": "short"},
        {"password1": ""},
        {"password1": "password1234"},
        {"password1": "new@example.org"},
    ],
)
def test_bad_input_is_said_beside_its_field(
    nobody: Client, owner: User, open_site: None, wrong: dict[str, str]
) -> None:
    page = nobody.post(SIGN_UP, {**NEW, **wrong})
    assert list(page.context["form"].errors) == list(wrong)
    assert User.objects.count() == 1


def test_nobody_can_make_themselves_staff(nobody: Client, owner: User, open_site: None) -> None:
    nobody.post(SIGN_UP, {**NEW, "is_staff": "on", "is_superuser": "on"})
    assert not User.objects.get(email="new@example.org").is_staff


def test_signing_up_leads_nowhere_else(nobody: Client, owner: User, open_site: None) -> None:
    assert nobody.post(SIGN_UP, {**NEW, "next": "https://evil.example/"})["Location"] == "/"


def test_other_verbs_are_refused(nobody: Client, owner: User, open_site: None) -> None:
    assert nobody.delete(SIGN_UP).status_code == 405
