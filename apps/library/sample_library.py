"""Gives the owner of a fresh installation a small library to try things on: the files in `samples/`."""

from __future__ import annotations

from pathlib import Path

from django.core.files import File
from django.dispatch import receiver

from apps.accounts.models import User
from apps.accounts.signals import owner_created
from apps.library.uploading import keep_file
from apps.library.writing import save_article

SAMPLES = Path(__file__).parent / "samples"


@receiver(owner_created)
def load_samples(user: User, samples: bool, **rest: object) -> None:
    """Keeps each sample as if the owner had: the Markdown as articles, the rest as uploaded files."""
    if not samples:
        return
    for path in sorted(SAMPLES.iterdir()):
        if path.suffix == ".md":
            save_article(user, "", path.read_text(encoding="utf-8"))
        else:
            with path.open("rb") as file:
                keep_file(user, File(file), path.name)
