"""The models are loaded before the first question."""

from apps.ai.embedders import embedder
from apps.search.warming import warm_up_beside


def test_the_embedder_is_loaded_beside_what_is_served() -> None:
    embedder.cache_clear()
    warm_up_beside().join(60)
    assert embedder.cache_info().currsize == 1
