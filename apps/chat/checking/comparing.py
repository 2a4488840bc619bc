"""Compares each sentence of an answer with the wording of the sources it cites.

    check(text, sources)
      cut       statements.py   the sentences that state something, and what each cites
      numbers   amounts.py      is every number and date of it there, however it is written (numbers.py)?
                reckoning.py    or does it follow from those that are?
                rounding.py     or is it one of them, given roughly?
                counting.py     or does it count what they list?
                pairing.py      is a day there with its month?
                placing.py      is it there where they say the rest?
      negation  negation.py     does it say no where they say yes?
      names     names.py        is every name of it there?
                replacing.py    or does another noun stand where the source has its own?
      wording   telling.py      how many of its words are in a sentence or three of theirs?
                regions.py      where Taiwan and the mainland say it otherwise, in the words of one
      meaning   paraphrase.py   if few are: how near in meaning is a sentence of theirs?

What matches may still be wrong, and what differs may be right in other words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from apps.chat.checking import (
    Checked,
    Verdict,
    amounts,
    counting,
    names,
    negation,
    pairing,
    paraphrase,
    placing,
    reckoning,
    replacing,
    rounding,
)
from apps.chat.checking.statements import Statement, statements
from apps.chat.checking.telling import shared
from apps.indexing import language, lexemes, sentences

# The share of a statement's terms that sentences of the source must have for its wording to match. Chinese is cut into
# pairs of characters: one other word costs two or three of them.
MATCHES, MATCHES_IN_HAN = 0.45, 0.25
# With so many times that share it is said beyond doubt. With less, the cosine in meaning, and something for the words
# and for numbers that are all there, must come to so much: by logistic regression on the sets of claims, where together
# they tell right statements from those made from another passage better than any of them alone.
SURE = 1.2
FOR_WORDS, FOR_NUMBERS, SAID = 0.2, 0.07, 0.6
# And to be about the same at all.
ALIKE = 0.3
# A sentence of fewer words is too short to tell its language by, where the script is the same.
TELLING = 6
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
    known = amounts.values(lexemes.folded("\n".join(cited)))
    if wrong := _wrong(words, known, cited):
        return Verdict.NUMBER, _list(words[start:end] for start, end in wrong)
    alike = max((shared(words, window) for source in cited for window in _windows(source)), default=0.0)
    if len(cited) > 1:
        # Made from several sources together.
        alike = max(alike, shared(words, "\n".join(cited)))
    if _is_foreign(words, cited, alike):
        return Verdict.NOT_CHECKED, ""
    return _compared(words, cited, alike, known)


def _wrong(words: str, known: amounts.Values, cited: Sequence[str]) -> list[tuple[int, int]]:
    """[start, end) of the numbers that the sources do not have, nor are reckoned from theirs."""
    folded, texts = lexemes.folded(words), [lexemes.folded(source) for source in cited]
    wrong = amounts.missing(words, known)
    if not wrong and not pairing.parted(words, cited, known):
        return []
    reckoned = reckoning.values(folded, texts)
    if not wrong:
        return pairing.parted(words, cited, {**known, **reckoned})
    for follow in (reckoned, rounding.values(folded, texts, reckoned), counting.values(folded, texts)):
        still = amounts.missing(words, follow)
        wrong = [place for place in wrong if place in still]
    return wrong


def _compared(words: str, cited: Sequence[str], alike: float, known: amounts.Values) -> tuple[Verdict, str]:
    """The verdict on a statement whose numbers are all there, and which is so much `alike` its sources."""
    if misplaced := placing.misplaced(words, cited, known):
        return Verdict.NUMBER, _list(misplaced)
    if negation.differs(words, cited):
        return Verdict.NEGATION, ""
    # What is said in other words may well have other names for things.
    if alike >= ALIKE:
        unknown = names.missing(words, "\n".join(cited)) or replacing.replaced(words, cited)
        if unknown:
            return Verdict.NAME, _list(unknown)
    return (Verdict.MATCHES if _is_said(words, cited, alike, known) else Verdict.DIFFERS), ""


def _is_said(words: str, cited: Sequence[str], alike: float, known: amounts.Values) -> bool:
    """By the words that they share; where those are not many, by how near they are in meaning as well."""
    shares = alike / (MATCHES_IN_HAN if language.detect(words) in HAN else MATCHES)
    if shares >= SURE:
        return True
    nearness = paraphrase.nearness(words, cited)
    if nearness is None:
        return shares >= 1
    has_numbers = bool(amounts.missing(words, {})) and not amounts.missing(words, known)
    return nearness + FOR_WORDS * shares + FOR_NUMBERS * has_numbers >= SAID


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
