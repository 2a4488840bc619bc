"""The secret key is made once, even by many at the same time, and only its owner may read it."""

from __future__ import annotations

from pathlib import Path

from config.tests.conftest import python

CODE = "from config.local_secret import secret_key\nsys.stdin.readline()\nprint(secret_key(data))"


def test_one_key_under_a_race(fresh: Path) -> None:
    racers = [python(CODE, fresh) for _ in range(6)]
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    keys = {racer.communicate(timeout=60)[0] for racer in racers}
    assert len(keys) == 1
    assert len(keys.pop()) > 60
    assert (fresh / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in fresh.iterdir()] == ["secret_key"]
