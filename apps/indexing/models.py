"""What indexing makes of a revision: passages, their vectors, and the record of each attempt."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from apps.core.querysets import OwnedQuerySet
from apps.library.models import Document, Reason, Revision


class PassageQuerySet(OwnedQuerySet["Passage"]):
    """Reads of passages."""

    def of(self, document: Document) -> Self:
        """What a document says now, in its order, with the headings above each (`heads`, a list)."""
        found = self.filter(document=document, revision=document.revision_id).order_by("ordinal")
        # A page's passage carries the place of its every character: several times the text.
        return found.annotate(heads=F("locator__headings")).defer("terms", "locator")

    def in_place(self) -> Self:
        """Those whose document is kept, with what showing where they stand needs."""
        return self.filter(document__trashed_at=None).select_related("document", "revision").defer("terms")


class Passage(models.Model):
    """A piece of one revision, about 200 tokens, cut at sentences, never across a page or a top heading."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    ordinal = models.PositiveIntegerField()
    text = models.TextField()
    language = models.CharField(max_length=10, blank=True, default="")
    # One-based; empty where the format has no pages.
    page = models.PositiveIntegerField(null=True)
    # Where it stands in the document; the shapes are described in `locate.py`.
    locator = models.JSONField(default=dict)
    # Character spans [start, end) of its sentences in `text`.
    sentences = ArrayField(ArrayField(models.PositiveIntegerField(), size=2), default=list)
    token_count = models.PositiveIntegerField(default=0)
    # Lexemes that carry the owner, as '7:會議', so that a search reads its owner's postings only.
    terms = SearchVectorField(null=True)
    term_count = models.PositiveIntegerField(default=0)

    objects = PassageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "ordinal"], name="passage_once")]
        indexes = [
            models.Index(fields=["owner", "document", "ordinal"], name="passage_owner_document"),
            # Without the list of what is not sorted in yet, which every search would read through for each term, other
            # owners' entries and all: 10 ms a question against .4; storing takes .2 ms more a passage.
            GinIndex(fields=["terms"], name="passage_terms", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class EmbeddingSpace(models.Model):
    """One embedding model as used here. Vectors of two spaces are never compared."""

    class State(models.TextChoices):
        BUILDING = "building", _("Building")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    model_id = models.CharField(max_length=200)
    dimensions = models.PositiveIntegerField()
    weight_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model_id", "weight_hash"], name="space_once"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="active"), name="one_active_space"),
        ]

    def __str__(self) -> str:
        return self.model_id


class Vector(models.Model):
    """One vector: of a whole passage, or of one of its sentences."""

    class Level(models.IntegerChoices):
        PASSAGE = 0
        SENTENCE = 1

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="+", db_index=False)
    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="vectors", db_index=False)
    level = models.PositiveSmallIntegerField(choices=Level)
    # Which sentence; 0 for the passage.
    ordinal = models.PositiveIntegerField(default=0)
    # L2-normalised. Without a fixed size, so that spaces of other models fit; the space names the size.
    embedding = HalfVectorField()

    objects: OwnedQuerySet[Vector] = OwnedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["passage", "space", "level", "ordinal"], name="vector_once")]
        indexes = [models.Index(fields=["owner", "space"], name="vector_owner_space")]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.ordinal}"


class Sketch(models.Model):
    """The signs of a passage's vectors: a sixteenth of their size, and enough to tell which may be near."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="+", db_index=False)
    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="+", db_index=False)
    # The passage's: it goes with the passage, and nothing is looked for by it.
    document = models.ForeignKey(
        Document, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    # Of the whole passage, then of each sentence; `binary.py` says what they are.
    signs = models.BinaryField()
    # The transaction that stored it, by which a search knows what has come since it looked last.
    made_in = models.BigIntegerField(
        db_default=Cast(Cast(Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField())
    )

    objects: OwnedQuerySet[Sketch] = OwnedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["passage", "space"], name="sketch_once")]
        indexes = [models.Index(fields=["owner", "space", "made_in"], name="sketch_owner_space")]

    def __str__(self) -> str:
        return str(self.passage_id)


class PassageWords(models.Model):
    """The words of a passage as the embedder understands them; `vocabulary.py` says what is in `signs`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="+", db_index=False)
    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="+", db_index=False)
    # Some thousand bytes, which a migration has Postgres keep in their row and not try to compress: a search reads
    # those of two hundred passages.
    signs = models.BinaryField()

    objects: OwnedQuerySet[PassageWords] = OwnedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["passage", "space"], name="words_once")]
        indexes = [models.Index(fields=["owner", "space"], name="words_owner_space")]

    def __str__(self) -> str:
        return str(self.passage_id)


class IndexRun(models.Model):
    """One attempt to index one revision. The truth about work: the queue only wakes who does it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Stage(models.TextChoices):
        EXTRACT = "extract", _("Reading")
        SPLIT = "split", _("Cutting into passages")
        EMBED = "embed", _("Understanding")
        STORE = "store", _("Storing")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="runs")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="runs")
    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=10, choices=Stage, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    # Attempts that ended without a word, as when the worker was killed: too many of them and it is given up.
    losses = models.PositiveSmallIntegerField(default=0)
    # Not before this moment: back-off after a failure that may pass.
    due_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=80, blank=True, default="")
    reason = models.CharField(max_length=20, choices=Reason, blank=True, default="")
    # For the operator; never shown to another user, never holds the document's text.
    detail = models.TextField(blank=True, default="")
    timings = models.JSONField(default=dict, blank=True, help_text="Seconds by stage.")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: OwnedQuerySet[IndexRun] = OwnedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "space"], name="run_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["waiting", "running"]), name="run_unfinished"),
            models.Index(fields=["owner", "-created_at"], name="run_owner_created"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.document_id}"
