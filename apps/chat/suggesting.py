"""Questions to begin with, made from what the reader keeps."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.indexing.models import Passage
from apps.library.models import Document

MOST = 3
# Headings that say nothing by themselves, or would fill the line.
SHORTEST, LONGEST = 3, 60


def suggestions(user: User) -> list[str]:
    """A question each about a section of the documents added last; none when nothing is ready yet."""
    ready = Document.objects.visible_to(user).kept().filter(state=Document.State.READY).newest_first()
    asked = (_question(document) for document in ready[: 2 * MOST])
    return [question for question in asked if question][:MOST]


def _question(document: Document) -> str:
    passages = Passage.objects.visible_to(document.owner).filter(document=document).order_by("ordinal")
    for locator in passages.values_list("locator", flat=True)[:8]:
        for heading in reversed(locator.get("headings") or []):
            if SHORTEST <= len(heading) <= LONGEST and heading != document.title:
                return _("What does “%(title)s” say about “%(heading)s”?") % {
                    "title": document.title,
                    "heading": heading,
                }
    return ""
