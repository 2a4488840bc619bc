"""What was asked and answered, and the sources each answer stands on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import MD5, StrIndex
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.chat.checking import Verdict
from apps.core.querysets import OwnedQuerySet
from apps.indexing.models import Passage
from apps.library.models import UNDO_DAYS, Document

# A process that writes an answer renews its lease every second; slow machines may need several.
LEASE = timedelta(seconds=10)


class ConversationQuerySet(OwnedQuerySet["Conversation"]):
    """Reads of conversations."""

    def kept(self) -> Self:
        """Those not in the trash."""
        return self.filter(trashed_at=None)

    def in_trash(self) -> Self:
        return self.exclude(trashed_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-updated_at", "-pk")

    def saying(self, words: str) -> Self:
        """Those of which the name, a question or an answer has every one of these words; all for no words."""
        found = self
        for word in words.replace("\0", "").split()[:20]:
            said = Message.objects.filter(conversation=models.OuterRef("pk"), text__icontains=word)
            found = found.filter(models.Q(title__icontains=word) | models.Exists(said))
        return found

    def with_counts(self) -> Self:
        """Each with `question_count`."""
        return self.annotate(question_count=models.Count("messages", models.Q(messages__role=Message.Role.QUESTION)))


class Conversation(models.Model):
    """A thread of questions and answers."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations")
    title = models.CharField(_("title"), max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(default=timezone.now)
    trashed_at = models.DateTimeField(null=True, blank=True)
    # The question (of another conversation) that was asked differently here, with all before it as it was there.
    branched_from = models.ForeignKey(
        "Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="branches"
    )

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "-updated_at"], name="conversation_owner_updated")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("chat:conversation", args=[self.pk])

    @property
    def gone_for_good_at(self) -> datetime | None:
        """When the trash lets go of it; `None` while it is kept."""
        return self.trashed_at and self.trashed_at + timedelta(days=UNDO_DAYS)


class MessageQuerySet(OwnedQuerySet["Message"]):
    """Reads of messages, and the marks that keep their states true."""

    def answers(self) -> Self:
        return self.filter(role=Message.Role.ANSWER)

    def being_written(self) -> Self:
        """Answers that a living process is writing."""
        return self.filter(state=Message.State.STREAMING, lease_until__gte=timezone.now())

    def abandoned(self) -> Self:
        """Answers whose process has gone without a word."""
        return self.filter(state=Message.State.STREAMING, lease_until__lt=timezone.now())

    def of_a_model(self, since: datetime) -> Self:
        """Answers begun since then that a language model has written, or may be writing."""
        begun = self.filter(begun_at__gte=since, attempt__gt=0)
        return begun.exclude(~models.Q(state=Message.State.STREAMING), model="")

    def claimed(self, pk: int, attempt: int) -> Self:
        """The answer `pk`, as long as attempt number `attempt` is the one that may write it."""
        return self.filter(pk=pk, attempt=attempt, state=Message.State.STREAMING)

    def with_gaps(self) -> Self:
        """Each with `is_gap`, whether its question is kept as one, and `is_answerable_gap`, by what came in since."""
        kept = Gap.objects.filter(message=models.OuterRef("pk")).unclosed()
        return self.annotate(is_gap=models.Exists(kept), is_answerable_gap=models.Exists(kept.answerable()))


