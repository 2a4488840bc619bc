"""What every test may use: a real Postgres of this run's own, and one cast of users."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from apps.accounts.models import User
from config import env as environment

# A skip whose reason begins so is about samples beside the project, not about a part of it.
OPTIONAL = "optional:"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With DOCUMIND_TEST_ALL, what would be left out fails: a missing part must not pass for a working one."""
    report = yield
    if report.skipped and environment.read().test_all and OPTIONAL not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"Left out although everything was asked for: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says loudly what was not tried, and why."""
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    if reasons:
        terminalreporter.section("LEFT OUT", sep="!", red=True, bold=True)
        for reason in sorted(reasons):
            words = reason.removeprefix("Skipped: ").replace(OPTIONAL, "(optional)")
            terminalreporter.write_line(f"NOT TESTED: {words}", yellow=True)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Redis of this run's own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is not installed (apt-get install redis-server): nothing was tried with REDIS_URL")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="documind-redis-") as folder:
        server = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Points the tests at an embedded Postgres in a directory of this run's own, unless DATABASE_URL names one."""
    from config import local_postgres

    if not settings.USES_LOCAL_POSTGRES:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="documind-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        server = local_postgres.start(data, fsync="off", full_page_writes="off", synchronous_commit="off")
        settings.DATABASES["default"].update(local_postgres.connection(data))
        yield
        local_postgres.stop(server)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Permissions are made once, and not anew after each test that empties the tables: that takes as long as it."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    yield
    # Threads that answered pages of the last tests may hold a connection still, and the database could not be dropped.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def language_of_this_test() -> Iterator[None]:
    """Forgets in which language the last page was said."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Keeps what a test uploads away from everything else."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def owner(db: None) -> User:
    """The person whose installation it is."""
    return User.objects.create_superuser("owner@example.org", "a long pass phrase")


@pytest.fixture
def other(db: None) -> User:
    """Another person on the same installation: may see nothing of anyone else's."""
    return User.objects.create_user("other@example.org", "a long pass phrase")


@pytest.fixture
def staff(db: None) -> User:
    """Someone who runs the site, and still may not read what others keep."""
    return User.objects.create_user("staff@example.org", "a long pass phrase", is_staff=True)


@pytest.fixture
def nobody() -> Client:
    """A browser that is not signed in."""
    return Client()


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def owner_client(owner: User) -> Client:
    """The owner's browser."""
    return _client(owner)


@pytest.fixture
def other_client(other: User) -> Client:
    """The other person's browser."""
    return _client(other)


@pytest.fixture
def staff_client(staff: User) -> Client:
    """The browser of who runs the site."""
    return _client(staff)
