"""Users are known by their address, in any capitalisation."""

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError
from django.test import Client

from apps.accounts.models import User


@pytest.mark.django_db
def test_an_address_is_kept_in_lower_case() -> None:
    user = User.objects.create_user("Mei@Example.org", "a long pass phrase")
    assert user.email == "mei@example.org"
    assert User.objects.get_by_natural_key("MEI@example.ORG") == user


@pytest.mark.django_db
def test_an_address_is_taken_in_any_capitalisation() -> None:
    User.objects.create_user("mei@example.org")
    with pytest.raises(IntegrityError):
        User(email="MEI@example.org").save()


@pytest.mark.django_db
def test_a_stand_in_is_nobody(nobody: Client, mailoutbox: list[EmailMessage]) -> None:
    stand_in = User.objects.create_stand_in("evaluation")
    assert not User.objects.people().exists()
    assert not nobody.login(email=stand_in.email, password="")
    for password in ("", "!", stand_in.password):
        nobody.post("/account/login/", {"login": stand_in.email, "password": password})
        assert "_auth_user_id" not in nobody.session
    nobody.post("/account/password/reset/", {"email": stand_in.email})
    assert [message for message in mailoutbox if "/reset/key/" in str(message.body)] == []


@pytest.mark.django_db
def test_who_typed_a_stand_ins_address_is_a_person() -> None:
    person = User.objects.create_user("evaluation-1@stand-in.invalid", "a long pass phrase")
    stand_in = User.objects.create_stand_in("evaluation")
    assert list(User.objects.people()) == [person]
    assert list(User.objects.stand_ins("evaluation")) == [stand_in]
    assert not User.objects.stand_ins("another purpose").exists()
