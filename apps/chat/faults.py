"""Why an answer did not end well, in the reader's words, and what to do about it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.ai.generators import Fault
from apps.chat.models import Message

Words = str | Promise


@dataclass(frozen=True)
class Trouble:
    """What happened, and what to do. `is_grave` when there is no answer at all."""

    happened: Words
    advice: Words
    is_grave: bool = False


_KEPT = _("What was written is kept. Try again for a whole answer.")
_WAIT = _("Wait a moment, then try again.")
_SETTINGS = _("Whoever runs this site can correct it: see ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL.")

_SECONDS = ngettext_lazy("Try again in %(n)d second.", "Try again in %(n)d seconds.", "n")
_MINUTES = ngettext_lazy("Try again in %(n)d minute.", "Try again in %(n)d minutes.", "n")

_WORDS: dict[str, tuple[Words, Words]] = {
    Fault.KEY_REFUSED: (_("The model's server refused the key of this site."), _SETTINGS),
    Fault.MODEL_UNKNOWN: (
        _("The model's server does not know the model that this site asks for."),
        _("Whoever runs this site can correct it: see DOCUMIND_MODEL."),
    ),
    Fault.REQUEST_REFUSED: (_("The model's server did not accept the question as it was sent."), _SETTINGS),
    Fault.TOO_LONG: (
        _("The question and its sources are too long for this model."),
        _("Ask a shorter question, or begin a new conversation."),
    ),
    Fault.RATE_LIMITED: (_("The model's server has had too many questions from this site for now."), _WAIT),
    Fault.OVERLOADED: (_("The model's server is too busy to answer just now."), _WAIT),
    Fault.SERVER_ERROR: (_("The model's server had an error of its own."), _WAIT),
    Fault.UNREACHABLE: (
        _("The model's server cannot be reached."),
        _("Check that it is running and the network is up, then try again."),
    ),
    Fault.SILENT: (_("The model's server went silent."), _WAIT),
    Fault.CUT: (_("The connection to the model's server broke off."), _("Try again.")),
    Fault.REFUSAL: (_("The model declined to answer this."), _("Put the question differently, then ask again.")),
    Fault.CUT_SHORT: (
        _("The answer reached its longest length and ends here."),
        _("Ask for the rest, or a narrower question."),
    ),
    Fault.PROCESS_ENDED: (_("The site was restarted while this was being written."), _("Try again.")),
    Fault.INTERNAL: (
        _("Something went wrong on this site while answering."),
        _("Try again. If it happens again, the site's log says more."),
    ),
}


def _when(answer: Message) -> str:
    """When it makes sense to try again, if the model's server said so and it is still to come."""
    seconds = (answer.retry_at - timezone.now()).total_seconds() if answer.retry_at else 0
    if seconds <= 0:
        return ""
    if seconds < 60:
        return _SECONDS % {"n": math.ceil(seconds)}
    return _MINUTES % {"n": math.ceil(seconds / 60)}


def trouble(answer: Message) -> Trouble | None:
    """What to tell below an answer that did not end by itself; `None` when all is well."""
    if answer.state == Message.State.STOPPED:
        return Trouble(_("You stopped this answer."), _KEPT if answer.text else _("Ask again whenever you like."))
    if answer.state not in (Message.State.INTERRUPTED, Message.State.FAILED):
        return None
    happened, advice = _WORDS.get(answer.fault, _WORDS[Fault.INTERNAL])
    advice = _when(answer) or advice
    says_more = answer.text and answer.fault not in (Fault.CUT_SHORT, Fault.REFUSAL)
    return Trouble(happened, _KEPT if says_more else advice, is_grave=answer.state == Message.State.FAILED)
