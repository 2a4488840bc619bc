"""Five wrong passwords, then a pause, whichever process is asked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from apps.accounts.models import User

PASSWORD = "a long pass phrase"
ATTEMPT = """
import django; django.setup()
from django.conf import settings
settings.DATABASES["default"].update(HOST={host!r}, NAME={name!r}, USER={user!r})
settings.ALLOWED_HOSTS.append("testserver")
from django.test import Client
answer = Client().post("/account/login/", {{"login": "owner@example.org", "password": "wrong"}})
print(answer.text)
"""


@pytest.fixture(autouse=True)
def no_attempts_yet(db: None) -> Iterator[None]:
    """Nor afterwards: what other processes counted is not undone with a test's transaction."""
    cache.clear()
    yield
    cache.clear()


def attempt(client: Client, password: str, email: str = "owner@example.org", **more: Any) -> Any:
    return client.post("/account/login/", {"login": email, "password": password}, **more)


def test_the_sixth_attempt_is_refused_kindly_even_with_the_right_password(nobody: Client, owner: User) -> None:
    for _ in range(5):
        assert "not correct" in str(attempt(nobody, "wrong").context["form"].errors)
    sixth = attempt(nobody, PASSWORD)
    assert "wait five minutes" in str(sixth.context["form"].errors)
    assert "_auth_user_id" not in nobody.session


def test_another_person_may_still_sign_in(nobody: Client, owner: User, other: User) -> None:
    for _ in range(6):
        attempt(nobody, "wrong")
    assert attempt(nobody, PASSWORD, other.email).status_code == 302


def test_an_address_in_another_capitalisation_is_the_same(nobody: Client, owner: User) -> None:
    for email in (
        "owner@example.org",
        "Owner@example.org",
        "OWNER@EXAMPLE.ORG",
        "owner@Example.org",
        "oWner@example.org",
    ):
        attempt(nobody, "wrong", email)
    assert "wait five minutes" in str(attempt(nobody, PASSWORD).context["form"].errors)


def test_a5_an_unknown_address_is_locked_just_the_same(nobody: Client, owner: User) -> None:
    for _ in range(5):
        attempt(nobody, "wrong", "nobody@example.org")
    assert "wait five minutes" in str(attempt(nobody, "wrong", "nobody@example.org").context["form"].errors)


def test_trying_many_addresses_from_one_place_is_refused(nobody: Client, owner: User) -> None:
    for number in range(10):
        attempt(nobody, "wrong", f"{number}@example.org")
    assert "wait five minutes" in str(attempt(nobody, PASSWORD).context["form"].errors)
    assert attempt(nobody, PASSWORD, REMOTE_ADDR="10.0.0.7").status_code == 302


def test_a_header_does_not_make_it_another_place(nobody: Client, owner: User) -> None:
    for number in range(10):
        attempt(nobody, "wrong", f"{number}@example.org", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
    assert "wait five minutes" in str(attempt(nobody, PASSWORD, HTTP_X_FORWARDED_FOR="10.9.9.9").context["form"].errors)


def test_the_right_password_is_not_counted(nobody: Client, owner: User) -> None:
    for _ in range(7):
        assert attempt(nobody, PASSWORD).status_code == 302
        nobody.post("/account/logout/")


@pytest.mark.django_db(transaction=True)
def test_the_count_is_shared_between_processes(owner: User) -> None:
    cache.clear()
    at = connection.settings_dict
    code = ATTEMPT.format(host=at["HOST"], name=at["NAME"], user=at["USER"])
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=settings.ROOT,
            env={"DJANGO_SETTINGS_MODULE": "config.settings.test", "DOCUMIND_DATA": str(settings.DATA), "PATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        for _ in range(2)
    ]
    assert all("not correct" in done.stdout for done in said), said
    here = Client()
    for _ in range(3):
        attempt(here, "wrong")
    assert "wait five minutes" in str(attempt(here, PASSWORD).context["form"].errors)
