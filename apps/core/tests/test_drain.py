"""Whoever keeps something running is told when the process stops, and may take until the deadline."""

import asyncio

import pytest

from apps.core import drain


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "_callbacks", [])
    monkeypatch.setattr(drain, "_stopping", False)


def soon(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_everyone_is_awaited_once_with_the_deadline() -> None:
    heard: list[float] = []

    async def callback(deadline: float) -> None:
        heard.append(deadline)

    drain.register(callback)
    drain.register(callback)
    deadline = soon(5)
    await drain.finish(deadline)
    assert heard == [deadline]


async def test_one_that_fails_does_not_harm_the_others(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []

    async def fails(deadline: float) -> None:
        raise RuntimeError("the database has gone")

    async def callback(deadline: float) -> None:
        await asyncio.sleep(0.01)
        heard.append("done")

    drain.register(fails)
    drain.register(callback)
    await drain.finish(soon(5))
    assert heard == ["done"]
    assert "the database has gone" in caplog.text


async def test_one_that_never_ends_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(drain, "GRACE_SECONDS", 0)
    left: list[str] = []

    async def never(deadline: float) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            left.append("told to give up")
            raise

    drain.register(never)
    await drain.finish(soon(0.01))
    await asyncio.sleep(0)
    assert left == ["told to give up"]
    assert "did not end in time" in caplog.text


async def test_a_process_that_stops_says_so() -> None:
    assert not drain.stopping()
    await drain.finish(soon(0))
    assert drain.stopping()
