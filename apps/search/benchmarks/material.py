"""Makes libraries of any size to search in, of the project's own words: the samples, the documentation, the interface.

Sentences are put together of two halves of real ones, and embedded. A passage says some of one subject, each as if in
other words: its vector turned a little aside. Names are made up, few of them common and most of them rare, as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.ai.embedders import embedder
from apps.indexing import language, lexemes, sentences, vocabulary
from apps.indexing.models import Vector
from apps.indexing.passages import NewPassage
from apps.indexing.vectors import Batch, Key

ROOT = Path(__file__).parents[3]
SUBJECT = 40
SOURCES_OF_ONE = 6
NAMES = 20_000
# How far what is said in other words turns aside, and the whole from the sum of its sentences: a cosine of .94, and of
# .8, which is the one measured on passages of four to six sentences.
ASIDE, WHOLE_ASIDE = 0.35, 0.75
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SYLLABLES = [
    "ba",
    "cor",
    "dal",
    "el",
    "fin",
    "gra",
    "hol",
    "is",
    "jo",
    "ka",
    "lin",
    "mor",
    "ne",
    "or",
    "pel",
    "qui",
    "ra",
    "sol",
    "tam",
    "ul",
    "vor",
    "wen",
    "xa",
    "yor",
    "zel",
    "mi",
    "san",
    "ter",
    "bru",
    "dov",
    "lek",
    "nas",
]

Vectors = NDArray[np.float32]


class Said(NamedTuple):
    """A sentence with all that storing it needs; `words` are the signs of its words."""

    text: str
    language: str
    terms: list[str]
    words: dict[str, bytes]


@dataclass(frozen=True)
class Stock:
    """Sentences, forty neighbours on one subject; their vectors; names; and directions to turn aside in."""

    sentences: Sequence[Said]
    vectors: Vectors
    names: Sequence[str]
    directions: Vectors

    def subjects(self) -> int:
        """How many subjects there are."""
        return len(self.sentences) // SUBJECT


def stock(count: int, tell: Callable[[int], None], seed: int = 1) -> Stock:
    """About `count` sentences, two thirds English and one third Chinese; the same ones for the same `seed`."""
    random = Random(seed)  # noqa: S311
    english, chinese = _sources()
    texts: list[str] = []
    while len(texts) < count:
        source, join = (chinese, _joined_characters) if random.random() < 1 / 3 else (english, _joined_words)
        texts.extend(_on_one_subject(random, source, join))
    vectors = []
    for start in range(0, len(texts), 100):
        vectors.append(embedder().embed(texts[start : start + 100]))
        tell(min(start + 100, count))
    aside = np.random.default_rng(seed).normal(size=(4096, embedder().dimensions)).astype(np.float32)
    names = ["".join(random.choices(_SYLLABLES, k=random.randint(2, 4))).capitalize() for _ in range(NAMES)]
    return Stock([_said(text) for text in texts], np.concatenate(vectors), names, _of_length_one(aside))


def passages(made: Stock, random: Random, owner_id: int, ids: Sequence[int]) -> tuple[list[NewPassage], Batch]:
    """Passages for these ids, as indexing would store them."""
    new: list[NewPassage] = []
    keys: list[Key] = []
    chosen: list[int] = []
    words: dict[int, bytes] = {}
    starts: list[int] = []
    for ordinal, pk in enumerate(ids):
        subject = random.randrange(made.subjects()) * SUBJECT
        of_one = [subject + at for at in random.sample(range(SUBJECT), random.randint(3, 6))]
        new.append(_passage(made, random, owner_id, ordinal, of_one))
        starts.append(len(chosen))
        chosen.extend(of_one)
        keys.extend(Key(pk, Vector.Level.SENTENCE.value, at) for at in range(len(of_one)))
        held = {word: signs for at in of_one for word, signs in made.sentences[at].words.items()}
        words[pk] = b"".join(held.values())
    vectors = _turned(made, random, made.vectors[chosen], ASIDE)
    wholes = _turned(made, random, _of_length_one(np.add.reduceat(vectors, starts)), WHOLE_ASIDE)
    keys = sorted([*keys, *(Key(pk, Vector.Level.PASSAGE.value, 0) for pk in ids)], key=lambda key: key.passage_id)
    return new, _batch(keys, ids, starts, vectors, wholes, words)


def questions(made: Stock, count: int, seed: int = 2) -> list[str]:
    """Questions for some of what is said, half of them with a name."""
    random = Random(seed)  # noqa: S311
    asked = []
    for at in range(count):
        said = random.choice(made.sentences)
        name = f" {_name(made, random)}" if at % 2 else ""
        if _HAN.search(said.text):
            begin = random.randrange(max(len(said.text) // 3, 1))
            asked.append(f"{said.text[begin : begin + 14].strip('，。 ')}{name}是什麼？")
        else:
            words = said.text.split()
            begin = random.randrange(max(len(words) // 3, 1))
            asked.append(f"What about {' '.join(words[begin : begin + 7]).strip('.,:;')}{name}?")
    return asked


def _sources() -> tuple[list[str], list[str]]:
    """The sentences that are there, English and Chinese."""
    pages = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "apps" / "library" / "samples").glob("*.md"), ROOT / "README.md"]
    prose = "\n".join(_prose(page.read_text()) for page in sorted(pages))
    interface = (ROOT / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po").read_text()
    prose += "\n" + "\n".join(re.findall(r'^(?:msgstr(?:\[0\])? )?"(.*)"$', interface, re.MULTILINE))
    every = dict.fromkeys(prose[start:end] for start, end in sentences.spans(prose) if 12 <= end - start <= 240)
    chinese = [text for text in every if len(_HAN.findall(text)) >= 8]
    return [text for text in every if not _HAN.search(text) and len(text.split()) >= 6], chinese


def _prose(page: str) -> str:
    """A page's paragraphs without its tables and listings."""
    kept = (line for line in page.splitlines() if not line.startswith(("|", "#", "    ", "```")))
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", " ", re.sub(r"[*`>\[\]]|\]\(.*?\)", "", "\n".join(kept)))


def _on_one_subject(random: Random, source: Sequence[str], join: Callable[[Random, str, str], str]) -> list[str]:
    some = random.sample(source, min(SOURCES_OF_ONE, len(source)))
    return [join(random, *random.choices(some, k=2)) for _ in range(SUBJECT)]


def _joined_words(random: Random, first: str, second: str) -> str:
    head, tail = first.split(), second.split()
    return " ".join([*head[: random.randint(2, 1 + len(head) // 2)], *tail[random.randint(1, 1 + len(tail) // 2) :]])


def _joined_characters(random: Random, first: str, second: str) -> str:
    return first[: random.randint(3, 3 + len(first) // 2)] + second[random.randint(1, 1 + len(second) // 2) :]


def _said(text: str) -> Said:
    words = vocabulary.words(text)
    signs = dict(zip(words, (row.tobytes() for row in vocabulary.signs(words)), strict=True))
    return Said(text, language.detect(text), lexemes.terms(text), signs)


def _passage(made: Stock, random: Random, owner_id: int, ordinal: int, chosen: Sequence[int]) -> NewPassage:
    text, terms = "", []
    spans: list[list[int]] = []
    for at in chosen:
        said = made.sentences[at]
        name = _name(made, random) if random.random() < 0.5 else ""
        start = len(text) + 1 if text else 0
        text = f"{text} {said.text} {name}".strip()
        spans.append([start, len(text)])
        terms.extend([*said.terms, name.lower()] if name else said.terms)
    return NewPassage(
        ordinal=ordinal,
        text=text,
        page=None,
        locator="{}",
        sentences=spans,
        token_count=len(text) // 4,
        language=made.sentences[chosen[0]].language,
        terms=lexemes.tsvector(owner_id, terms),
        term_count=len(terms),
    )


def _name(made: Stock, random: Random) -> str:
    """The first one about as often as those from the hundredth to the two-hundredth together."""
    return made.names[int(len(made.names) ** random.random()) - 1]


def _turned(made: Stock, random: Random, vectors: Vectors, far: float) -> Vectors:
    rows = random.choices(range(len(made.directions)), k=len(vectors))
    return _of_length_one(vectors + np.float32(far) * made.directions[rows])


def _of_length_one(vectors: Vectors) -> Vectors:
    scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled


def _batch(
    keys: list[Key],
    ids: Sequence[int],
    starts: Sequence[int],
    vectors: Vectors,
    wholes: Vectors,
    words: dict[int, bytes],
) -> Batch:
    """The vectors of the sentences first, those of the wholes behind them."""
    place = {pk: (start, len(vectors) + at) for at, (pk, start) in enumerate(zip(ids, starts, strict=True))}
    rows = [
        place[key.passage_id][1] if key.level == Vector.Level.PASSAGE else place[key.passage_id][0] + key.ordinal
        for key in keys
    ]
    return Batch(keys, rows, np.concatenate([vectors, wholes]).astype(np.float16), words)
