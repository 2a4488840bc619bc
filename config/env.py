"""Reads the environment: the only module that does, so that every setting is named, typed and checked in one place.

A `.env` file beside `manage.py` is read first; a variable that is really set wins over it. What makes no sense
is refused here, all of it at once, before anything is started.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import dj_database_url
from environs import Env, EnvError, ValidationError, validate

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Environment:
    """What the operator configured.

    `database_url` and `redis_url` are empty when the embedded database also carries queue and cache.
    `hosts` are the names the site answers to beside localhost; `host` is the one address it listens on.
    `supervisor` is the process that started this one and looks after it (0: nobody). `model_prices` are US dollars for
    a million tokens read and written; `model_silence_seconds` is 0 for what suits the server, `answers_an_hour` for no
    limit.
    """

    data: Path
    database_url: str
    redis_url: str
    secret_key: str
    hosts: tuple[str, ...]
    https: bool
    behind_proxy: bool
    debug: bool
    open_signup: bool
    owner_email: str
    owner_password: str
    admin_path: str
    upload_megabytes: int
    workers: int
    anthropic_api_key: str
    anthropic_base_url: str
    model: str
    model_citations: str
    model_max_tokens: int
    model_prices: tuple[Decimal, Decimal] | None
    model_silence_seconds: int
    answers_at_once: int
    answers_an_hour: int
    answer_drain_seconds: int
    host: str
    port: int
    supervisor: int
    plain_output: bool
    test_all: bool

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured; decided here and never by trying to call one."""
        return bool(self.anthropic_api_key or self.anthropic_base_url)


def _can_be_read(url: str) -> None:
    try:
        if url:
            dj_database_url.parse(url)
    except (ValueError, dj_database_url.ParseError) as fault:
        raise ValidationError(f"cannot be read: {fault}") from fault


_Check = Callable[[str], object]


def _empty_or(pattern: str, error: str) -> _Check:
    return validate.Regexp(rf"^$|{pattern}", error=error)


_DATABASE: list[_Check] = [
    _empty_or(r"^postgres(ql)?://", "must begin with postgres:// or postgresql://"),
    _can_be_read,
]
_REDIS = _empty_or(r"^(rediss?|unix)://", "must begin with redis://, rediss:// or unix://")
_WEB = _empty_or(r"^https?://", "must begin with http:// or https://")
_EMAIL = _empty_or(r"^[^@\s]+@[^@\s]+$", "must be an e-mail address")
_ONE_WORD = validate.Regexp(r"^[a-z0-9-]+/$", error="must be one word of a-z, 0-9, - and end with /")
_PRICES = _empty_or(r"^\d+(\.\d+)?/\d+(\.\d+)?$", "must be two prices with / between them, like 0.10/0.50")
_CITATIONS = validate.OneOf(["auto", "native", "inline"])


def read() -> Environment:
    """The environment, checked.

    Raises `environs.EnvValidationError`, whose text names every variable that was refused and why.
    """
    env = Env(eager=False)
    env.read_env(ROOT / ".env", override=False)
    found = Environment(
        # Relative to the project, wherever a command is called from.
        data=ROOT / Path(env.str("DOCUMIND_DATA", default="") or "data").expanduser(),
        database_url=env.str("DATABASE_URL", default="", validate=_DATABASE),
        redis_url=env.str("REDIS_URL", default="", validate=_REDIS),
        secret_key=env.str("DOCUMIND_SECRET_KEY", default=""),
        hosts=tuple(env.list("DOCUMIND_HOSTS", default=[])),
        https=env.bool("DOCUMIND_HTTPS", default=False),
        behind_proxy=env.bool("DOCUMIND_BEHIND_PROXY", default=False),
        debug=env.bool("DOCUMIND_DEBUG", default=False),
        open_signup=env.bool("DOCUMIND_OPEN_SIGNUP", default=False),
        owner_email=env.str("DOCUMIND_OWNER_EMAIL", default="", validate=_EMAIL),
        owner_password=env.str("DOCUMIND_OWNER_PASSWORD", default=""),
        admin_path=env.str("DOCUMIND_ADMIN_PATH", default="desk/", validate=_ONE_WORD),
        upload_megabytes=env.int("DOCUMIND_UPLOAD_MB", default=100, validate=validate.Range(1, 4096)),
        workers=env.int("DOCUMIND_WORKERS", default=1, validate=validate.Range(1, 64)),
        anthropic_api_key=env.str("ANTHROPIC_API_KEY", default=""),
        anthropic_base_url=env.str("ANTHROPIC_BASE_URL", default="", validate=_WEB),
        model=env.str("DOCUMIND_MODEL", default="claude-haiku-5-5"),
        model_citations=env.str("DOCUMIND_LLM_CITATIONS", default="auto", validate=_CITATIONS),
        model_max_tokens=env.int("DOCUMIND_MAX_TOKENS", default=4096, validate=validate.Range(256, 128_000)),
        model_prices=_two(env.str("DOCUMIND_MODEL_PRICES", default="", validate=_PRICES)),
        model_silence_seconds=env.int("DOCUMIND_SILENCE_SECONDS", default=0, validate=validate.Range(0, 3600)),
        answers_at_once=env.int("DOCUMIND_ANSWERS_AT_ONCE", default=3, validate=validate.Range(1, 100)),
        answers_an_hour=env.int("DOCUMIND_ANSWERS_AN_HOUR", default=60, validate=validate.Range(0, 100_000)),
        answer_drain_seconds=env.int("DOCUMIND_DRAIN_SECONDS", default=25, validate=validate.Range(0, 600)),
        host=env.str("DOCUMIND_HOST", default="127.0.0.1"),
        port=env.int("PORT", default=8000, validate=validate.Range(1, 65535)),
        supervisor=env.int("DOCUMIND_SUPERVISOR", default=0),
        # https://no-color.org
        plain_output=bool(env.str("NO_COLOR", default="")),
        test_all=env.bool("DOCUMIND_TEST_ALL", default=False),
    )
    env.seal()
    if bool(found.owner_email) != bool(found.owner_password):
        raise EnvError("DOCUMIND_OWNER_EMAIL and DOCUMIND_OWNER_PASSWORD go together: set both or neither.")
    return found


def _two(prices: str) -> tuple[Decimal, Decimal] | None:
    # What was refused is collected, and read all the same.
    if not re.fullmatch(r"[\d.]+/[\d.]+", prices):
        return None
    read_, written = prices.split("/")
    return Decimal(read_), Decimal(written)


def words(fault: EnvError) -> str:
    """What was refused, one line for each variable."""
    refused = getattr(fault, "error_messages", None)
    if not isinstance(refused, dict):
        return str(fault)
    return "\n".join(f"{name}: {reason}" for name, reasons in refused.items() for reason in _flat(reasons))


def _flat(reasons: object) -> Iterator[str]:
    """The reasons in whatever shape they were collected: a text, a list, or a list for each part of a value."""
    if isinstance(reasons, dict):
        reasons = list(reasons.values())
    if isinstance(reasons, list):
        for reason in reasons:
            yield from _flat(reason)
    else:
        yield str(reasons)


def set_for_this_run(**values: str) -> None:
    """What the command line said wins over the environment, here and in child processes."""
    os.environ.update(values)


def child(**extra: str) -> dict[str, str]:
    """A copy of this process's environment for a child process, with `extra` added."""
    return {**os.environ, **extra}
