"""Why a document could not be made searchable, in plain words, and the one thing to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.library.models import Reason


@dataclass(frozen=True)
class Explanation:
    """One sentence on what is wrong and one on what to do, each translated when it is shown."""

    what: Promise | str
    next_step: Promise | str

    def __str__(self) -> str:
        # A language without spaces between sentences leaves it out.
        return gettext("%(what)s %(next_step)s") % {"what": self.what, "next_step": self.next_step}


EXPLANATIONS = {
    Reason.ENCRYPTED: Explanation(
        _("This file is locked with a password."),
        _("Save a copy without the password and add that one."),
    ),
    Reason.BROKEN: Explanation(
        _("This file is damaged or incomplete, so it cannot be read."),
        _("Open it in the program it was made with, save it again and add the new file."),
    ),
    Reason.NO_TEXT: Explanation(
        _("The pages of this file are pictures: there is no text in it to find."),
        _("Run it through a text recognition (OCR) program and add the result."),
    ),
    Reason.EMPTY: Explanation(
        _("There is nothing in this document yet."),
        _("Write something in it, or add a file that has content."),
    ),
    Reason.MISMATCH: Explanation(
        _("The content of this file is not what its name says."),
        _("Give it the ending of what it really is, such as .txt or .pdf, and add it again."),
    ),
    Reason.UNSUPPORTED: Explanation(
        _("Files of this kind cannot be read yet."),
        _("Save it as PDF, Word, web page, Markdown or text and add that one."),
    ),
    Reason.TOO_BIG: Explanation(
        _("Reading this document takes more memory than one document may use."),
        _("Divide it into smaller parts and add those."),
    ),
    Reason.TIMEOUT: Explanation(
        _("Reading this document took too long and was stopped."),
        _("Try again; if it stops again, divide it into smaller parts."),
    ),
    Reason.CRASHED: Explanation(
        _("The program that reads files gave up on this one."),
        _("Try again; if it happens again, save the document as PDF and add that one."),
    ),
    Reason.MISSING: Explanation(
        _("The stored original is not where it should be."),
        _("Add the file again."),
    ),
    Reason.INTERNAL: Explanation(
        _("Something went wrong on our side."),
        _("Try again in a moment."),
    ),
}


def explain(reason: str) -> Explanation:
    """The words for a failed document's reason; those of INTERNAL for one we do not know."""
    known = reason if reason in Reason.values else Reason.INTERNAL
    return EXPLANATIONS[Reason(known)]
