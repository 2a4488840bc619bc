"""Users are known by their address, in any capitalisation."""

import pytest
from django.db import IntegrityError

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
