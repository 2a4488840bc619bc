"""The bundled embedder: what it makes of ordinary, odd and very long texts, and what it refuses to give."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from apps.ai.embedders import EmbedderFault, Vectors, checked, embedder, use

ODD = {
    "nothing": "",
    "spaces": " \t\n",
    "control characters": "\x00\x01\x02\x1b",
    "an invisible character": "\u200b",
    "half a surrogate pair": "before \ud800 after",
    "ten thousand letters": "a" * 10_000,
    "ten thousand characters": "漢" * 10_000,
    "emoji": "😀" * 50,
    "a ligature of eighteen characters": "\ufdfa" * 40,
}


def cosine(a: str, b: str) -> float:
    first, second = embedder().embed([a, b])
    return float(first @ second)


def test_the_configured_embedder_is_made_once() -> None:
    assert embedder() is embedder()
    assert embedder().model_id == "use-multilingual-v3"


def test_texts_of_the_same_meaning_are_near_across_languages_and_scripts() -> None:
    question = "會議改到哪一天？"
    other_subject = cosine(question, "Bananas are rich in potassium.")
    assert cosine(question, "The meeting was moved to Wednesday.") > other_subject + 0.2
    assert cosine(question, "会议改到星期三。") > other_subject + 0.3


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_an_odd_text_has_a_vector_like_any_other(text: str) -> None:
    vectors = embedder().embed([text])
    assert vectors.shape == (1, 512)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-3)


def test_no_texts_have_no_vectors() -> None:
    assert embedder().embed([]).shape == (0, 512)


def test_a_batch_gives_what_each_text_gives_alone() -> None:
    texts = ["一句話。", "A sentence.", "", "Noch ein Satz, etwas länger als die anderen."]
    together = embedder().embed(texts)
    alone = np.concatenate([embedder().embed([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)


def test_several_threads_may_embed_at_once() -> None:
    fresh = use.UniversalSentenceEncoder()
    texts = [f"Sentence number {n}." for n in range(40)]
    with ThreadPoolExecutor(8) as threads:
        found = np.concatenate(list(threads.map(lambda text: fresh.embed([text]), texts)))
    assert np.allclose(found, fresh.embed(texts), atol=1e-5)


def test_other_weights_than_the_chosen_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(EmbedderFault, match="weights"):
        use.UniversalSentenceEncoder().embed(["text"])


def _unit(rows: int, dimensions: int = 4) -> Vectors:
    vectors = np.zeros((rows, dimensions), dtype=np.float32)
    vectors[:, 0] = 1
    return vectors


def test_usable_vectors_pass() -> None:
    assert checked(_unit(3), 3, 4).shape == (3, 4)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 0.0, 5.0])
def test_one_vector_that_cannot_be_compared_refuses_the_batch(wrong: float) -> None:
    vectors = _unit(3)
    vectors[1, 0] = wrong
    with pytest.raises(EmbedderFault, match="length"):
        checked(vectors, 3, 4)


def test_a_wrong_number_or_size_of_vectors_is_refused() -> None:
    with pytest.raises(EmbedderFault):
        checked(_unit(2), 3, 4)
    with pytest.raises(EmbedderFault):
        checked(_unit(3, 5), 3, 4)
