"""Originals: an uploaded file goes back to its owner as it came, and as nothing a browser would open by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from django.db import connections
from django.http import FileResponse

from apps.library.models import Revision


class OriginalResponse(FileResponse):
    """A file sent piece by piece under ASGI too, where Django's own response would read all of it into memory."""

    block_size = 256 * 1024

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self.streaming_content)  # type: ignore[arg-type]
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece


def original_response(revision: Revision) -> OriginalResponse:
    """The stored original of `revision` as a download. Raises `FileNotFoundError` when it is not there.

    The database connection is given back first: a slow download must not hold one of the few there are.
    """
    file = revision.file.open("rb")
    _give_connections_back()
    response = OriginalResponse(
        file, as_attachment=True, filename=revision.file_name, content_type="application/octet-stream"
    )
    # The name is ours to have cleaned and the type says nothing, so that no browser guesses at the content.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _give_connections_back() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
