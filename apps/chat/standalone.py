"""Whether a question can be understood without its conversation, and how it is made to, by its words alone.

For English and Chinese. Where that cannot be known for sure the question is tried both ways.
"""

from __future__ import annotations

import re
from enum import Enum

from apps.ai.generators.wording import between

# Of the question before: its end says what was asked.
LONGEST = 400

_WORD = re.compile(r"[a-z0-9]+(?:['’-][a-z0-9]+)*")
_HAN = re.compile("[㐀-䶿一-鿿豈-﫿]")
_SENTENCE = re.compile(r"[^?？]*[?？]+[」』”\"]*|[^?？]+$")

# These can only continue something, whatever follows.
_CONTINUES = re.compile(
    r"(?:what|how) about\b|what if\b|why not\b|how (?:come|so)\b|(?:who|what|where|when|how|anyone|anything) else\b"
    r"|(?:any |the )?others?\b|(?:tell me|say) more\b|more (?:about|on) (?:this|that|it)\b|go on\b|like what\b"
    r"|for (?:example|instance)\b|such as\b|(?:since|until) when\b|which ones?\b|the same\b"
    r"|the (?:first|second|third|last|next|former|latter)(?: one)?\W*$"
)
_AND = re.compile(r"(?:and|but|or|so|then|also|plus|ok|okay|well)\b[\s,]*")
# A question that begins like this, after "and" or not, has no subject of its own.
_FRAGMENT = re.compile(
    r"(?:in|on|at|for|with|without|by|from|to|of|after|before|during|until|since|only|just|even|not|because)\b"
)
_CLAUSE = re.compile(
    r"\b(?:what|who|whom|whose|when|where|why|which|how|is|are|was|were|do|does|did|can|could|will|would|should|may"
    r"|must|has|have|had|tell|explain|show|list|give|describe|compare|summari[sz]e|find)\b"
)
# "What is photosynthesis?", but not "what is required?" nor "what is the price?".
_DEFINES = re.compile(r"what (?:is|are|was|were) (?:an? )?(?!the\b|\w*ed\b)\w{3,}\W*$")
_TRUE = "true|possible|safe|allowed|necessary|better|best|worth|important|legal|normal|good|bad|ok|okay|enough"
_PRONOUN = re.compile(
    rf"\b(?:they|them|theirs?|he|him|his|she|hers?|its|which ones?|the former|the latter|those|these"
    rf"|it(?!\s+(?:{_TRUE})\s+(?:to|that|for|when|if)\b|\s+(?:takes?|took)\b.*\bto\b|\s+means?\s+(?:to|when|if)\b)"
    r"|the (?:first|second|third|last|next|other|same)(?: ones?\b|(?=\W*$))"
    r"|this(?! (?:year|month|week|morning|evening|time|summer|winter|spring|autumn)\b)"
    r"|(?:about|is|was|does|did|of|for|with|from|like|do|after|before|to|at) that(?! \w+ (?:is|are|was|were)\b)"
    r"|(?:then|there)(?=\W*$))(?!\w)"
)
_EMPTY = frozenset(
    _WORD.findall(
        "a an the and but or so then also plus if of in on at for with without by from to about into than as"
        " not no yes what who whom whose when where why which how is are was were be been being do does did"
        " done can could will would should shall may might must has have had i you we me us my your our it its"
        " they them their theirs he him his she her hers this that this these those there here much many long"
        " often far old big more most less else one ones other others same such too very really just only even"
        " still again please tell explain show ok okay well happen happens happened mean means work works cost"
        " costs need needs get got first second third last next former latter example instance exactly"
    )
)

