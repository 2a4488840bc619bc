"""A whole site in its own processes, and a browser that reports whatever a reader should never meet."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, sync_playwright

from apps.ai.tests.scripted_server import running_server
from config import env as environment
from config import local_postgres

EMAIL, PASSWORD = "owner@example.org", "a long pass phrase"
RESULTS = environment.ROOT / "test-results"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@dataclass
class Site:
    """A running installation: its supervisor, its data, and ways to look at it from outside."""

    data: Path
    port: int
    environment: dict[str, str]
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)
    # The data directory of the database: the site's own, unless DATABASE_URL names another.
    database: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.data.parent / "site.log"
        self.database = self.data

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts the supervisor and waits until the sign-in page answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor", "--port", str(self.port), *self.options],
                cwd=environment.ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self.answers, 90, self.log.read_text)

    def answers(self) -> bool:
        """Whether the sign-in page is served."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/account/login/")
            return connection.getresponse().status == 200
        return False

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a management command on this installation."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=environment.ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """What the database says, read past the application."""
        target = local_postgres.connection(self.database)
        with psycopg.connect(host=target["HOST"], user=target["USER"], dbname=target["NAME"]) as connection:
            cursor = connection.execute(query.encode(), parameters)
            return cursor.fetchall() if cursor.description else []


def until(condition: Callable[[], bool], seconds: float, tell: Callable[[], str] = str) -> None:
    """Waits for `condition`; fails with what `tell` says when it does not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(f"It did not happen within {seconds} s. {tell()[-4000:]}")


def make_site(folder: Path, *options: str, **extra: str) -> Site:
    """A site that is not started yet, with an owner made at the first start."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DOCUMIND_", "ANTHROPIC_", "DJANGO_")) and name not in ("DATABASE_URL", "REDIS_URL")
    }
    data = folder / "data"
    return Site(
        data=data,
        port=free_port(),
        options=options,
        environment={
            **inherited,
            "DOCUMIND_DATA": str(data),
            "DOCUMIND_OWNER_EMAIL": EMAIL,
            "DOCUMIND_OWNER_PASSWORD": PASSWORD,
            **extra,
        },
    )


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder that every user may pass through, as the database's may be another one than ours."""
    with tempfile.TemporaryDirectory(prefix="documind-e2e-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def site(folder: Path) -> Iterator[Site]:
    """A site with no model configured and an empty library."""
    (folder / "plain").mkdir(mode=0o755)
    made = make_site(folder / "plain", "--empty")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def model() -> Iterator[Any]:
    """A scripted server that speaks the Anthropic protocol."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def site_with_model(folder: Path, model: Any) -> Iterator[Site]:
    """A site whose answers are written by the scripted server."""
    (folder / "model").mkdir(mode=0o755)
    made = make_site(folder / "model", "--empty", ANTHROPIC_BASE_URL=model.url)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; not for longer than a module, for while it is open no other event loop can run."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        message = "Chromium is not installed: nothing was tried in a browser"
        if environment.read().test_all:
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@dataclass
class Watcher:
    """Notes what a reader should never meet: console errors, dialogs, requests to other hosts."""

    trouble: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        context.on("weberror", lambda error: self.trouble.append(f"script error: {error.error}"))

    def _dialog(self, dialog: Dialog) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.trouble.append(f"console: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.trouble.append(f"request to {request.url}")


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    """Fails the test at its end on any trouble noted."""
    noted = Watcher()
    yield noted
    assert not noted.trouble


@pytest.fixture
def new_page(browser: Browser, watcher: Watcher, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own; keeps a screenshot of each when the test fails."""
    contexts: list[BrowserContext] = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", **options})
        watcher.watch(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for number, context in enumerate(contexts):
        for page in context.pages:
            RESULTS.mkdir(exist_ok=True)
            with contextlib.suppress(Exception):
                page.screenshot(path=RESULTS / f"{request.node.name}-{number}.png", full_page=True)
        context.close()


def sign_in(page: Page, site: Site, email: str = EMAIL, password: str = PASSWORD) -> Page:
    """Signs in by the form, as a person does."""
    page.goto(f"{site.url}/account/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("form[action*=login] button[type=submit], form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/account/login" not in url)
    return page
