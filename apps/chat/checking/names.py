"""Finds the names of a statement that its sources do not have."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from apps.chat.checking import regions
from apps.indexing import lexemes, vocabulary

_LETTER = "A-Za-z\u00c0-\u024f"
_LATIN = re.compile(rf"(?<![{_LETTER}\d])[A-ZÀ-ÖØ-Þ][{_LETTER}\d’'-]*[{_LETTER}\d](?![{_LETTER}\d])")
_BEGINS = re.compile(r"(?:^|[.!?:;“\"「『(（•]\s*|\s[-–—]\s)$")
_WORD = re.compile(r"\w+")
_HAN_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
# Written with a capital for another reason: dates are compared as numbers, a title is no name, and a sentence may begin
# with a small word before one.
_NO_NAMES_SAID = """monday tuesday wednesday thursday friday saturday sunday january february march april may june july
august september october november december mr mrs ms dr prof sir the a an i it he she they we you in on at this that
these those yes no am pm utc ok because once although though since before after while until unless if when where both
unlike like according however therefore as for from with by of only most some each every during despite besides whereas
then there here under and but or so not
faq pdf"""
_NO_NAMES = frozenset(_NO_NAMES_SAID.split())
_BODY = re.compile("国小|国中|高中|大学|学院|医院|诊所|银行|公司|基金会|车站|博物馆|图书馆")
# The hundred most usual family names, folded: what the dictionary takes for a person without one rarely is.
_FAMILIES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔锺钟"
    "谭陆汪范金石廖贾夏韦方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤游庄温施洪翁连简柯阮"
)
# What makes an adjective of a place, Albanian of Albania, where the place has so many letters.
_BELONGING, _BELONGS_TO = ("n", "an", "ian", "ese", "ish"), 5
# A family, as 郭家 or 郭氏.
_HOUSES = ("家", "氏", "府")
_COUNTS = "这那每哪几数本一二两三四五六七八九十"
# What no given name is, by its tag; and what the names of places end with.
_NO_GIVEN = ("v", "d", "p", "c", "r", "u", "q", "m", "f")
_PLACES = "市县省州国乡镇村区岛山河江湖港湾城"
# As the dictionary tags persons, places, organisations and other names.
_NAME_TAGS = ("nr", "ns", "nt", "nz")


def missing(words: str, sources: str) -> list[str]:
    """The names in `words` that the text of its sources does not have, as they are written there."""
    known = regions.both_ways(sources)
    return [*_latin(words, known), *_han(words, known)]


def _latin(words: str, known: str) -> list[str]:
    """Capitalised words; of those that begin a sentence, only what goes on with another one."""
    said = {lexemes.stem(word) for word in _WORD.findall(known)}
    found = []
    for match in _LATIN.finditer(words):
        name = match[0].removesuffix("'s").removesuffix("’s")
        folded = lexemes.folded(name)
        if folded in _NO_NAMES or (_BEGINS.search(words[: match.start()]) and not _goes_on(words, match.end())):
            continue
        parts = _WORD.findall(folded)
        if folded not in known and not all(_is_said(part, said) for part in parts) and not _stands_for(name, known):
            found.append(name)
    return found


def _is_said(part: str, said: Set[str]) -> bool:
    """Whether a word has the stem of one of theirs, or is what belongs to it: Albania, Albanian."""
    places = [part.removesuffix(end) for end in _BELONGING if part.endswith(end)]
    return any(lexemes.stem(word) in said for word in (part, *(place for place in places if len(place) >= _BELONGS_TO)))


def _stands_for(name: str, known: str) -> bool:
    """Whether it has the initials of words that they have in a row: AU, of astronomical units."""
    initials = "".join(word[0] for word in _WORD.findall(known))
    return len(name) > 1 and name.isupper() and name.lower() in initials


def _goes_on(words: str, at: int) -> bool:
    return bool(re.match(r"\s+[A-ZÀ-ÖØ-Þ][\w’'-]*[a-zà-ÿ]", words[at:]))


def _han(words: str, known: str) -> list[str]:
    """Words that the dictionary takes for names, a family name together with what follows it."""
    found: list[str] = []
    for match in _HAN_RUN.finditer(words):
        # Of the same length: folding Han goes character by character.
        run, at = match[0].translate(lexemes.han_table()), match.start()
        tagged = list(vocabulary.dictionary().tag(run))
        named = at
        for index, (word, tag) in enumerate(tagged):
            if at >= named and _is_name(word, tag, run[at - match.start() - 1 : at - match.start()]):
                following, its_tag = tagged[index + 1] if index + 1 < len(tagged) else ("", "")
                is_given = tag == "nr" and len(word) == 1 and len(following) <= 2 and not its_tag.startswith(_NO_GIVEN)
                name = word + (following if is_given else "")
                # 房東林淑芬 may be cut into 房, 東林 and 淑芬.
                is_cut_badly = len(rest := run[at - match.start() + 1 :][:2]) == 2 and rest in known
                if len(name) > 1 and not is_cut_badly and not _has(known, name):
                    found.append(words[at : at + len(name)])
                    named = at + len(name)
            at += len(word)
        found += [words[match.start() + first :][: last - first] for first, last in _bodies(run, tagged, known)]
    return found


def _is_name(word: str, tag: str, before: str) -> bool:
    """Whether the dictionary takes the word for a name, and rightly: of two characters it takes many for a place that
    are none, and a family name behind a numeral may be a measure, as in 這張."""
    if tag == "nr":
        if word[1:] in _HOUSES:
            return False
        return word[0] in _FAMILIES and not (before and before in _COUNTS)
    return tag.startswith(_NAME_TAGS) and (len(word) > 2 or word[-1:] in _PLACES)


def _bodies(run: str, tagged: Sequence[tuple[str, str]], known: str) -> list[tuple[int, int]]:
    """Where it names a school, an office or a firm of a kind that the sources have, and they do not name that one."""
    found, at = [], 0
    for word, tag in tagged:
        at += len(word)
        kind = _BODY.match(run, at)
        is_name = kind and len(word) == 2 and tag[:1] in ("n", "m", "j") and kind[0] in known
        if kind and is_name and not _has(known, run[at - 2 : kind.end()]):
            found.append((at - 2, kind.end()))
    return found


def _has(known: str, name: str) -> bool:
    """Whether the sources have it, or call it so in Taiwan; or all of it but its first or last character, where the
    dictionary cut badly."""
    return regions.has(known, name) or (len(name) > 2 and (name[1:] in known or name[:-1] in known))
