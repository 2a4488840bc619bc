"""Keeps what is made of a stored file and can be made again: the pictures of its pages, by revision."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from apps.library.models import Revision


def kept(revision: Revision, name: str, make: Callable[[], bytes]) -> bytes:
    """The bytes kept under `name`, a name of ours; made when they are asked for first. Raises what `make` raises."""
    path = _folder(revision.owner_id, revision.pk) / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        made = make()
    _write(path, made)
    return made


def forget(owner_id: int, revision_id: int) -> None:
    """Deletes everything that was made of a revision."""
    shutil.rmtree(_folder(owner_id, revision_id), ignore_errors=True)


def _folder(owner_id: int, revision_id: int) -> Path:
    return Path(settings.MEDIA_ROOT) / "derived" / str(owner_id) / str(revision_id)


def _write(path: Path, data: bytes) -> None:
    # Beside and renamed, so that nobody reads half a picture.
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        fresh.rename(path)
    except OSError:
        # A full disk costs the next visitor the making, and nobody the picture.
        fresh.unlink(missing_ok=True)
