"""What a page shows of an answer: its text as safe HTML, and its sources with the cited sentence in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.chat import marking, suggesting
from apps.chat.faults import Trouble, trouble
from apps.chat.marking import Mark
from apps.chat.models import Citation, Conversation, Message, MessageQuerySet
from apps.core.markdown import answer_html
from apps.library.models import Document

QUOTATIONS = "quotations"


@dataclass(frozen=True)
class Card:
    """A source as it stood when it was cited: its passage before, in and after the cited sentence.

    `marks` are the sentences of the answer that cite it and differ from what they cite.
    """

    citation: Citation
    marks: tuple[Mark, ...] = ()

    @property
    def anchor(self) -> str:
        """The id of its place in the page; a marker's link leads there."""
        return anchor(self.citation.message_id, self.citation.number)

    @property
    def label(self) -> str:
        """Its title, and its page where it has one."""
        citation = self.citation
        return f"{citation.title}, {_('p. %(n)d') % {'n': citation.page}}" if citation.page else citation.title

    @property
    def before(self) -> str:
        return self.citation.context[: self.citation.start]

    @property
    def after(self) -> str:
        return self.citation.context[self.citation.start + len(self.citation.quote) :]

    @property
    def is_gone(self) -> bool:
        """Whether its document was deleted or is in the trash."""
        document = self.citation.document
        return document is None or document.trashed_at is not None

    @property
    def is_changed(self) -> bool:
        """Whether its document no longer says what is quoted.

        A passage goes when its document is cut anew; its words may stand in another one (see `with_standing`).
        """
        stands = self.citation.passage_id is not None or getattr(self.citation, "stands_elsewhere", False)
        return not self.is_gone and not stands


@dataclass(frozen=True)
class Turn:
    """A question with its answer."""

    question: Message
    answer: Message
    is_last: bool = True
    # Of the documents that alone were searched, as far as they are kept.
    scope_titles: tuple[str, ...] = ()

    @cached_property
    def cards(self) -> Sequence[Card]:
        citations = sorted(self.answer.citations.all(), key=lambda row: row.number)
        return [
            Card(row, tuple(mark for mark in self.flagged if row.number in mark.check.numbers)) for row in citations
        ]

    @property
    def cited(self) -> list[Card]:
        return [card for card in self.cards if card.citation.is_cited]

    @property
    def others(self) -> list[Card]:
        """Found, but not cited."""
        return [card for card in self.cards if not card.citation.is_cited]

    @property
    def gone(self) -> list[Card]:
        """Cited, and no longer in the library."""
        return [card for card in self.cited if card.is_gone]

    @property
    def changed(self) -> list[Card]:
        """Cited, and no longer what the source says."""
        return [card for card in self.cited if card.is_changed]

    @property
    def is_outdated(self) -> bool:
        """Whether asking again might bring another answer."""
        return any(card.is_gone or card.is_changed for card in self.cited)

    @property
    def document_count(self) -> int:
        """How many documents are cited; a deleted one is known by its title."""
        return len({card.citation.document_id or card.citation.title for card in self.cited})

    @property
    def html(self) -> SafeString:
        """The text; once it has ended, with a sign at each sentence that needs one."""
        if self.answer.is_streaming:
            return answer_html(self.answer.text, addresses(self.answer))
        missing = "" if self.is_quotations else _("(this source does not exist)")
        signs = [mark.sign for mark in self.marks]
        return answer_html(self.answer.text, addresses(self.answer), signs, missing)

    @cached_property
    def marks(self) -> Sequence[Mark]:
        return marking.marks(self.answer)

    @property
    def marks_gravest_first(self) -> Sequence[Mark]:
        return marking.gravest_first(self.marks)

    @property
    def flagged(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.is_flagged]

    @property
    def compared(self) -> str:
        """How its sentences compare with its sources, in numbers."""
        return marking.summary(self.answer)

    @property
    def markdown(self) -> str:
        """The answer with its sources below, and what differs from them, to be copied."""
        sources = [f"[{card.citation.number}] {card.label}: “{card.citation.quote}”" for card in self.cited]
        flags = [f"{mark.words}: “{mark.sentence}”" for mark in self.flagged]
        parts = [self.answer.text, "\n".join(sources), "\n".join(flags)]
        return "\n\n".join(part for part in parts if part).strip()

    @cached_property
    def next_questions(self) -> list[str]:
        """What may be asked next: below the last answer alone, and once it is complete."""
        is_over = self.is_last and self.answer.state == Message.State.DONE
        return suggesting.next_questions(self.answer) if is_over else []

    @property
    def trouble(self) -> Trouble | None:
        return trouble(self.answer)

    @property
    def is_not_found(self) -> bool:
        return self.answer.outcome == Message.Outcome.NOT_FOUND

    @property
    def is_quotations(self) -> bool:
        """Whether no language model had a part in it."""
        return self.answer.generator == QUOTATIONS


def anchor(message_id: int, number: int) -> str:
    """The id of a source's place in the page."""
    return f"source-{message_id}-{number}"


def addresses(answer: Message) -> dict[int, str]:
    """Where each source's marker leads, by its number."""
    return {row.number: f"#{anchor(answer.pk, row.number)}" for row in answer.citations.all()}


def turns(conversation: Conversation) -> list[Turn]:
    """Everything asked and answered, in order. The same few queries however long it is."""
    messages = list(_with_sources(Message.objects.filter(conversation=conversation)).order_by("ordinal"))
    pairs = zip(messages[::2], messages[1::2], strict=False)
    titles = _scope_titles(messages)
    return [
        Turn(question, answer, is_last=answer is messages[-1], scope_titles=_named(answer, titles))
        for question, answer in pairs
    ]


def turn(answer: Message) -> Turn:
    """One answer with its question, read anew. Raises `Message.DoesNotExist` when it is gone."""
    messages = Message.objects.filter(conversation_id=answer.conversation_id, ordinal__gte=answer.ordinal - 1)
    # And what comes after it, if anything does.
    read = list(_with_sources(messages).order_by("ordinal")[:3])
    if len(read) < 2 or read[1].pk != answer.pk:
        raise Message.DoesNotExist
    question, shown, *later = read
    return Turn(question, shown, not later, _named(shown, _scope_titles([shown])))


# Where a question was asked differently.
_BRANCHES = Prefetch("branches", queryset=Conversation.objects.kept().newest_first())


def _with_sources(messages: MessageQuerySet) -> MessageQuerySet:
    citations = Citation.objects.with_standing().select_related("document").defer("locator")
    return (
        messages.with_gaps()
        .select_related("feedback")
        .prefetch_related(Prefetch("citations", queryset=citations), "checks", _BRANCHES)
    )


def _scope_titles(messages: Sequence[Message]) -> dict[int, str]:
    """The titles of the documents that alone were searched, by their ids."""
    chosen = {pk for message in messages for pk in message.scope}
    if not chosen:
        return {}
    kept = Document.objects.filter(owner=messages[0].owner_id, pk__in=chosen).kept()
    return dict(kept.values_list("pk", "title"))


def _named(answer: Message, titles: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(titles[pk] for pk in answer.scope if pk in titles)