_CHINESE_AND = re.compile(
    r"(?:那[麼么]|那(?![個个些裡里樣样時时次位種种篇份邊边])|另外|至於|至于|所以|但是|可是|然後|然后)[，,\s]*"
)
_CHINESE_ENDS = re.compile(r"呢\W*$")
_CHINESE_ASKS = re.compile(
    "[什甚][麼么]|[誰谁哪幾几怎嗎吗]|多[少久大長长遠远高重快]|如何|[何為为][時时處处何]|是[否不]|有[沒没]有|能不能|可不可以"
)
_CHINESE_PRONOUN = re.compile(
    "[它牠她]|(?<![其吉利])他(?![人國国殺杀山])|[這这](?![個个]?(?:月|[週周]|星期|年|[禮礼]拜))"
    "|那(?:[個个些裡里樣样次位種种篇份邊边]|[時时](?!候))|[前後后]者|上述|[剛刚][才剛刚]|其中|其[餘余]|其他的|別的|别的|另一[個个]"
    r"|^第[一二三四五六七八九十\d]+[個个種种條条點点項项]|[還还]有(?:[誰谁哪]|[什甚][麼么]|其他|別的|别的)"
)
_CHINESE_EMPTY = re.compile(
    "[什甚][麼么][時时]?候?|[誰谁哪][裡里個个些位]?|[幾几][個个年月日天次]?|多少[錢钱]?|多[久大長长遠远高重快]|怎[麼么樣样辦办]*"
    "|如何|[為为]何|何[時时]|[為为][什甚]?[麼么]?|是[否不]是?|有[沒没]有|能不能|可不可以|可以|需要|[應应][該该]|[時时]候"
    "|(?:[它牠她]|(?<![其吉])他)[們们]?|[這这那][個个些裡里樣样次位種种邊边麼么]?|[還还]有|其[他中實实]|第[一二三四五六七八九十]+|[請请][問问]?"
    "|[的了呢嗎吗吧啊呀嘛要會会能是有在和跟與与或也都就又才再個个去做用]"
)


class Standing(Enum):
    """How far a question can be understood by itself."""

    ALONE = "alone"
    UNSURE = "unsure"
    DEPENDENT = "dependent"


def standing(question: str) -> Standing:
    """How far the question is understood by who has not read what comes before it."""
    text = question.strip().lower()
    return _chinese(text) if _HAN.search(text) else _english(text)


def made_to_stand(question: str, before: str) -> str:
    """The question together with the one before it (as that was looked for), on one line."""
    question, before = " ".join(question.split()), " ".join(before.split())
    parts = _SENTENCE.findall(before)
    if len(parts) > 2:
        # Of a chain of follow-ups, what it began with and what came last.
        before = parts[0] + parts[-1]
    before = before[-LONGEST:].strip()
    if not before:
        return question
    if before[-1] not in "?？.。!！":
        before += "？" if _HAN.match(before[-1]) else "?"
    return before + between(before, question) + question


def ways(question: str, before: str) -> list[str]:
    """What to look for, best first: the next only where the one before it finds too little."""
    kind = standing(question) if before else Standing.ALONE
    if kind is Standing.ALONE:
        return [question]
    together = made_to_stand(question, before)
    if kind is Standing.UNSURE:
        return [question, together]
    # "What about the harbour?" may be another subject altogether; "why?" cannot.
    return [together, question] if has_content(question) else [together]


def has_content(question: str) -> bool:
    """Whether any of its words says what it is about."""
    return bool(_content(question.lower())) or len(_chinese_content(question)) > 1


def _english(text: str) -> Standing:
    rest, joins = _without(text, _AND)
    if _CONTINUES.match(rest):
        return Standing.DEPENDENT
    is_fragment = not _CLAUSE.search(rest) and (joins or _FRAGMENT.match(rest) is not None)
    content = _content(rest)
    if is_fragment or not content:
        return Standing.DEPENDENT
    if pronoun := _PRONOUN.search(rest):
        # What it stands for may be in the question itself: "Do trees lose their leaves before they die?"
        return Standing.UNSURE if len(_content(rest[: pronoun.start()])) > 1 else Standing.DEPENDENT
    if len(content) > 1 or _DEFINES.match(text):
        return Standing.ALONE
    return Standing.DEPENDENT if joins else Standing.UNSURE


def _chinese(text: str) -> Standing:
    rest, joins = _without(text, _CHINESE_AND)
    content = len(_chinese_content(rest)) + 2 * len(_content(rest))
    if content < 2 or (_CHINESE_ENDS.search(rest) and not _CHINESE_ASKS.search(rest)):
        return Standing.DEPENDENT
    if pronoun := _CHINESE_PRONOUN.search(rest):
        return Standing.UNSURE if len(_chinese_content(rest[: pronoun.start()])) > 3 else Standing.DEPENDENT
    # Two characters are one word, and a verb needs no subject beside it.
    return Standing.ALONE if content > 3 else Standing.DEPENDENT if joins else Standing.UNSURE


def _without(text: str, beginning: re.Pattern[str]) -> tuple[str, bool]:
    """The text without such words at its beginning, and whether there were any."""
    rest = text
    while found := beginning.match(rest):
        rest = rest[found.end() :]
    return rest, rest != text


def _content(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word not in _EMPTY]


def _chinese_content(text: str) -> str:
    return "".join(_HAN.findall(_CHINESE_EMPTY.sub("", text)))
