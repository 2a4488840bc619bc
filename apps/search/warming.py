"""Loads what the first question would otherwise wait for."""

from __future__ import annotations

import logging
import threading

from apps.ai.embedders import EmbedderFault, embedder
from apps.core import memory
from apps.indexing import language, lexemes

log = logging.getLogger(__name__)


def warm_up() -> None:
    """Reads models and tables into memory, some seconds on a busy machine. What fails now is told when it is needed."""
    try:
        embedder().embed(["warm"])
        language.detect("warm")
        lexemes.terms("溫暖")
        memory.settle()
    except EmbedderFault as fault:
        log.warning("the embedder could not be loaded yet: %s", fault)


def warm_up_beside() -> threading.Thread:
    """Does so in a thread of its own, while the process already serves."""
    thread = threading.Thread(target=warm_up, name="warming up", daemon=True)
    thread.start()
    return thread
