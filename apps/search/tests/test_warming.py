"""The models are loaded before the first question, and looked through for garbage no more."""

import gc

from apps.ai.embedders import embedder
from apps.core import memory
from apps.search.warming import warm_up_beside


def test_the_embedder_is_loaded_beside_what_is_served() -> None:
    embedder.cache_clear()
    before = gc.get_threshold()
    try:
        warm_up_beside().join(60)
        assert gc.get_threshold() == (memory.NEWEST, *before[1:])
        frozen = gc.get_freeze_count()
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
    assert embedder.cache_info().currsize == 1
    # The SDKs, Django and the models are a few hundred thousand objects.
    assert frozen > 50_000
