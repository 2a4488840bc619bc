"""The owner of a fresh installation is made once, however many try."""

import threading

import pytest
from django.db import connection

from apps.accounts.first_start import OwnerExists, create_owner, read_token, wants_samples, welcome_token
from apps.accounts.models import User
from apps.accounts.signals import owner_created


@pytest.mark.django_db
def test_the_owner_may_do_everything() -> None:
    owner = create_owner("Mei@example.org", "a long pass phrase", samples=False)
    assert (owner.email, owner.is_staff, owner.is_superuser) == ("mei@example.org", True, True)
    assert owner.check_password("a long pass phrase")


@pytest.mark.django_db
def test_a_stand_in_does_not_keep_the_owner_out() -> None:
    User.objects.create_stand_in("evaluation")
    assert read_token(welcome_token())
    create_owner("mei@example.org", "a long pass phrase", samples=False)
    assert not read_token(welcome_token())


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_wins() -> None:
    outcomes: list[str] = []
    together = threading.Barrier(4)

    def attempt(number: int) -> None:
        together.wait()
        try:
            outcomes.append(create_owner(f"user{number}@example.org", "a long pass phrase", samples=False).email)
        except OwnerExists:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("too late") == 3
    assert [user.email for user in User.objects.all()] == [name for name in outcomes if name != "too late"]


@pytest.mark.django_db
def test_a_link_is_worth_nothing_once_there_is_an_owner() -> None:
    token = welcome_token()
    assert read_token(token)
    create_owner("owner@example.org", "a long pass phrase", samples=False)
    assert not read_token(token)


@pytest.mark.django_db
@pytest.mark.parametrize("forged", ["", "x", "eyJzYW1wbGVzIjp0cnVlfQ:1xVO6Y:AAAA", "a:b:c"])
def test_a_forged_link_is_worth_nothing(forged: str) -> None:
    assert not read_token(forged)
    assert not wants_samples(forged)


@pytest.mark.parametrize("samples", [True, False])
def test_the_link_remembers_whether_samples_are_wanted(samples: bool) -> None:
    assert wants_samples(welcome_token(samples)) is samples


@pytest.mark.django_db
def test_what_follows_the_owner_may_fail() -> None:
    def fails(**rest: object) -> None:
        raise RuntimeError("no space left")

    owner_created.connect(fails)
    try:
        create_owner("owner@example.org", "a long pass phrase", samples=False)
    finally:
        owner_created.disconnect(fails)
    assert User.objects.count() == 1
