"""Counting tokens without the network."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from apps.indexing import tokens


def test_tokens_are_counted_from_our_own_copy_of_the_vocabulary(tmp_path: Path, settings, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    settings.DATA = tmp_path / "data"
    tokens._encoding.cache_clear()
    assert tokens.count("Roses need sun.") == 5
    assert tokens.count("") == 0
    assert tokens.count("<|endoftext|>") > 1
    (file,) = (tmp_path / "data" / "tiktoken").iterdir()
    assert hashlib.sha256(file.read_bytes()).hexdigest().startswith("446a9538")
    tokens._encoding.cache_clear()


def test_seeding_again_writes_nothing(tmp_path: Path) -> None:
    first = tokens.seed(tmp_path)
    written = first.stat().st_mtime_ns
    assert tokens.seed(tmp_path) == first
    assert first.stat().st_mtime_ns == written
    assert list(tmp_path.iterdir()) == [first]


@pytest.mark.parametrize(
    "text",
    [
        "The garden lies behind the old house and runs down to the river in three terraces.",
        "我們的花園在舊房子後面，一直延伸到河邊，玫瑰需要整天的陽光。",
    ],
)
def test_the_estimate_is_near_enough_to_cut_by(text: str) -> None:
    assert 0.5 < tokens.estimate(text) / tokens.count(text) < 2
