"""What a search is narrowed to, as its caller says it (`Filters`) and as both legs are told (`Scope`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.search.phrases import Phrase


@dataclass(frozen=True)
class Filters:
    """What a passage and its document must be to be found; without anything, all are.

    `documents` are ids: `None` for all, empty for none. `types` are names of `narrowing.TYPES`, of which a document
    must be one. It was last changed on the day `after` or later, and before the day `before`. Its title has each of
    `titles`. The passage or the title says each of `phrases`. What begins with `without` must not be.
    """

    documents: frozenset[int] | None = None
    types: frozenset[str] = frozenset()
    after: date | None = None
    before: date | None = None
    titles: tuple[Phrase, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    without: tuple[Phrase, ...] = ()
    without_types: frozenset[str] = frozenset()
    without_titles: tuple[Phrase, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def narrow_documents(self) -> bool:
        """Whether some of it asks for certain documents rather than for certain passages."""
        return self != Filters(phrases=self.phrases, without=self.without)


@dataclass(frozen=True)
class Scope:
    """The passages that a search may look at: all of the owner's, those of `documents`, or only `passages`.

    In either case but for those `without`.
    """

    documents: Sequence[int] | None = None
    passages: Sequence[int] | None = None
    without: Sequence[int] = ()

    @property
    def is_everything(self) -> bool:
        return self == EVERYTHING

    @property
    def is_nothing(self) -> bool:
        chosen = self.documents if self.passages is None else self.passages
        return chosen is not None and not chosen

    @property
    def of_passages(self) -> str:
        """SQL to add to the conditions on a table of passages, named `passage`."""
        chosen = "AND passage.document_id = ANY(%(scope)s)" if self.documents is not None else ""
        if self.passages is not None:
            chosen = "AND passage.id = ANY(%(scope)s)"
        # `<> ALL` would compare with each of them: they may be most of the library.
        without = "AND passage.id NOT IN (SELECT unnest(%(without)s::bigint[]))"
        return f"{chosen} {without}" if self.without else chosen

    @property
    def values(self) -> dict[str, Any]:
        """What that SQL names."""
        chosen = self.documents if self.passages is None else self.passages
        return {"scope": list(chosen or ()), "without": list(self.without)}


EVERYTHING = Scope()
