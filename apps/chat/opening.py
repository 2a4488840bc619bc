"""Where a citation opens: its passage as it stands now, with the cited sentence found in it again."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode

from apps.chat.models import Citation
from apps.indexing.models import Passage


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
    span = urlencode({"start": start, "end": start + len(citation.quote)})
    return f"{reverse('indexing:passage', args=[passage.pk])}?{span}"


def _that_says(citation: Citation) -> Passage | None:
    """A passage of the document as it is now that still has the cited sentence."""
    passages = Passage.objects.visible_to(citation.owner).filter(document=citation.document)
    return passages.filter(text__contains=citation.quote).order_by("ordinal").first() if citation.quote else None


def _stands_at(start: int, quote: str, passage: Passage) -> bool:
    return passage.text[start : start + len(quote)] == quote
