"""Compares each sentence of an answer with the wording of the sources it cites.

    check(text, sources)
      cut       statements.py   the sentences that state something, and what each cites
      numbers   numbers.py      is every number and date of it there, however it is written?
                reckoning.py    or does it follow from those that are?
      negation  negation.py     does it say no where they say yes?
      names     names.py        is every name of it there?
                replacing.py    or does another noun stand where the source has its own?
      wording   telling.py      how many of its words are in a sentence or three of theirs?
                regions.py      where Taiwan and the mainland say it otherwise, in the words of one
      meaning   paraphrase.py   if few are: does a sentence of theirs mean about the same?

What matches may still be wrong, and what differs may be right in other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from apps.chat.checking import Checked, Verdict, clauses, counting, names, negation, numbers, pairing, paraphrase, reckoning, replacing, rounding
from apps.chat.checking.statements import Statement, statements
from apps.chat.checking.telling import shared, told
from apps.indexing import language, lexemes, sentences

# The share of a statement's terms that sentences of the source must have for its wording to match. Chinese is cut into
# pairs of characters: one other word costs two or three of them.
MATCHES, MATCHES_IN_HAN = 0.45, 0.25
# And to be about the same at all.
ALIKE = 0.3
# The share of a clause's words by which its place is known.
PLACED = 0.75
# What a clause must tell for its place in the source to be known.
LEAST = 2.5
# A sentence of fewer words is too short to tell its language by, where the script is the same.
TELLING = 6
# Where a source says it so, the year stands further up.
_THAT_YEAR = re.compile(r"[同當当該该翌隔次]年|\b(?:that|(?:the )?same|following|next) year\b", re.IGNORECASE)
_YEAR = re.compile(r"[12]\d{3}")
EAST = ("zh", "ja", "ko", "th")
HAN = ("zh", "ja")
# So many sentences in a row may be what it was made from.
WINDOW = 3
# What is longer is compared by its beginning.
LONGEST = 2000
MOST_STATEMENTS = 400


def check(text: str, sources: Mapping[int, str]) -> list[Checked]:
    """One for each sentence of the Markdown `text` that states something, in order.

    `sources` are the texts that may be cited, by number: the passages whole. Never raises for what a text holds.
    """
    return [_checked(statement, sources) for statement in statements(text)[:MOST_STATEMENTS]]


def _checked(statement: Statement, sources: Mapping[int, str]) -> Checked:
    verdict, detail = _verdict(statement, sources)
    return Checked(statement.start, statement.end, statement.numbers, verdict, detail)


def _verdict(statement: Statement, sources: Mapping[int, str]) -> tuple[Verdict, str]:
    if not statement.numbers:
        return Verdict.UNCITED, ""
    if absent := [number for number in statement.numbers if number not in sources]:
        return Verdict.NO_SOURCE, ", ".join(f"[{number}]" for number in absent)
    words, cited = statement.words[:LONGEST], [sources[number] for number in statement.numbers]
    known = numbers.values(lexemes.folded("\n".join(cited)))
    if wrong := _wrong(words, known, cited):
        return Verdict.NUMBER, _list(words[start:end] for start, end in wrong)
    alike = max((shared(words, window) for source in cited for window in _windows(source)), default=0.0)
    if len(cited) > 1:
        # Made from several sources together.
        alike = max(alike, shared(words, "\n".join(cited)))
    if _is_foreign(words, cited, alike):
        return Verdict.NOT_CHECKED, ""
    return _compared(words, cited, alike, known)


def _wrong(words: str, known: numbers.Values, cited: Sequence[str]) -> list[tuple[int, int]]:
    """[start, end) of the numbers that the sources do not have, nor are reckoned from theirs."""
    folded, texts = lexemes.folded(words), [lexemes.folded(source) for source in cited]
    reckoned = reckoning.values(folded, texts)
    wrong = numbers.missing(words, known)
    if not wrong:
        return pairing.parted(words, cited, {**known, **reckoned})
    for follow in (reckoned, rounding.values(folded, texts, reckoned), counting.values(folded, texts)):
        still = numbers.missing(words, follow)
        wrong = [place for place in wrong if place in still]
    return wrong


def _compared(words: str, cited: Sequence[str], alike: float, known: numbers.Values) -> tuple[Verdict, str]:
    """The verdict on a statement whose numbers are all there, and which is so much `alike` its sources."""
    if misplaced := _misplaced(words, cited, known):
        return Verdict.NUMBER, _list(misplaced)
    if negation.differs(words, cited):
        return Verdict.NEGATION, ""
    # What is said in other words may well have other names for things.
    if alike >= ALIKE:
        unknown = names.missing(words, "\n".join(cited)) or replacing.replaced(words, cited)
        if unknown:
            return Verdict.NAME, _list(unknown)
    least = MATCHES_IN_HAN if language.detect(words) in HAN else MATCHES
    is_said = alike >= least or paraphrase.says_the_same(words, cited)
    return (Verdict.MATCHES if is_said else Verdict.DIFFERS), ""


def _misplaced(words: str, cited: Sequence[str], known: numbers.Values) -> list[str]:
    """Numbers that the sources have, being `known`, but not where they say the rest of the same clause."""
    said = [clauses.clauses(source) for source in cited]
    labels = [clauses.labels(source) for source in cited]
    found = []
    for clause in clauses.clauses(words):
        if told(_without_numbers(clause)) < LEAST:
            continue
        place = clauses.best(clauses.places(clause, said, _shared_but_numbers, least=PLACED))
        if place is not None:
            here = said[place.source][max(place.first - 1, 0) : place.last + 1]
            there = numbers.values(lexemes.folded(clauses.joined([labels[place.source][place.first], *here])))
            # What is nowhere was reckoned, or it would not have come so far.
            nowhere = numbers.missing(clause, known)
            wrong = [clause[at:end] for at, end in numbers.displaced(clause, there) if (at, end) not in nowhere]
            found += [each for each in wrong if not (_THAT_YEAR.search("".join(here)) and _YEAR.fullmatch(each))]
    return found


def _shared_but_numbers(words: str, other: str) -> float:
    return shared(_without_numbers(words), _without_numbers(other))


@lru_cache(maxsize=4096)
def _without_numbers(text: str) -> str:
    return numbers.left_out(lexemes.folded(text))


def _windows(source: str) -> Iterator[str]:
    spans = list(sentences.whole(source))
    for at, (start, _end) in enumerate(spans):
        yield source[start : spans[min(at + WINDOW, len(spans)) - 1][1]]


def _is_foreign(words: str, cited: Sequence[str], alike: float) -> bool:
    """Whether none of the sources is in the language of the statement.

    What is short, or shares its words with them, is not taken for another language of the same script.
    """
    said = language.detect(words)
    is_sure = alike < ALIKE and len(words.split()) >= TELLING
    others = [found for source in cited if (found := language.detect(source)) and found != said]
    same_script = [found for found in others if found not in EAST and said not in EAST]
    return bool(said) and len(others) == len(cited) and (is_sure or not same_script)


def _list(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))
