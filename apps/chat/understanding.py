"""What a question of a conversation is looked for as: the model makes it stand alone, or else its words do."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

from apps.ai.generators import GeneratorFault, Rewritten, Turn, generator
from apps.chat import standalone
from apps.chat.standalone import Standing
from apps.core.text import storable

logger = logging.getLogger(__name__)

# Seconds. A server that takes longer would keep the reader from what can be found without it.
PATIENCE = 4.0
# Characters: what is longer is an answer, or nonsense.
LONGEST = 400

_HAN = re.compile("[㐀-䶿一-鿿豈-﫿]")
_LATIN = re.compile("[A-Za-zÀ-ɏ]+")
_OTHER = re.compile("[Ͱ-῿぀-ヿ가-힣]")
_QUOTED = re.compile('^(["“「『])(.*)(["”」』])$')


@dataclass(frozen=True)
class Asked:
    """A question where it was asked: `before` is the one before it as that was looked for, `given` what the reader (or
    an earlier attempt) has it looked for as."""

    question: str
    history: tuple[Turn, ...] = ()
    before: str = ""
    given: str = ""


@dataclass(frozen=True)
class Understood:
    """What to look for, best first: the next only where the one before it finds too little; with the model's share."""

    ways: tuple[str, ...]
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0


async def understood(asked: Asked) -> Understood:
    """What to look for. Only a question that may need its conversation costs a model's time; never raises for it."""
    if asked.given:
        return Understood((asked.given,))
    ways = standalone.ways(asked.question, asked.before)
    if not asked.before or standalone.standing(asked.question) is Standing.ALONE:
        return Understood(tuple(ways))
    rewritten, model = await _rewritten(asked)
    meant = tidied(rewritten.question)
    if is_sound(meant, asked.question):
        # Where it may have stood alone, it is still tried as it was put.
        is_open = standalone.standing(asked.question) is Standing.UNSURE
        ways = list(dict.fromkeys([meant, asked.question])) if is_open else [meant]
    return Understood(tuple(ways), model, rewritten.input_tokens, rewritten.output_tokens)


async def _rewritten(asked: Asked) -> tuple[Rewritten, str]:
    """What the model makes of it, with the model's name where it had a part in it; nothing when it does not work."""
    try:
        # Making it the first time imports a client: too long to keep every stream waiting.
        writer = await asyncio.to_thread(generator)
        async with asyncio.timeout(PATIENCE):
            rewritten = await writer.standalone(asked.question, asked.history)
    except TimeoutError:
        logger.warning("a follow-up was not understood in time")
    except GeneratorFault as fault:
        logger.warning("a follow-up was not understood: %s: %s", fault.fault.value, fault.detail)
    except Exception:
        logger.exception("a follow-up was not understood")
    else:
        return rewritten, writer.model
    return Rewritten(""), ""


def tidied(text: str) -> str:
    """What the model said without the quotation marks that some put around it."""
    text = storable(text).strip()
    match = _QUOTED.match(text)
    return match[2].strip() if match and match[1] not in match[2] else text


def is_sound(meant: str, question: str) -> bool:
    """Whether this can be the question made to stand alone: one line, not an answer's length, in its own script."""
    if not meant or len(meant) > max(LONGEST, 2 * len(question)) or len(meant.splitlines()) > 1:
        return False
    return not _script(question) or _script(meant) == _script(question)


def _script(text: str) -> str:
    """The script that most of the text is in: a Han character weighs as much as a Latin word."""
    counts: Sequence[tuple[int, str]] = (
        (len(_HAN.findall(text)), "han"),
        (len(_LATIN.findall(text)), "latin"),
        (len(_OTHER.findall(text)), "other"),
    )
    most, name = max(counts)
    return name if most else ""
