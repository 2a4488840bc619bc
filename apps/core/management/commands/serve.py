"""Serves the site: daphne's server, with signals of our own so that answers being written are not cut off."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import Any

# First of all, for they install the loop and the reactor on it.
import apps.core.loop  # noqa: F401  # isort: skip
from daphne.server import Server  # isort: skip

import daphne.server  # isort: skip
from daphne.endpoints import build_endpoint_description_strings  # isort: skip
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils.module_loading import import_string
from twisted.internet import reactor

from apps.core import drain
from apps.core.bounded import BoundedFactory

# How long a thread may go on while others wait for their turn.
TURN_SECONDS = 0.001


class Command(BaseCommand):
    """`manage.py serve`: on SIGTERM or SIGINT it stops listening, lets running answers finish, and ends."""

    help = "Serves the site until SIGTERM or SIGINT, then lets running answers finish."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        endpoints = build_endpoint_description_strings(host=host, port=port)
        server = DrainingServer(
            application=import_string(settings.ASGI_APPLICATION),
            # Many pages opened at once wait here instead of being turned away.
            endpoints=[f"{endpoint}:backlog=512" for endpoint in endpoints],
            signal_handlers=False,
            proxy_forwarded_address_header="X-Forwarded-For" if settings.BEHIND_PROXY else None,
            ready_callable=lambda: self.stdout.write(f"listening on {host}:{port}"),
        )
        # The loop takes turns with the threads that search and draw pages; at Python's own 5 ms it would stand still
        # for as many times that as there are of them, at every step.
        sys.setswitchinterval(TURN_SECONDS)
        server.run()
        for connection in connections.all(initialized_only=True):
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]
        if server.fault:
            raise CommandError(server.fault)


class DrainingServer(Server):  # type: ignore[misc]
    """Daphne's server, which otherwise kills every stream 0.3 s after SIGTERM."""

    fault = ""
    ending: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Serves until told to stop."""
        self.connections: dict[Any, dict[str, Any]] = {}
        self.ports: list[Any] = []
        self.loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, self.end)
        # Daphne makes its own and asks nobody.
        daphne.server.HTTPFactory = BoundedFactory
        super().run()

    def listen_success(self, port: Any) -> None:
        """Keeps the open port, to close it again."""
        self.ports.append(port)
        super().listen_success(port)

    def listen_error(self, failure: Any) -> None:
        """Keeps why the port could not be had, for the one who started us."""
        self.fault = failure.getErrorMessage()
        self.stop()

    def end(self) -> None:
        """Begins to end; told a second time, ends at once."""
        if self.ending:
            self.stop()
        else:
            self.ending = self.loop.create_task(self.finish())
            self.ending.add_done_callback(lambda ended: self.stop())

    async def finish(self) -> None:
        """Stops listening, waits for what is under way as long as the settings allow, and ends."""
        for port in self.ports:
            port.stopListening()
        deadline = self.loop.time() + settings.ANSWER_DRAIN_SECONDS
        await drain.finish(deadline)
        while (running := self.running()) and self.loop.time() < deadline:
            await asyncio.wait(running.values(), timeout=deadline - self.loop.time())
        # What was written last is still on its way out.
        await asyncio.sleep(0.1)
        # What is kept open as long as the loop runs, as connections to a model's server are.
        await self.loop.shutdown_asyncgens()
        # Daphne stumbles over connections that are merely kept open.
        self.connections = {protocol: self.connections[protocol] for protocol in self.running()}

    def running(self) -> dict[Any, asyncio.Task[None]]:
        """The connections whose request is not answered in full, with what is answering it."""
        tasks = {protocol: details.get("application_instance") for protocol, details in self.connections.items()}
        return {protocol: task for protocol, task in tasks.items() if task and not task.done()}
