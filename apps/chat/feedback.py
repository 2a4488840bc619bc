"""What a reader thinks of an answer: kept, changed, and taken back."""

from __future__ import annotations

from apps.chat.models import Feedback, Message

WORDS_LENGTH = 1000


def give(answer: Message, *, is_helpful: bool, reason: str = "", words: str = "") -> None:
    """Keeps it in place of what was thought before; a reason is only for an answer that did not help."""
    told = Feedback.Reason(reason) if reason in Feedback.Reason.values and not is_helpful else ""
    said = "" if is_helpful else words.replace("\0", "").strip()[:WORDS_LENGTH]
    Feedback.objects.update_or_create(
        message=answer,
        defaults={"owner_id": answer.owner_id, "is_helpful": is_helpful, "reason": told, "words": said},
    )


def take_back(answer: Message) -> None:
    """As if nothing had been said."""
    Feedback.objects.filter(message=answer).delete()
