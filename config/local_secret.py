"""Makes the secret key of a local installation once and keeps it in the data directory."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def secret_key(data: Path) -> str:
    """The key kept in `data`, made at the first call; only its owner may read the file."""
    path = data / "secret_key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"secret_key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        # A link fails when another process was first, so both end with the same key.
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()
