"""Where a citation opens: its passage as it stands now, with the cited sentence found in it; and the way back."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode

from apps.accounts.models import User
from apps.chat import showing
from apps.chat.models import Citation
from apps.indexing.models import Passage

# Names, in the address of a source, the citation that led there.
FROM = "from"


def place_of(citation: Citation) -> str | None:
    """The address of the cited sentence in its source; `None` when the source is gone or no longer says so."""
    document = citation.document
    if document is None or document.trashed_at is not None:
        return None
    passage = citation.passage or _that_says(citation)
    if passage is None:
        return None
    start = citation.start if _stands_at(citation.start, citation.quote, passage) else passage.text.find(citation.quote)
    if start < 0:
        return None
    asked = urlencode({"start": start, "end": start + len(citation.quote), FROM: citation.pk})
    return f"{reverse('indexing:passage', args=[passage.pk])}?{asked}#mark"


def answer_behind(reader: User, citation: str) -> str:
    """The place in its conversation of the reader's citation of this number; empty when there is none."""
    if not (citation.isascii() and citation.isdigit() and len(citation) < 19):
        return ""
    mine = Citation.objects.visible_to(reader).filter(message__conversation__trashed_at=None)
    found = mine.select_related("message__conversation").filter(pk=int(citation)).first()
    if found is None:
        return ""
    anchor = showing.anchor(found.message_id, found.number)
    return f"{found.message.conversation.get_absolute_url()}#{anchor}"


def _that_says(citation: Citation) -> Passage | None:
    """A passage of the document as it is now that still has the cited sentence."""
    passages = Passage.objects.visible_to(citation.owner).filter(document=citation.document)
    return passages.filter(text__contains=citation.quote).order_by("ordinal").first() if citation.quote else None


def _stands_at(start: int, quote: str, passage: Passage) -> bool:
    return passage.text[start : start + len(quote)] == quote
