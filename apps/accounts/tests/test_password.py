"""Changing a password, and choosing a new one by mail."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from apps.accounts.models import User

OLD, NEW = "a long pass phrase", "another long phrase"
CHANGE, RESET = "/account/password/change/", "/account/password/reset/"


@pytest.fixture(autouse=True)
def nothing_counted_yet(db: None) -> None:
    cache.clear()


def change(client: Client, old: str = OLD, new: str = NEW, again: str = NEW):  # type: ignore[no-untyped-def]
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": again})


def test_the_password_changes_and_this_browser_stays_signed_in(owner_client: Client, owner: User) -> None:
    assert change(owner_client).status_code == 302
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert owner_client.get("/settings/").status_code == 200


def test_c7_every_other_browser_is_signed_out(owner_client: Client, owner: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(owner)
    change(owner_client)
    assert elsewhere.get("/settings/").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"old": "not it"}, "oldpassword"),
        ({"new": "short", "again": "short"}, "password1"),
        ({"new": "owner@example.org", "again": "owner@example.org"}, "password1"),
        ({"again": "a different phrase"}, "password2"),
    ],
)
def test_bad_input_is_said_beside_its_field(
    owner_client: Client, owner: User, wrong: dict[str, str], field: str
) -> None:
    page = change(owner_client, **wrong)
    assert field in page.context["form"].errors
    owner.refresh_from_db()
    assert owner.check_password(OLD)


def test_signed_out_one_must_sign_in_first(nobody: Client) -> None:
    assert nobody.get(CHANGE)["Location"] == f"/account/login/?next={CHANGE}"
    assert change(nobody).status_code == 302


def test_other_verbs_are_refused(owner_client: Client) -> None:
    assert owner_client.delete(CHANGE).status_code == 405
    assert owner_client.delete(RESET).status_code in (302, 405)


def link() -> str:
    found = re.search(r"http://testserver(/account/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_link_by_mail_leads_to_a_new_password(nobody: Client, owner: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(owner)
    assert nobody.post(RESET, {"email": owner.email})["Location"] == "/account/password/reset/done/"
    assert "on its way" in nobody.get("/account/password/reset/done/").text
    page = nobody.get(link(), follow=True)
    form_at = page.redirect_chain[-1][0]
    done = nobody.post(form_at, {"password1": NEW, "password2": NEW}, follow=True)
    assert "The password is changed" in done.text
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert elsewhere.get("/settings/").status_code == 302


def test_the_secret_of_the_link_does_not_stay_in_the_address(nobody: Client, owner: User) -> None:
    nobody.post(RESET, {"email": owner.email})
    assert "set-password" in nobody.get(link())["Location"]


def test_a_link_works_once(nobody: Client, owner: User) -> None:
    nobody.post(RESET, {"email": owner.email})
    used = link()
    form_at = nobody.get(used)["Location"]
    nobody.post(form_at, {"password1": NEW, "password2": NEW})
    assert "no longer works" in Client().get(used).text


@pytest.mark.parametrize("key", ["1-xxx", "zzz-c0ffee-0123456789abcdef", "1-set-password"])
def test_a_made_up_link_says_how_to_get_a_real_one(nobody: Client, owner: User, key: str) -> None:
    page = nobody.get(f"/account/password/reset/key/{key}/")
    assert "no longer works" in page.text
    assert f'href="{RESET}"' in page.text


def test_a5_an_unknown_address_gets_the_same_answer(nobody: Client, owner: User) -> None:
    known = nobody.post(RESET, {"email": owner.email})
    unknown = nobody.post(RESET, {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert "there is no account with it" in mail.outbox[-1].body


def test_too_many_mails_to_one_address_are_refused(nobody: Client, owner: User) -> None:
    for _ in range(5):
        nobody.post(RESET, {"email": owner.email})
    assert len(mail.outbox) <= 3


def test_the_mail_is_in_the_readers_language_and_in_plain_words(nobody: Client, owner: User) -> None:
    nobody.post(RESET, {"email": owner.email})
    assert "Choose a new password" in mail.outbox[-1].subject
    assert "If it was not you, do nothing" in mail.outbox[-1].body
    assert "example.com" not in mail.outbox[-1].body
