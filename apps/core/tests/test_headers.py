"""What every answer tells the browser it may do."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
PUBLIC = [
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/account/inactive/",
    "/welcome/x/",
    "/no/",
]
OWN = [
    *("/", "/library/", "/library/write/", "/library/upload/", "/library/trash/", "/search/", "/conversations/"),
    *("/settings/", "/account/password/change/", "/account/logout/", f"/{settings.ADMIN_PATH}"),
]


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def policy_of(answer) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";") if part.strip())


def is_guarded(answer) -> bool:  # type: ignore[no-untyped-def]
    assert policy_of(answer) == POLICY
    assert {name: answer[name] for name in HEADERS} == HEADERS
    return bool(answer["Permissions-Policy"].startswith("camera=()"))


@pytest.mark.parametrize("path", PUBLIC)
def test_every_public_page_is_guarded(nobody: Client, db: None, path: str) -> None:
    assert is_guarded(nobody.get(path))


@pytest.mark.parametrize("path", OWN)
def test_every_page_of_ones_own_is_guarded(owner_client: Client, path: str) -> None:
    answer = owner_client.get(path)
    assert answer.status_code == 200
    assert is_guarded(answer)


@pytest.mark.parametrize("path", OWN)
def test_a_redirect_to_sign_in_is_guarded_too(nobody: Client, db: None, path: str) -> None:
    answer = nobody.get(path)
    assert answer.status_code == 302
    assert is_guarded(answer)


@pytest.mark.parametrize("path", OWN)
def test_what_is_ones_own_stays_out_of_shared_caches(owner_client: Client, path: str) -> None:
    answer = owner_client.get(path)
    assert "Cookie" in answer["Vary"]
    assert "private" in answer["Cache-Control"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(nobody: Client, owner) -> None:  # type: ignore[no-untyped-def]
    answer = nobody.post("/account/login/", {"login": owner.email, "password": "a long pass phrase"})
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
