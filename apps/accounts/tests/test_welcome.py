"""The one-time link of the first start."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import signing
from django.db import connection
from django.test import Client

from apps.accounts.first_start import welcome_token
from apps.accounts.models import User
from apps.accounts.signals import owner_created

FIRST = {"email": "First@Example.org", "password": "a long pass phrase"}


@pytest.fixture
def welcome(db: None) -> str:
    return f"/welcome/{welcome_token(samples=False)}/"


def test_it_makes_the_owner_signs_them_in_and_opens_the_library(nobody: Client, welcome: str) -> None:
    assert "This library is yours" in nobody.get(welcome).text
    answer = nobody.post(welcome, FIRST)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    owner = User.objects.get()
    assert owner.email == "first@example.org"
    assert owner.is_superuser
    assert owner.check_password(FIRST["password"])
    assert nobody.session["_auth_user_id"] == str(owner.pk)


@pytest.mark.parametrize("samples", [True, False])
def test_it_carries_whether_samples_are_wanted(nobody: Client, db: None, samples: bool) -> None:
    said: list[bool] = []

    def listen(samples: bool, **_: object) -> None:
        said.append(samples)

    receivers, owner_created.receivers = owner_created.receivers, []
    owner_created.sender_receivers_cache.clear()
    try:
        owner_created.connect(listen)
        nobody.post(f"/welcome/{welcome_token(samples=samples)}/", FIRST)
    finally:
        owner_created.receivers = receivers
        owner_created.sender_receivers_cache.clear()
    assert said == [samples]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "not an address"}, "email"),
        ({"password": ""}, "password"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"password": "first@example.org"}, "password"),
    ],
)
def test_bad_input_is_said_beside_its_field(nobody: Client, welcome: str, wrong: dict[str, str], field: str) -> None:
    page = nobody.post(welcome, {**FIRST, **wrong})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not User.objects.exists()


def test_an_empty_form_is_bad_input(nobody: Client, welcome: str) -> None:
    assert nobody.post(welcome, {}).status_code == 422


def test_a_used_link_leads_to_sign_in(nobody: Client, welcome: str) -> None:
    nobody.post(welcome, FIRST)
    for answer in (Client().get(welcome), Client().post(welcome, {**FIRST, "email": "second@example.org"})):
        assert answer.status_code == 404
        assert "already has its owner" in answer.text
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "token",
    ["x", "x:y:z", signing.dumps({"samples": True}), signing.dumps([1], salt="documind.welcome")],
    # A signature holds the second it was made in: as a name it would be another one in each of two processes.
    ids=["no token", "no signature", "signed for something else", "signed and nothing we wrote"],
)
def test_a_made_up_link_says_how_to_get_a_real_one(nobody: Client, db: None, token: str) -> None:
    for answer in (nobody.get(f"/welcome/{token}/"), nobody.post(f"/welcome/{token}/", FIRST)):
        assert answer.status_code == 404
        assert "scripts/run" in answer.text
    assert not User.objects.exists()


def test_other_verbs_are_refused(nobody: Client, welcome: str) -> None:
    assert nobody.delete(welcome).status_code == 405
    assert nobody.put(welcome).status_code == 405


def test_c7_a_form_without_its_token_is_refused(welcome: str) -> None:
    assert Client(enforce_csrf_checks=True).post(welcome, FIRST).status_code == 403
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_only_one_becomes_the_owner() -> None:
    welcome = f"/welcome/{welcome_token(samples=False)}/"

    def claim(number: int) -> int:
        try:
            return Client().post(welcome, {**FIRST, "email": f"{number}@example.org"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(claim, range(4)))
    assert answers == [302, 404, 404, 404]
    assert User.objects.count() == 1
