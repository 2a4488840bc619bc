"""Daphne's requests, cut off when they grow past what any view takes: it would store all of it before we are asked."""

from __future__ import annotations

from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest

from apps.core.bodies import largest_body

TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """A request of which no more is stored than any view takes, whoever sends it."""

    arrived = 0
    refused = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        super().gotLength(length)
        if length is not None and length > largest_body():
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self.arrived += len(data)
        if self.arrived > largest_body():
            self._refuse()
        if not self.refused:
            super().handleContentChunk(data)

    def process(self) -> Any:
        return None if self.refused else super().process()

    def _refuse(self) -> None:
        if not self.refused:
            self.refused = True
            self.channel.transport.write(TOO_LARGE)
            self.channel.loseConnection()


class BoundedFactory(HTTPFactory):  # type: ignore[misc]
    """Makes the connections of daphne's server, with bounded requests."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol
