"""What the settings page says about the models, without loading them."""

from __future__ import annotations

from dataclasses import dataclass

from apps.ai import embedders, generators


@dataclass(frozen=True)
class InUse:
    """A model as people name it."""

    name: str
    detail: str


def embedder() -> InUse:
    """What finds by meaning; `detail` is the number of dimensions."""
    made = embedders.embedder()
    return InUse(made.model_id, str(made.dimensions))


def generator() -> InUse:
    """What writes answers; `detail` is its model, empty when it needs none."""
    made = generators.generator()
    return InUse(made.name, made.model)
