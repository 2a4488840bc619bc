"""Which questions need their conversation to be understood, and what is made of them without a model."""

from __future__ import annotations

import pytest

from apps.chat.standalone import LONGEST, Standing, made_to_stand, standing, ways

DEPENDENT = [
    "and in winter?",
    "And pears?",
    "in winter?",
    "what about the harbour?",
    "How about pears",
    "But what about the salt?",
    "how much does it cost?",
    "How long do they take?",
    "Who wrote it?",
    "Is it safe?",
    "When did she die?",
    "What is his address?",
    "why?",
    "Why not?",
    "And why is that?",
    "how much?",
    "How many are there?",
    "Who else?",
    "What else can be done?",
    "the second one?",
    "And the last?",
    "Which one is better?",
    "What happens then?",
    "Tell me more",
    "Tell me more about that.",
    "For example?",
    "And who is responsible?",
    "without steam?",
    "Does this apply to tenants?",
    "What are those for?",
    "那冬天呢？",
    "冬天呢",
    "它多少錢？",
    "它們什麼時候採收？",
    "為什麼？",
    "為什麼呢？",
    "還有誰？",
    "還有什麼要注意？",
    "第二個呢",
    "第二點是什麼？",
    "那押金呢？",
    "至於修繕責任呢？",
    "那麼誰負責？",
    "多少錢？",
    "要多久？",
    "什麼時候？",
    "在哪裡？",
    "這個要怎麼申請？",
    "這是什麼意思？",
    "那裡的開放時間？",
    "他是什麼時候搬走的？",
    "那怎麼辦？",
    "为什么？",
    "那冬天呢？那夏天呢？",
]
ALONE = [
    "When was the harbour built?",
    "How much salt goes into bread?",
    "And when is the loaf of bread done?",
    "When are apples picked in the orchard?",
    "Is it true that salt slows down the yeast?",
    "How long does it take to bake a loaf?",
    "What is photosynthesis?",
    "harbour opening hours",
    "What happened in Taipei this year?",
    "Who won the chess championship of 1972?",
    "How does a sourdough starter differ from dry yeast?",
    "Explain the notice period in the lease",
    "承租人發現漏水時要在幾日內通知出租人？",
    "押金不得超過幾個月的租金？",
    "圖書館星期一有沒有開放？",
    "居家文件應該怎麼分類保存？",
    "今年這個月的水電帳單要保存多久？",
    "妨害他人名譽要負什麼責任？",
    "那麼保險單要保存幾年才可以丟掉？",
    "吉他要怎麼調音？",
    "ISO 9001 的稽核頻率是多久？",
]
UNSURE = [
    "Do apple trees lose their leaves in October?",
    "pears?",
    "What is required?",
    "What is the price?",
    "Who is responsible?",
    "誰負責？",
    "什麼時候採收？",
    "承租人發現漏水時，他要在幾日內通知？",
]


@pytest.mark.parametrize("question", DEPENDENT)
def test_a_follow_up_needs_what_was_asked_before(question: str) -> None:
    assert standing(question) is Standing.DEPENDENT


@pytest.mark.parametrize("question", ALONE)
def test_a_question_with_its_own_subject_stands_alone(question: str) -> None:
    assert standing(question) is Standing.ALONE
    assert ways(question, "When are apples picked?") == [question]


@pytest.mark.parametrize("question", UNSURE)
def test_a_question_that_may_be_either_is_tried_as_it_is_first(question: str) -> None:
    assert standing(question) is Standing.UNSURE
    assert ways(question, "When are apples picked?") == [question, f"When are apples picked? {question}"]


@pytest.mark.parametrize(
    ("before", "question", "stands"),
    [
        ("When are apples picked?", "and pears?", "When are apples picked? and pears?"),
        ("apple trees", "and in\nwinter?", "apple trees? and in winter?"),
        ("蘋果樹什麼時候修剪？", "那冬天呢？", "蘋果樹什麼時候修剪？那冬天呢？"),
        ("押金多少", "為什麼？", "押金多少？為什麼？"),
        ("When are apples picked?", "梨子呢？", "When are apples picked? 梨子呢？"),
        ("One? Two? Three?", "Four?", "One? Three? Four?"),
        ("  ", "why?", "why?"),
    ],
)
def test_it_is_joined_to_the_question_before(before: str, question: str, stands: str) -> None:
    assert made_to_stand(question, before) == stands


def test_a_conversation_does_not_make_it_longer_and_longer() -> None:
    before = "When are apples picked?"
    for number in range(20):
        before = made_to_stand(f"and in year {number}?", before)
    assert before == "When are apples picked? and in year 18? and in year 19?"
    assert len(made_to_stand("why?", "word " * 800)) < LONGEST + 10


def test_what_is_about_something_may_have_changed_the_subject() -> None:
    before = "When are apples picked?"
    assert ways("What about the harbour?", before)[1:] == ["What about the harbour?"]
    assert len(ways("why?", before)) == len(ways("為什麼？", before)) == 1


@pytest.mark.parametrize("question", ["why?", "和它有關嗎", "and then?"])
def test_the_first_question_of_a_conversation_stands_as_it_is(question: str) -> None:
    assert ways(question, "") == [question]
