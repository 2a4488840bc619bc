"""A web process for the events' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.events.tests.web import Web, running_web


@pytest.fixture(scope="session")
def shared_web(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """One web process for all tests: nothing in it belongs to one of them."""
    with running_web(tmp_path_factory.mktemp("web")) as web:
        yield web


@pytest.fixture
def web(shared_web: Web, transactional_db: None) -> Web:
    """A web process, and a database whose transactions are real."""
    return shared_web
