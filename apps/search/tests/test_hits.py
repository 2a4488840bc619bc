"""How a hit is shown: the sentence found among whole neighbours."""

from __future__ import annotations

from dataclasses import replace

from apps.search.hits import AROUND, Hit

TEXT = "One is first. Two is here. Three is last."
HIT = Hit(1, 1, "Title", None, TEXT, "en", ((0, 13), (14, 26), (27, 41)), (14, 26), 0.5, 0.5, 0.5, 0.5, ("words",))


def test_the_sentence_is_marked_among_its_neighbours() -> None:
    assert HIT.quote == "Two is here."
    assert HIT.excerpt == (("One is first. ", False), ("Two is here.", True), (" Three is last.", False))


def test_neighbours_that_do_not_fit_are_hinted_at() -> None:
    far = "x" * AROUND + ". "
    text = far + TEXT + " " + far
    spans = ((0, len(far) - 1), *((a + len(far), b + len(far)) for a, b in HIT.sentences))
    hit = replace(HIT, text=text, sentences=spans, sentence=spans[2])
    assert hit.excerpt[0] == ("… One is first. ", False)
    assert hit.excerpt[-1] == (" Three is last. …", False)


def test_a_passage_of_one_sentence_is_all_mark() -> None:
    hit = replace(HIT, text="Alone.", sentences=((0, 6),), sentence=(0, 6))
    assert hit.excerpt == (("Alone.", True),)


def test_a_passage_without_sentences_is_shown() -> None:
    assert replace(HIT, sentences=(), sentence=(0, len(TEXT))).excerpt == ((TEXT, True),)
