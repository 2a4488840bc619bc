"""Compares what an answer says with the wording of the sources it cites: pure text, no model, nothing stored here."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """How a sentence compares with what it cites; never "verified": words are compared, and how near the meaning is."""

    MATCHES = "matches", _("Wording matches")
    DIFFERS = "differs", _("Wording differs")
    NUMBER = "number", _("Number or date differs")
    NAME = "name", _("Name not found")
    NEGATION = "negation", _("Negation differs")
    NO_SOURCE = "no_source", _("Source does not exist")
    NOT_CHECKED = "not_checked", _("Not checked: other language")
    UNCITED = "uncited", _("No source given")


@dataclass(frozen=True)
class Checked:
    """One sentence of an answer: [start, end) in its text without its markers, and the `numbers` of what it cites.

    `detail` has the words that the sources do not have, where the verdict is about single words.
    """

    start: int
    end: int
    numbers: tuple[int, ...]
    verdict: Verdict
    detail: str = ""
