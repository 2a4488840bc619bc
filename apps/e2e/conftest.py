"""A whole site in its own processes, and a browser that reports whatever a reader should never meet."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import signal
import subprocess
import sys
import tempfile
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
from config.tests.conftest import clean_environment, free_port, until

EMAIL, PASSWORD = "owner@example.org", "a long pass phrase"
RESULTS = environment.ROOT / "test-results"
# The shell without a window is the same engine for a third of the work.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BEHIND_THE_BACK = """
    with document as (
        insert into library_document (owner_id, kind, title, created_at, updated_at, state, reason, language,
            progress, passage_count)
        select id, 'article', 'Behind the back', now(), now(), 'waiting', '', '', 0, 0 from accounts_user limit 1
        returning id, owner_id)
    insert into library_revision (owner_id, document_id, number, title, text, file, file_name, media_type,
        byte_count, sha256, created_at)
    select owner_id, id, 1, 'Behind the back', 'A heron stood in the reeds behind the mill.', '', '', '', 0, '', now()
    from document
"""


@dataclass
class Site:
    """A running installation: its supervisor, its data, and ways to look at it from outside."""

    data: Path
    port: int
    environment: dict[str, str]
    options: tuple[str, ...] = ()
    program: tuple[str, ...] = ("-m", "config.supervisor")
    process: subprocess.Popen[bytes] | None = None
    # The session of whoever has signed in here before, by their address.
    sessions: dict[str, str] = field(default_factory=dict)
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
        """Starts its program and waits until the sign-in page answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.program, "--port", str(self.port), *self.options],
                cwd=environment.ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self.answers, self.log.read_text, 90)

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


def make_site(folder: Path, *options: str, **extra: str) -> Site:
    """A site that is not started yet, with an owner made at the first start."""
    data = folder / "data"
    owner = {"DOCUMIND_OWNER_EMAIL": EMAIL, "DOCUMIND_OWNER_PASSWORD": PASSWORD}
    environment = clean_environment(DOCUMIND_DATA=str(data), **{**owner, **extra})
    return Site(data, free_port(), environment, options)


@contextlib.contextmanager
def beside(site: Site, **extra: str) -> Iterator[Site]:
    """Another web process over the data of a site that runs, configured in another way."""
    environment = {**site.environment, **extra}
    second = Site(site.data, free_port(), environment, program=("manage.py", "serve"), sessions=site.sessions)
    second.start()
    try:
        yield second
    finally:
        second.stop()


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
    """A site whose answers are written by the scripted server, with an article that nobody was told of."""
    (folder / "model").mkdir(mode=0o755)
    made = make_site(folder / "model", "--empty", ANTHROPIC_BASE_URL=model.url)
    made.start()
    # Here, so that the minute until it is found passes while other things are tried.
    made.rows(BEHIND_THE_BACK)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; not for longer than a module, for while it is open no other event loop can run."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        message = "Chromium is not installed (apt-get install chromium-headless-shell): nothing was tried in a browser"
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
    # What a test brings about itself: trouble that says one of these is none.
    expected: tuple[str, ...] = ()

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
    assert not [trouble for trouble in noted.trouble if not any(words in trouble for words in noted.expected)]


@pytest.fixture
def new_page(browser: Browser, watcher: Watcher, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own; keeps a screenshot of each when the test fails."""
    contexts: list[BrowserContext] = []
    failed_before = request.session.testsfailed

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", **options})
        watcher.watch(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for number, context in enumerate(contexts):
        for page in context.pages if request.session.testsfailed > failed_before else ():
            RESULTS.mkdir(exist_ok=True)
            with contextlib.suppress(Exception):
                page.screenshot(path=RESULTS / f"{request.node.name}-{number}.png", full_page=True)
        context.close()


def sign_in(page: Page, site: Site, email: str = EMAIL, password: str = PASSWORD) -> Page:
    """Signs in by the form, as a person does; once, and then with the same session for as long as it lasts."""
    if email in site.sessions:
        page.context.add_cookies([{"name": "sessionid", "value": site.sessions[email], "url": site.url}])
        page.goto(site.url)
        if "/account/login" not in page.url:
            return page
    page.goto(f"{site.url}/account/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("form[action*=login] button[type=submit], form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/account/login" not in url)
    cookies = {cookie.get("name"): cookie.get("value", "") for cookie in page.context.cookies()}
    site.sessions[email] = cookies["sessionid"]
    return page
