"""Telling open pages that something happened."""

from __future__ import annotations

import json

NOTIFY_CHANNEL = "documind_events"
PAYLOAD_BYTES = 7_999


def publish(user_id: int, kind: str, **data: int | str | bool | None) -> None:
    """Tells the open pages of one user, in every web process, that something happened.

    Goes with the transaction: it arrives when that commits and never when it rolls back. `data` is ids and
    states, never text: Postgres carries less than 8,000 bytes. Raises `ValueError` when it is more.
    """
    from django.db import connection

    payload = json.dumps({"user": user_id, "kind": kind, "data": data}, separators=(",", ":"))
    if len(payload.encode()) > PAYLOAD_BYTES:
        raise ValueError("An event carries ids and states, never text.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [NOTIFY_CHANNEL, payload])
