"""What pages of other apps show of answers."""

from __future__ import annotations

from typing import Any

from django import template

from apps.chat import opening

register = template.Library()


@register.simple_tag(takes_context=True)
def answer_behind(context: dict[str, Any]) -> str:
    """The address of the answer that the reader came from (`?from=`); empty when it is not one of theirs."""
    request = context["request"]
    return opening.answer_behind(request.user, request.GET.get(opening.FROM, ""))
