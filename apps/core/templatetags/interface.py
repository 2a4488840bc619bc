"""What every page draws with: icons, dates, the page's language."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.utils import timezone, translation

from apps.core.http import UNDO

register = template.Library()
# Django writes language codes in lower case; a page names its script as BCP 47 does, to get Traditional glyphs.
_PAGE_LANGUAGES = {"zh-hant": "zh-Hant", "zh-hans": "zh-Hans"}


@register.inclusion_tag("components/icon.html")
def icon(name: str) -> dict[str, str]:
    """An icon of static/img/icons.svg; decoration only, so the words beside it must say the same."""
    return {"name": name}


@register.simple_tag
def page_language() -> str:
    """The value of `<html lang>` for the language now in use."""
    language = translation.get_language() or "en"
    return _PAGE_LANGUAGES.get(language, language)


@register.inclusion_tag("components/when.html")
def when(moment: datetime) -> dict[str, Any]:
    """A point in time; core.js words it as the reader's clock and calendar would."""
    return {"moment": moment, "this_year": moment.year == timezone.now().year}


@register.filter
def dollars(amount: Decimal) -> str:
    """US dollars; what is less than a hundredth of a cent, as just that."""
    least = Decimal("0.0001")
    if 0 < amount < least:
        return f"< ${least}"
    return f"${amount:.2f}" if amount >= 1 else f"${amount.quantize(least)}"


@register.filter
def undo_url(message: Message) -> str:
    """Where a message's Undo button posts to; empty when it has none."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""
