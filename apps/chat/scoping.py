"""Which documents alone may answer a question: those the reader chooses; all of the library when none is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.chat.asking import AskingRefused
from apps.library.models import Document, DocumentQuerySet

# So many may be chosen for one question, and so many are offered to choose from.
MOST = 50
OFFERED = 12


@dataclass(frozen=True)
class Choice:
    """What the box that asks offers: the documents chosen so far, and others that have the `words` in their title."""

    chosen: Sequence[Document]
    offered: Sequence[Document]
    words: str = ""


def choice(user: User, values: Iterable[object], words: str = "") -> Choice:
    """The choice as it stands for these ids; what is not an id of the user's own is left out."""
    words = words.replace("\0", "").strip()
    own, chosen = _askable(user).for_rows(), _ids(values)
    shown = own.filter(pk__in=chosen).order_by("title", "pk")
    others = own.exclude(pk__in=chosen).titled(words).newest_first()
    return Choice(list(shown), list(others[:OFFERED]), words)


def read(user: User, values: Sequence[object]) -> list[int]:
    """The ids of the documents that alone may answer; empty when none was chosen.

    Raises `AskingRefused` when none of those chosen is there: the whole library is not what was asked for.
    """
    if len(values) > MOST:
        raise AskingRefused(
            ngettext(
                "A question can be asked of %(limit)d chosen document at most.",
                "A question can be asked of %(limit)d chosen documents at most.",
                MOST,
            )
            % {"limit": MOST}
        )
    found = list(_askable(user).filter(pk__in=_ids(values)).order_by("pk").values_list("pk", flat=True))
    if values and not found:
        raise AskingRefused(
            _("The documents you chose are no longer in your library. Choose others, or ask all of it.")
        )
    return found


def _askable(user: User) -> DocumentQuerySet:
    return Document.objects.visible_to(user).kept().filter(passage_count__gt=0)


def _ids(values: Iterable[object]) -> list[int]:
    texts = [str(value) for value in values]
    return [int(text) for text in texts[:MOST] if text.isascii() and text.isdecimal() and len(text) <= 18]
