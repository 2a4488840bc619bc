"""What a search must know about the whole of a user's library: how large it is, and in which languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

from django.contrib.auth.models import AnonymousUser
from django.db.models import Avg, Count

from apps.accounts.models import User
from apps.indexing.models import Passage

# A library is kept in mind for as long as it can hardly change by much: a second for each hundred passages.
_PASSAGES_A_SECOND = 100
_MOST_SECONDS = 60.0
_MOST_LIBRARIES = 1000
_kept: dict[int, tuple[float, Library]] = {}


@dataclass(frozen=True)
class Library:
    """The library of one user in numbers.

    `lengths` are the average counts of terms of a passage by language. `frequencies` remembers how many passages hold
    a common term, which is slow to count; it is filled by the keyword leg and forgotten with the rest.
    """

    passages: int
    lengths: Mapping[str, float]
    frequencies: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def languages(self) -> frozenset[str]:
        """The languages of its passages."""
        return frozenset(self.lengths) - {""}


def of(user: User | AnonymousUser) -> Library:
    """The user's library, at most a minute old, and no older than a hundredth of a second for each passage."""
    now = monotonic()
    if (known := _kept.get(user.pk or 0)) and now < known[0]:
        return known[1]
    found = _count(user)
    if len(_kept) >= _MOST_LIBRARIES:
        _kept.clear()
    _kept[user.pk or 0] = (now + min(found.passages / _PASSAGES_A_SECOND, _MOST_SECONDS), found)
    return found


def forget() -> None:
    """Forgets what is kept in mind."""
    _kept.clear()


def _count(user: User | AnonymousUser) -> Library:
    rows = (
        Passage.objects.visible_to(user)
        .order_by()
        .values_list("language")
        .annotate(passages=Count("pk"), length=Avg("term_count"))
    )
    counted = list(rows)
    return Library(sum(row[1] for row in counted), {row[0]: float(row[2] or 0) for row in counted})
