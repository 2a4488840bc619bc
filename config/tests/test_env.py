"""What makes no sense in the environment is refused, all of it at once, in a line for each variable."""

from __future__ import annotations

import pytest
from environs import EnvError

from config import env as environment


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "mysql://somewhere/else", "must begin with postgres://"),
        ("DATABASE_URL", "postgres://user:word@host:port/name", "cannot be read"),
        ("REDIS_URL", "http://somewhere", "must begin with redis://"),
        ("PORT", "0", "greater than or equal to 1"),
        ("PORT", "eighty", "Not a valid integer"),
        ("DOCUMIND_DEBUG", "perhaps", "Not a valid boolean"),
        ("DOCUMIND_UPLOAD_MB", "99999", "less than or equal to 4096"),
        ("DOCUMIND_OWNER_EMAIL", "nobody", "must be an e-mail address"),
        ("DOCUMIND_ADMIN_PATH", "/admin", "must be one word"),
        ("ANTHROPIC_BASE_URL", "localhost:8080", "must begin with http://"),
        ("DOCUMIND_LLM_CITATIONS", "sometimes", "Must be one of"),
    ],
)
def test_it_names_the_variable_and_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(EnvError) as refusal:
        environment.read()
    said = environment.words(refusal.value)
    assert said.startswith(f"{name}: ")
    assert words in said
    assert "\n" not in said


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("DOCUMIND_HTTPS", "perhaps")
    with pytest.raises(EnvError) as refusal:
        environment.read()
    assert {line.split(":")[0] for line in environment.words(refusal.value).splitlines()} == {"PORT", "DOCUMIND_HTTPS"}


def test_an_owner_needs_both_address_and_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCUMIND_OWNER_EMAIL", "mei@example.org")
    monkeypatch.delenv("DOCUMIND_OWNER_PASSWORD", raising=False)
    with pytest.raises(EnvError, match="set both or neither"):
        environment.read()


def test_a_relative_data_directory_counts_from_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCUMIND_DATA", "elsewhere")
    assert environment.read().data == environment.ROOT / "elsewhere"
    monkeypatch.setenv("DOCUMIND_DATA", "")
    assert environment.read().data == environment.ROOT / "data"


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_an_empty_address_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    found = environment.read()
    assert {"DATABASE_URL": found.database_url, "REDIS_URL": found.redis_url}[name] == ""
