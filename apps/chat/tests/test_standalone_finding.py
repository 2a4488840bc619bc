"""That what a follow-up is made into without a model finds what it asks for, in the sample articles and two more.

Of the 26 follow-ups the follow-up alone finds 22 among its first three passages (enough to answer from for 21), and
joined to the question before it without looking, all 26, but then a question about nothing here is answered with what
was asked before in 2 of 5 cases.
"""

from __future__ import annotations

from apps.accounts.models import User
from apps.chat import standalone
from apps.chat.answering import search
from apps.chat.tests.conftest import BREAD, LEASE, add
from apps.chat.tests.test_suggesting import SAMPLES

# The question before, the follow-up, and words of the passage that answers it.
FOLLOW_UPS = [
    ("How much salt goes into bread?", "and why is it needed?", "slows the yeast"),
    ("How long is a loaf baked?", "at how many degrees?", "230 degrees"),
    ("How long is a loaf baked?", "how do I know it is done?", "sounds hollow"),
    ("How much salt goes into bread?", "what does it do to the gluten?", "gluten stronger"),
    ("How much salt goes into bread?", "what about the baking?", "230 degrees"),
    ("How long is a passage?", "and where does it end?", "end of a sentence"),
    ("How does DocuMind find things?", "what if nothing is found?", "When nothing is found"),
    ("How should I keep a reading journal?", "and quotations?", "Quotations"),
    ("How should I keep a reading journal?", "which questions should it answer?", "our questions"),
    ("How should I keep a reading journal?", "when should I look back at it?", "Looking back"),
    ("What belongs into an entry of a reading journal?", "and the date?", "date on which you finished"),
    ("房屋漏水由誰修繕？", "那押金呢？", "押金不得超過"),
    ("押金不得超過幾個月的租金？", "什麼時候要返還？", "十五日內返還"),
    ("押金不得超過幾個月的租金？", "那什麼時候退？", "十五日內返還"),
    ("房屋漏水由誰修繕？", "要在幾日內通知？", "三日內以書面"),
    ("保險單要保存多久？", "那發票呢？", "一般發票"),
    ("保險單要保存多久？", "房屋權狀呢？", "房屋權狀"),
    ("居家文件要怎麼掃描？", "要注意什麼？", "掃描時注意"),
    ("居家文件要怎麼整理？", "多久整理一次？", "一年整理一次"),
    ("居家文件要怎麼整理？", "有什麼不該放進來？", "別放進來"),
    ("筆記的標題要怎麼寫？", "為什麼？", "標題寫成句子"),
    ("筆記的標題要怎麼寫？", "那來源呢？", "記下來源"),
    ("筆記的標題要怎麼寫？", "名稱和數字呢？", "名稱與數字"),
    # These have a subject of their own.
    ("How much salt goes into bread?", "How should quotations be written down in a reading journal?", "Quotations"),
    ("押金不得超過幾個月的租金？", "居家文件的醫療收據要保存多久？", "醫療收據"),
    ("How should I keep a reading journal?", "How long does a loaf of bread bake?", "twenty minutes"),
]
ABOUT_NOTHING_HERE = [
    ("How much salt goes into bread?", "Who won the chess championship of 1972?"),
    ("押金不得超過幾個月的租金？", "月球離地球有多遠？"),
    ("How long is a loaf baked?", "What is photosynthesis?"),
    ("How long is a loaf baked?", "When was the harbour built?"),
    ("How should I keep a reading journal?", "and who won the chess championship of 1972?"),
]


def test_follow_ups_find_what_they_ask_for_and_nothing_else(owner: User) -> None:
    for text in [*(path.read_text() for path in SAMPLES), BREAD, LEASE]:
        add(owner, text.split("\n", 1)[0].removeprefix("# "), text)
    for before, question, words in FOLLOW_UPS:
        _, hits, is_enough = search(owner, standalone.ways(question, before))
        assert is_enough, question
        assert any(words in hit.text for hit in hits[:3]), question
    for before, question in ABOUT_NOTHING_HERE:
        looked_for, _, is_enough = search(owner, standalone.ways(question, before))
        assert not is_enough, looked_for
