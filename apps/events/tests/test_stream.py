"""The event stream, from a web process of its own over a real socket."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client

from apps.accounts.models import User
from apps.events import publish
from apps.events.tests.web import PATIENCE, Reader, Web, running_web


@pytest.fixture
def page(web: Web, owner_client: Client) -> Iterator[Reader]:
    """The owner's open page."""
    with Reader(web, owner_client) as reader:
        yield reader


def backends(name: str = "%") -> list[int]:
    """The process ids of this database's connections of that name, ours aside."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND application_name LIKE %s",
            [name],
        )
        return [pid for (pid,) in cursor.fetchall()]


def test_an_event_arrives_when_its_transaction_commits(page: Reader, owner: User) -> None:
    with transaction.atomic():
        publish(owner.pk, "document", id=7, state="working", progress=40)
        publish(owner.pk, "document", id=7, state="ready", progress=100)
    assert page.next() == ("document", {"id": 7, "state": "working", "progress": 40})
    assert page.next() == ("document", {"id": 7, "state": "ready", "progress": 100})


def test_what_is_rolled_back_never_happened(page: Reader, owner: User) -> None:
    with transaction.atomic():
        publish(owner.pk, "document", id=1)
        transaction.set_rollback(True)
    publish(owner.pk, "document", id=2)
    assert page.next() == ("document", {"id": 2})


def test_every_open_page_of_the_user_hears_it(web: Web, page: Reader, owner: User, owner_client: Client) -> None:
    with Reader(web, owner_client) as second:
        publish(owner.pk, "library", id=3)
        assert page.next() == second.next() == ("library", {"id": 3})


def test_every_web_process_hears_it(page: Reader, owner: User, owner_client: Client, tmp_path: Path) -> None:
    with running_web(tmp_path) as second, Reader(second, owner_client) as elsewhere:
        publish(owner.pk, "library", id=3)
        assert page.next() == elsewhere.next() == ("library", {"id": 3})


def test_a1_another_users_event_never_arrives(
    web: Web, page: Reader, owner: User, other: User, other_client: Client
) -> None:
    with Reader(web, other_client) as theirs:
        publish(owner.pk, "document", id=1)
        publish(other.pk, "document", id=2)
        assert theirs.next() == ("document", {"id": 2})
    assert page.next() == ("document", {"id": 1})


def test_it_is_neither_kept_nor_buffered_nor_compressed_on_its_way(page: Reader) -> None:
    headers = page.response.headers
    assert page.response.status == 200
    assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert "no-cache" in headers["Cache-Control"]
    assert headers["Content-Encoding"] == "identity"
    assert headers["X-Accel-Buffering"] == "no"


def test_who_is_not_signed_in_is_refused(web: Web, nobody: Client) -> None:
    stranger = Client()
    stranger.cookies["sessionid"] = "made-up"
    for client in (None, nobody, stranger):
        with Reader(web, client) as reader:
            assert reader.response.status == 403
            assert b"event" not in reader.response.read()


def test_a4_an_account_that_is_switched_off_is_refused(web: Web, owner: User, owner_client: Client) -> None:
    User.objects.update(is_active=False)
    with Reader(web, owner_client) as reader:
        assert reader.response.status == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD"])
def test_it_is_only_read(web: Web, owner_client: Client, method: str) -> None:
    with Reader(web, owner_client, method) as reader:
        assert reader.response.status == 405
        assert reader.response.headers["Allow"] == "GET"


def test_a4_signing_out_ends_the_streams_of_that_session_alone(
    web: Web, page: Reader, owner: User, owner_client: Client
) -> None:
    phone = Client()
    phone.force_login(owner)
    with Reader(web, phone) as on_the_phone:
        owner_client.logout()
        assert page.next() is None
        publish(owner.pk, "library", id=1)
        assert on_the_phone.next() == ("library", {"id": 1})


def test_a4_an_account_switched_off_ends_its_streams(page: Reader, owner: User) -> None:
    owner.is_active = False
    owner.save()
    assert page.next() is None


def test_a4_a_new_password_ends_the_streams_of_the_old(page: Reader, owner: User) -> None:
    owner.set_password("another long pass phrase")
    owner.save()
    assert page.next() is None


def test_a4_a_deleted_account_ends_its_streams(page: Reader, owner: User) -> None:
    owner.delete()
    assert page.next() is None


def test_a4_what_is_changed_behind_the_applications_back_is_seen_too(
    web: Web, page: Reader, owner: User, other: User, other_client: Client
) -> None:
    with Reader(web, other_client) as theirs:
        Session.objects.filter(session_key=other_client.session.session_key)._raw_delete("default")
        assert theirs.next() is None
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert page.next() is None


def test_a_saved_preference_ends_nothing(page: Reader, owner: User) -> None:
    owner.first_name = "Ada"
    owner.save()
    publish(owner.pk, "library", id=1)
    assert page.next() == ("library", {"id": 1})


def test_r20_a_cut_connection_is_made_again_and_the_page_is_told_to_read_again(page: Reader, owner: User) -> None:
    [listening] = backends("documind events")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [listening])
    publish(owner.pk, "document", id=1)  # lost, or heard just before the end
    heard = page.next()
    if heard == ("document", {"id": 1}):
        heard = page.next()
    assert heard == ("reset", {})
    publish(owner.pk, "document", id=2)
    assert page.next() == ("document", {"id": 2})


def test_200_open_pages_hold_no_connection_and_no_thread(web: Web, owner: User, owner_client: Client) -> None:
    with ExitStack() as stack:
        pages = [stack.enter_context(Reader(web, owner_client)) for _ in range(20)]
        few = web.threads()
        pages += [stack.enter_context(Reader(web, owner_client)) for _ in range(180)]
        assert web.threads() <= few + 6
        assert len(backends("documind events")) == 1
        assert len(backends()) <= 1 + 8
        publish(owner.pk, "library", id=1)
        assert [page.next() for page in pages] == [("library", {"id": 1})] * 200
    with Reader(web, owner_client) as page:
        publish(owner.pk, "library", id=2)
        assert page.next() == ("library", {"id": 2})


def test_open_pages_do_not_keep_the_process_from_ending(
    transactional_db: None, owner_client: Client, tmp_path: Path
) -> None:
    with running_web(tmp_path, DOCUMIND_DRAIN_SECONDS="600") as web, Reader(web, owner_client) as page:
        web.process.send_signal(signal.SIGTERM)
        assert page.next() is None
        assert web.process.wait(PATIENCE) == 0
