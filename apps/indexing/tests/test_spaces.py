"""The embedding space: made once, active when it is the first, built beside another model's."""

from __future__ import annotations

import logging
import threading

import pytest
from django.db import connection

from apps.ai.embedders import embedder
from apps.indexing import spaces
from apps.indexing.models import EmbeddingSpace

State = EmbeddingSpace.State


@pytest.mark.django_db
def test_the_first_space_is_active_and_made_once() -> None:
    first, second = spaces.current(), spaces.current()
    assert first == second
    assert (first.model_id, first.dimensions, first.state) == (embedder().model_id, 512, State.ACTIVE)
    assert EmbeddingSpace.objects.count() == 1


@pytest.mark.django_db
def test_the_space_of_another_model_is_built_beside_the_active_one_and_said(caplog: pytest.LogCaptureFixture) -> None:
    old = EmbeddingSpace.objects.create(model_id="older", dimensions=3, weight_hash="a", state=State.ACTIVE)
    with caplog.at_level(logging.WARNING):
        new = spaces.current()
    assert new.state == State.BUILDING
    assert "indexed anew" in caplog.text
    old.refresh_from_db()
    assert old.state == State.ACTIVE
    assert spaces.current() == new


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_space() -> None:
    found: list[int] = []
    start = threading.Barrier(6)

    def ask() -> None:
        start.wait()
        found.append(spaces.current().pk)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert spaces.current().state == State.ACTIVE
