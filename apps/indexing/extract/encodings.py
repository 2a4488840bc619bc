"""The text of bytes whose encoding nobody told."""

from __future__ import annotations

import codecs

# Whoever marks the text means it. UTF-32 comes first, for its mark begins with UTF-16's.
_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EAST_ASIAN = ("big5hkscs", "cp950", "gb18030", "cp932", "euc_jp")
# The commonest characters of Chinese in both spellings, kana and punctuation: a wrong decoding shows rare ones instead.
_COMMON = frozenset(
    "的一是不了在人有我他這这中大來来上個个國国到說说們们為为子和你地出道也時时年得就那要下以生會会自著着去之過过家學学對对可"
    "她里裡後后小麼么心多天而能好都然沒没日於于起還还發发成事只作當当想看文無无開开手十用主行方又如前所本見见經经頭头面公同三"
    "已老從从動动兩两長长知民樣样現现分將将外但身些與与高意進进把法此實实回二理美點点月明其種种聲声全工己話话儿兒者向情部正名"
    "定女問问力機机給给等幾几很業业最間间新什打便位因重被走電电四第門门相次東东政海口使教西再平真聽听世氣气信北少關关並并內内"
    "加化由卻却代軍军產产入先山五太水萬万市眼體体別别處处總总才場场師师書书比住員员九笑性通目華华報报立馬马命張张活難难神數数"
    "件安表原車车白應应路期叫死常提感金何更反合放做系計计或司利受光王果親亲界及今京務务制解各任至清物台象記记邊边共風风戰战干"
    "。，、；：？！「」『』（）《》“”…—"
    "あいうえおかがきくけこさしじすせそただちつてでとどなにのはばひへほまみめもやよらりるれろわをんっゃゅょアイウエオカキクシスタツテトナニノハマラリルレロンー"
)
_SAMPLE = 20_000


def decoded(data: bytes, declared: str = "") -> str:
    """The text, with every line end as a line feed and without NUL.

    A byte order mark decides, then strict UTF-8, then what the text itself declares, then whichever East Asian
    encoding shows characters in common use, then Western European, which never fails.
    """
    text = _marked(data) or _strict(data, "utf-8") or _strict(data, declared) or _east_asian(data)
    if text is None:
        text = _strict(data, "cp1252") or data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _marked(data: bytes) -> str | None:
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    return None


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding) if encoding else None
    except (UnicodeDecodeError, LookupError):
        return None


def _east_asian(data: bytes) -> str | None:
    found = [text for encoding in _EAST_ASIAN if (text := _strict(data, encoding)) is not None]
    best = max(found, key=_commonness, default=None)
    return best if best is not None and _commonness(best) > 0.2 else None


def _commonness(text: str) -> float:
    """The share of common characters among those that are not ASCII."""
    foreign = [character for character in text[:_SAMPLE] if character > "\x7f"]
    return sum(character in _COMMON for character in foreign) / len(foreign) if foreign else 0.0
