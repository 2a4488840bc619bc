"""Signing in and out."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import User

PASSWORD = "a long pass phrase"
SIGN_IN = "/account/login/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def test_the_right_password_opens_the_home_page(nobody: Client, owner: User) -> None:
    answer = sign_in(nobody, owner.email)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert nobody.session["_auth_user_id"] == str(owner.pk)


def test_an_address_is_known_in_any_capitalisation(nobody: Client, owner: User) -> None:
    assert sign_in(nobody, owner.email.upper()).status_code == 302


def test_the_page_is_in_the_browsers_language(nobody: Client, db: None) -> None:
    page = nobody.get(SIGN_IN, headers={"accept-language": "zh-Hant-TW,zh;q=0.9,en;q=0.5"})
    assert '<html lang="zh-Hant"' in page.text
    assert '<html lang="en"' in nobody.get(SIGN_IN, headers={"accept-language": "fr"}).text


def test_a5_a_wrong_password_and_an_unknown_address_get_the_same_answer(nobody: Client, owner: User) -> None:
    wrong = sign_in(nobody, owner.email, "not the pass phrase")
    unknown = sign_in(nobody, "nobody@example.org", "not the pass phrase")
    assert wrong.status_code == unknown.status_code == 200
    assert list(wrong.context["form"].errors.items()) == list(unknown.context["form"].errors.items())
    assert "_auth_user_id" not in nobody.session


@pytest.mark.parametrize(
    "data", [{}, {"login": "owner@example.org"}, {"login": "x", "password": "\0"}, {"password": "x"}]
)
def test_bad_input_is_said_beside_the_form(nobody: Client, owner: User, data: dict[str, str]) -> None:
    page = nobody.post(SIGN_IN, data)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert "_auth_user_id" not in nobody.session


def test_a_closed_account_cannot_sign_in(nobody: Client, owner: User) -> None:
    owner.is_active = False
    owner.save()
    answer = sign_in(nobody, owner.email)
    assert answer["Location"] == "/account/inactive/"
    assert "_auth_user_id" not in nobody.session
    assert "closed" in nobody.get("/account/inactive/").text


def test_c7_the_session_key_rotates_at_sign_in(nobody: Client, owner: User) -> None:
    nobody.post("/language/", {"language": "en"})
    session = nobody.session
    session["before"] = "signing in"
    session.save()
    before = session.session_key
    sign_in(nobody, owner.email)
    assert nobody.session.session_key != before


def test_c7_a_form_without_its_token_is_refused(owner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    for path in (
        SIGN_IN,
        "/account/logout/",
        "/account/signup/",
        "/account/password/reset/",
        "/language/",
        "/settings/",
    ):
        answer = strict.post(path, {"login": owner.email, "password": PASSWORD})
        assert answer.status_code == 403, path
        assert "load the page again" in answer.text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\thttps://evil.example/"],
)
def test_signing_in_leads_nowhere_else(nobody: Client, owner: User, elsewhere: str) -> None:
    answer = sign_in(nobody, owner.email, next=elsewhere)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_signing_in_leads_back_to_the_page_that_asked(nobody: Client, owner: User) -> None:
    asked = nobody.get("/library/")
    assert asked["Location"] == "/account/login/?next=/library/"
    assert sign_in(nobody, owner.email, next="/library/")["Location"] == "/library/"


def test_a_fragment_sends_the_whole_page_to_sign_in(nobody: Client, db: None) -> None:
    answer = nobody.get(
        "/conversations/", headers={"hx-request": "true", "hx-current-url": "http://testserver/library/?show=files"}
    )
    assert answer["HX-Redirect"] == "/account/login/?next=/library/%3Fshow%3Dfiles"
    assert not answer.content


def test_a_fragment_asked_from_elsewhere_leads_back_home(nobody: Client, db: None) -> None:
    answer = nobody.get("/conversations/", headers={"hx-request": "true", "hx-current-url": "https://evil.example/x"})
    assert answer["HX-Redirect"] == "/account/login/?next=/"


def test_who_is_signed_in_already_goes_home(owner_client: Client) -> None:
    assert owner_client.get(SIGN_IN)["Location"] == "/"


def test_signing_out_needs_a_press_of_the_button(owner_client: Client) -> None:
    page = owner_client.get("/account/logout/")
    assert page.status_code == 200
    assert "_auth_user_id" in owner_client.session
    assert owner_client.post("/account/logout/")["Location"] == SIGN_IN
    assert "_auth_user_id" not in owner_client.session


def test_other_verbs_are_refused(nobody: Client, db: None) -> None:
    assert nobody.delete(SIGN_IN).status_code == 405


def test_before_there_is_an_owner_it_says_where_the_link_is(nobody: Client, db: None) -> None:
    assert "one-time link" in nobody.get(SIGN_IN).text


def test_with_an_owner_it_does_not(nobody: Client, owner: User) -> None:
    assert "one-time link" not in nobody.get(SIGN_IN).text


@pytest.mark.parametrize(
    "path", ["/account/email/", "/account/confirm-email/", "/account/reauthenticate/", "/account/password/set/"]
)
def test_pages_of_allauth_that_are_not_needed_are_not_there(owner_client: Client, path: str) -> None:
    assert owner_client.get(path).status_code == 404
