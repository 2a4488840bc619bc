"""The admin: for staff alone, through the site's own door."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User

ADMIN = f"/{settings.ADMIN_PATH}"


def test_the_owner_sees_people_by_their_address(owner_client: Client, other: User) -> None:
    page = owner_client.get(reverse("admin:accounts_user_changelist")).text
    assert other.email in page
    assert owner_client.get(reverse("admin:accounts_user_change", args=[other.pk])).status_code == 200


def test_the_owner_makes_an_account_for_another(owner_client: Client, nobody: Client) -> None:
    made = owner_client.post(
        reverse("admin:accounts_user_add"),
        {
            "email": "New@Example.org",
            "usable_password": "true",
            "password1": "another long phrase",
            "password2": "another long phrase",
        },
    )
    assert made.status_code == 302
    assert User.objects.get(email="new@example.org").check_password("another long phrase")
    assert (
        nobody.post("/account/login/", {"login": "new@example.org", "password": "another long phrase"}).status_code
        == 302
    )


def test_an_address_taken_in_another_capitalisation_is_refused(owner_client: Client, other: User) -> None:
    page = owner_client.post(
        reverse("admin:accounts_user_add"),
        {"email": other.email.upper(), "usable_password": "true", "password1": "x" * 12, "password2": "x" * 12},
    )
    assert page.status_code == 200
    assert "email" in page.context["adminform"].form.errors


@pytest.mark.parametrize(
    "path", ["", "login/", "accounts/user/", "accounts/user/1/change/", "logout/", "password_change/"]
)
def test_a_visitor_is_sent_to_the_sites_sign_in(nobody: Client, db: None, path: str) -> None:
    answer = nobody.get(ADMIN + path, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/?next=/")
    assert answer.context["form"].fields["login"]


def test_the_admins_own_form_does_not_sign_anyone_in(nobody: Client, owner: User) -> None:
    nobody.post(f"{ADMIN}login/", {"username": owner.email, "password": "a long pass phrase"})
    assert "_auth_user_id" not in nobody.session


@pytest.mark.parametrize("path", ["", "accounts/user/", "accounts/user/1/change/", "nothing/"])
def test_for_others_there_is_no_admin(other_client: Client, path: str) -> None:
    answer = other_client.get(ADMIN + path, follow=True)
    assert answer.status_code == 404


def test_staff_without_a_permission_see_nothing_of_it(staff_client: Client, owner: User) -> None:
    assert staff_client.get(ADMIN).status_code == 200
    assert staff_client.get(reverse("admin:accounts_user_change", args=[owner.pk])).status_code == 403
