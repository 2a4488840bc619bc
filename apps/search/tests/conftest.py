"""Each test counts the libraries anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.search import keeping, libraries


@pytest.fixture(autouse=True)
def nothing_in_mind() -> Iterator[None]:
    libraries.forget()
    keeping.forget()
    yield
    libraries.forget()
    keeping.forget()
