"""Small things that every app answers with."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo="


def say_with_undo(request: HttpRequest, sentence: str, undo: str) -> None:
    """Tells the reader what was done, with a button that posts to the path `undo`."""
    messages.success(request, sentence, extra_tags=UNDO + undo)
