"""The settings page: language, theme, and what the site answers with."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import User

SETTINGS = "/settings/"


def test_it_shows_the_models_in_use_and_the_way_to_the_password(owner_client: Client) -> None:
    page = owner_client.get(SETTINGS).text
    assert "use-multilingual-v3" in page
    assert "512 dimensions" in page
    assert "Quotations only" in page
    assert 'href="/account/password/change/"' in page


def test_a_theme_applies_at_once_and_stays(owner_client: Client) -> None:
    page = owner_client.post(SETTINGS, {"language": "", "theme": "dark"}, follow=True)
    assert 'data-theme="dark"' in page.text
    assert "Saved." in page.text
    assert 'data-theme="dark"' in owner_client.get("/library/").text


def test_the_systems_theme_needs_no_attribute(owner_client: Client) -> None:
    assert "data-theme" not in owner_client.get(SETTINGS).text


def test_a_language_applies_at_once_and_beats_the_browsers(owner_client: Client) -> None:
    page = owner_client.post(SETTINGS, {"language": "zh-hant", "theme": "system"}, follow=True)
    assert '<html lang="zh-Hant"' in page.text
    assert page["Content-Language"] == "zh-hant"
    again = owner_client.get(SETTINGS, headers={"accept-language": "en"})
    assert '<html lang="zh-Hant"' in again.text


def test_without_a_choice_the_browser_is_asked(owner_client: Client, owner: User) -> None:
    owner.language = "en"
    owner.save()
    owner_client.post(SETTINGS, {"language": "", "theme": "system"})
    assert '<html lang="zh-Hant"' in owner_client.get(SETTINGS, headers={"accept-language": "zh-TW"}).text


@pytest.mark.parametrize("wrong", [{"language": "tlh"}, {"theme": "pink"}, {"theme": ""}, {"language": "zh-hant' --"}])
def test_bad_input_is_said_and_changes_nothing(owner_client: Client, owner: User, wrong: dict[str, str]) -> None:
    page = owner_client.post(SETTINGS, {"language": "en", "theme": "dark", **wrong})
    assert page.status_code == 422
    assert page.context["form"].errors
    owner.refresh_from_db()
    assert (owner.language, owner.theme) == ("", "system")
    assert "data-theme" not in page.text


def test_nothing_but_language_and_theme_can_be_changed_here(
    owner_client: Client, other_client: Client, other: User
) -> None:
    other_client.post(
        SETTINGS, {"language": "en", "theme": "dark", "is_staff": "on", "email": "owner@example.org", "id": "1"}
    )
    other.refresh_from_db()
    assert (other.theme, other.is_staff, other.email) == ("dark", False, "other@example.org")


def test_ones_choice_is_not_anothers(owner_client: Client, other_client: Client) -> None:
    owner_client.post(SETTINGS, {"language": "zh-hant", "theme": "dark"})
    page = other_client.get(SETTINGS).text
    assert '<html lang="en"' in page
    assert "data-theme" not in page


def test_only_staff_see_the_way_to_the_admin(other_client: Client, staff_client: Client) -> None:
    assert "Administration" not in other_client.get(SETTINGS).text
    assert "Administration" in staff_client.get(SETTINGS).text


def test_signed_out_one_must_sign_in_first(nobody: Client, db: None) -> None:
    assert nobody.get(SETTINGS)["Location"] == f"/account/login/?next={SETTINGS}"


def test_other_verbs_are_refused(owner_client: Client) -> None:
    assert owner_client.delete(SETTINGS).status_code == 405
