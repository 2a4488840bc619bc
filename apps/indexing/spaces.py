"""The configured embedder's space: where new vectors go, and the only one that a question may be compared in."""

from __future__ import annotations

import logging

from django.db import IntegrityError, transaction

from apps.ai.embedders import embedder
from apps.indexing.models import EmbeddingSpace

log = logging.getLogger(__name__)


def current() -> EmbeddingSpace:
    """The configured embedder's space, made when it is first asked for. Does not load the embedder's weights.

    It is ACTIVE, or BUILDING when the installation was made with another model: then every document is indexed
    anew into it, found by its words until that is done, and nothing of the other space is lost.
    """
    model = embedder()
    known = EmbeddingSpace.objects.filter(model_id=model.model_id, weight_hash=model.weight_hash).first()
    return known or _made()


def _made() -> EmbeddingSpace:
    model = embedder()
    size = {"dimensions": model.dimensions}
    try:
        # The unique constraints decide which of two processes makes it, and that only one space is active.
        with transaction.atomic():
            space, _created = EmbeddingSpace.objects.get_or_create(
                model_id=model.model_id,
                weight_hash=model.weight_hash,
                defaults={**size, "state": EmbeddingSpace.State.ACTIVE},
            )
    except IntegrityError:
        space, created = EmbeddingSpace.objects.get_or_create(
            model_id=model.model_id,
            weight_hash=model.weight_hash,
            defaults={**size, "state": EmbeddingSpace.State.BUILDING},
        )
        if created:
            log.warning(
                "The configured embedding model, %s, is not the one this library was indexed with. Every document "
                "is being indexed anew; until then the new vectors are those of the documents already done.",
                model.model_id,
            )
    return space
