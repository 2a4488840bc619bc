"""A wire between a browser and a site that can be cut, as networks are."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


class Wire:
    """Carries each connection to `port` on this machine over a port of its own."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._ends: list[socket.socket] = []
        # What came back, of each connection.
        self.heard: list[bytearray] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Breaks all connections that there are; new ones are carried as before."""
        ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Breaks all connections, and takes no more."""
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                self.heard.append(bytearray())
                for source, target, kept in ((near, far, bytearray()), (far, near, self.heard[-1])):
                    threading.Thread(target=_carry, args=(source, target, kept), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket, kept: bytearray) -> None:
    with contextlib.suppress(OSError), source, target:
        while data := source.recv(65536):
            kept += data
            target.sendall(data)


@contextlib.contextmanager
def wire(port: int) -> Iterator[Wire]:
    """A wire to `port` for as long as the block lasts."""
    made = Wire(port)
    try:
        yield made
    finally:
        made.close()
