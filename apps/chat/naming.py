"""Giving a conversation another name than its first question."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.chat.asking import TITLE_LENGTH
from apps.chat.models import Conversation


class NamingRefused(Exception):
    """A name that cannot be given; its text is a sentence for the reader."""


def rename(conversation: Conversation, name: str) -> None:
    """Gives the conversation this name, on one line. Raises `NamingRefused`."""
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise NamingRefused(_("A conversation needs a name."))
    if len(name) > TITLE_LENGTH:
        raise NamingRefused(
            _("This name has %(length)d characters; at most %(limit)d fit.")
            % {"length": len(name), "limit": TITLE_LENGTH}
        )
    conversation.title = name
    conversation.save(update_fields=["title"])
