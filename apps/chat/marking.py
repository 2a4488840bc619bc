"""What a page says of an answer's checks: a sign at each sentence that needs one, and how many there are of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.chat.checking import Verdict
from apps.chat.models import Check, Message
from apps.core.signs import Sign

# In the order in which they are told: what is wrong, what may be, what was not compared.
WRONG = (Verdict.NUMBER, Verdict.NO_SOURCE)
DOUBTFUL = (Verdict.NAME, Verdict.NEGATION, Verdict.DIFFERS)
FLAGGED = (*WRONG, *DOUBTFUL)
ORDER = (Verdict.MATCHES, *FLAGGED, Verdict.UNCITED, Verdict.NOT_CHECKED)

_MARKER = re.compile(r"\s*\[\d{1,4}\]")
# What makes bold or code; a single one may be a sign of the sentence's own.
_SYNTAX = re.compile(r"\*\*|__|~~|`+|\\(?=[!-/:-@\[-`{-~])|(?<!\w)[*_]|[*_](?!\w)")
_LONGEST = 240


@dataclass(frozen=True)
class Mark:
    """A sentence of an answer of whose check something is to be said: of all but those that match."""

    check: Check
    sentence: str

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.check.verdict)

    @property
    def is_flagged(self) -> bool:
        """Whether it differs from what it cites; not merely without a source, or not compared."""
        return self.verdict in FLAGGED

    @property
    def words(self) -> str:
        """The verdict, with the words that its sources do not have."""
        if not self.check.detail:
            return str(self.verdict.label)
        return _("%(verdict)s: %(detail)s") % {"verdict": self.verdict.label, "detail": self.check.detail}

    @property
    def kind(self) -> str:
        """The names of its look."""
        weight = "wrong" if self.verdict in WRONG else "doubtful" if self.verdict in DOUBTFUL else "bare"
        return f"is-{weight} is-{self.verdict.value}"

    @property
    def name(self) -> str:
        """The id of its place in the list below the answer."""
        return f"check-{self.check.pk}"

    @property
    def place(self) -> str:
        """The id of its sign in the answer."""
        return f"said-{self.check.pk}"

    @property
    def sign(self) -> Sign:
        return Sign(self.check.start, self.check.end, self.kind, self.words, self.place, f"#{self.name}")


def marks(answer: Message) -> list[Mark]:
    """Those of an answer, in its order."""
    checks = sorted(answer.checks.all(), key=lambda check: check.start)
    return [Mark(check, _sentence(answer.text, check)) for check in checks if check.verdict != Verdict.MATCHES]


def gravest_first(marks: Sequence[Mark]) -> list[Mark]:
    """What is wrong first, then what may be; of each kind in the order of the answer."""
    return sorted(marks, key=lambda mark: ORDER.index(mark.verdict))


def summary(answer: Message) -> str:
    """How many sentences there are of each kind, on one line; empty when nothing was compared."""
    counts = Counter(check.verdict for check in answer.checks.all())
    parts = [_SAID[verdict](counts[verdict]) % {"n": counts[verdict]} for verdict in ORDER if counts[verdict]]
    return pgettext("between two of a list", ", ").join(parts)


_SAID: dict[Verdict, Callable[[int], str]] = {
    Verdict.MATCHES: lambda n: ngettext("%(n)d matches", "%(n)d match", n),
    Verdict.NUMBER: lambda n: ngettext("%(n)d number or date differs", "%(n)d numbers or dates differ", n),
    Verdict.NO_SOURCE: lambda n: ngettext("%(n)d source does not exist", "%(n)d sources do not exist", n),
    Verdict.NAME: lambda n: ngettext("%(n)d name not found", "%(n)d names not found", n),
    Verdict.NEGATION: lambda n: ngettext("%(n)d negation differs", "%(n)d negations differ", n),
    Verdict.DIFFERS: lambda n: ngettext("%(n)d worded differently", "%(n)d worded differently", n),
    Verdict.UNCITED: lambda n: ngettext("%(n)d without a source", "%(n)d without a source", n),
    Verdict.NOT_CHECKED: lambda n: ngettext(
        "%(n)d not checked (other language)", "%(n)d not checked (other language)", n
    ),
}


def _sentence(text: str, check: Check) -> str:
    """The sentence for the eye: on one line, without its markers and what makes it bold."""
    bare = _SYNTAX.sub("", _MARKER.sub("", text[check.start : check.end]))
    return Truncator(" ".join(bare.split())).chars(_LONGEST)