class Message(models.Model):
    """One turn: a question, or the answer to the question before it."""

    class Role(models.TextChoices):
        QUESTION = "question", _("Question")
        ANSWER = "answer", _("Answer")

    class State(models.TextChoices):
        STREAMING = "streaming", _("Being written")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        INTERRUPTED = "interrupted", _("Interrupted")
        FAILED = "failed", _("Failed")

    class Outcome(models.TextChoices):
        """How a finished answer came to be."""

        ANSWERED = "answered", _("Answered")
        NOT_FOUND = "not_found", _("Not in your library")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    ordinal = models.PositiveIntegerField()
    role = models.CharField(max_length=10, choices=Role)
    # An answer's is Markdown, with [n] where source n is cited.
    text = models.TextField(blank=True, default="")
    state = models.CharField(max_length=12, choices=State, default=State.DONE)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, default="")
    # A code of `apps.ai.generators.Fault`, when it did not end well.
    fault = models.CharField(max_length=30, blank=True, default="")
    generator = models.CharField(max_length=40, blank=True, default="")
    model = models.CharField(max_length=100, blank=True, default="")
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    # What the model's work cost, in US dollars; empty where nobody knows its prices.
    cost = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    # The question as it was looked for, where that is not as it was put: a follow-up made to stand alone.
    looked_for = models.TextField(blank=True, default="")
    # The ids of the documents that alone may answer; all when empty. Not keys: a document that is gone leaves no more
    # to look in, rather than the whole library.
    scope = ArrayField(models.BigIntegerField(), blank=True, default=list)
    # What was searched to answer: passages in the library, milliseconds taken.
    searched = models.PositiveIntegerField(default=0)
    search_ms = models.PositiveIntegerField(default=0)
    # When its sources were there: from then on it is written.
    found_at = models.DateTimeField(null=True, blank=True)
    # Counts how often the answer was begun; only the last attempt may write it. 0 for the copy of one.
    attempt = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField(default=timezone.now)
    # When the model's server wants to be asked again, if it said so.
    retry_at = models.DateTimeField(null=True, blank=True)
    # While STREAMING: renewed by the process that writes it; once run out, whoever looks marks it interrupted.
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "ordinal"], name="message_once")]
        indexes = [
            models.Index(fields=["owner"], condition=models.Q(state="streaming"), name="message_streaming"),
            models.Index(fields=["owner", "begun_at"], condition=models.Q(role="answer"), name="message_begun"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        """Where it stands in its conversation; for an answer."""
        return reverse("chat:conversation", args=[self.conversation_id]) + f"#answer-{self.pk}"

    @property
    def tokens(self) -> int:
        """What the model read and wrote."""
        return self.input_tokens + self.output_tokens

    @property
    def is_streaming(self) -> bool:
        return self.state == self.State.STREAMING


class CitationQuerySet(OwnedQuerySet["Citation"]):
    """Reads of citations."""

    def with_standing(self) -> Self:
        """Each with `stands_elsewhere`: its passage is gone, and another of its document says the very quote."""
        passages = Passage.objects.filter(owner=models.OuterRef("owner"), document=models.OuterRef("document"))
        saying = passages.annotate(at=StrIndex("text", models.OuterRef("quote"))).filter(at__gt=0)
        # Only for those is the document read.
        lost = models.Q(passage=None, document__isnull=False) & ~models.Q(quote="")
        return self.annotate(
            stands_elsewhere=models.Case(
                models.When(lost, then=models.Exists(saying)), default=False, output_field=models.BooleanField()
            )
        )


class Citation(models.Model):
    """A source of one answer. Outlives re-indexing and the document's deletion; goes with the account."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="citations")
    number = models.PositiveIntegerField()
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="citations")
    passage = models.ForeignKey(Passage, null=True, on_delete=models.SET_NULL, related_name="citations")
    title = models.CharField(max_length=300)
    page = models.PositiveIntegerField(null=True)
    # The sentence that is cited, the passage around it, as they stood, and where in it the sentence begins.
    quote = models.TextField()
    context = models.TextField(blank=True, default="")
    start = models.PositiveIntegerField(default=0)
    locator = models.JSONField(default=dict)
    # Found and shown to the generator, but cited only when its text says so.
    is_cited = models.BooleanField(default=False)

    objects = CitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="citation_once")]

    def __str__(self) -> str:
        return f"[{self.number}] {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("chat:citation", args=[self.pk])


class Check(models.Model):
    """How one sentence of an answer compares with the sources it cites. Of its wording: it is never called verified."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="checks")
    # [start, end) of the sentence in the answer's text, without its markers.
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    # The sources that it cites, by number.
    numbers = ArrayField(models.PositiveIntegerField(), default=list)
    verdict = models.CharField(max_length=12, choices=Verdict)
    # The words of the sentence that its sources do not have, as for a number that differs.
    detail = models.CharField(max_length=200, blank=True, default="")

    objects: OwnedQuerySet[Check] = OwnedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "start"], name="check_once")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.message_id}"


class Feedback(models.Model):
    """What the reader thinks of an answer."""

    class Reason(models.TextChoices):
        WRONG = "wrong", _("It is wrong")
        SOURCE = "source", _("A source does not say this")
        MISSING = "missing", _("Something is missing")
        LANGUAGE = "language", _("It reads badly")
        OTHER = "other", _("Something else")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="feedback")
    is_helpful = models.BooleanField()
    reason = models.CharField(max_length=10, choices=Reason, blank=True, default="")
    words = models.TextField(_("in your words"), blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: OwnedQuerySet[Feedback] = OwnedQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{'+' if self.is_helpful else '-'} {self.message_id}"


class GapQuerySet(OwnedQuerySet["Gap"]):
    """Reads of gaps."""

    def unclosed(self) -> Self:
        """Those the reader has not let go of, and that no answer has closed."""
        return self.filter(closed_at=None)

    def answerable(self) -> Self:
        """Those the library has enough for by now."""
        return self.exclude(answerable_at=None)

    def in_order(self) -> Self:
        """Those that can be answered now, then those still open; of each the newest first."""
        return self.order_by(models.F("answerable_at").desc(nulls_last=True), "-created_at", "-pk")

    def with_answers(self) -> Self:
        """Each with the answer that said so, and its conversation."""
        return self.select_related("message__conversation")


class Gap(models.Model):
    """A question that the library did not answer, kept until it does or the reader lets it go."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="gaps")
    question = models.TextField()
    # The answer that said so; gone with its conversation.
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # When it was last asked.
    created_at = models.DateTimeField(auto_now_add=True)
    # When the library was last searched for it.
    looked_at = models.DateTimeField(default=timezone.now)
    # Since when the library has enough to answer it.
    answerable_at = models.DateTimeField(null=True, blank=True)
    # When the reader let it go, or an answer was found to it.
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = GapQuerySet.as_manager()

    class Meta:
        # Of the question's digest: the question itself may be longer than an index can hold.
        constraints = [models.UniqueConstraint(models.F("owner"), MD5("question"), name="gap_once")]

    def __str__(self) -> str:
        return self.question[:60]

    @property
    def is_answerable(self) -> bool:
        """Whether the library had enough for it when it was last looked at."""
        return self.answerable_at is not None
