"""What a statement says it reckoned from its source's numbers is right when it does follow from them."""

from __future__ import annotations

import pytest

from apps.chat.checking import Verdict, comparing, reckoning


def is_wrong(words: str, source: str) -> bool:
    [checked] = comparing.check(f"{words} [1]", {1: source})
    return checked.verdict is Verdict.NUMBER


MILL = "The mill was founded in 1909 and closed in 1990; it then employed 320 people."
FEES = "The course costs 450 euros, the books 60 euros and the examination 85 euros."
SHARES = "Packaging brought in 58 percent of revenue and Labels 31 percent; the rest came from Services."
RICE = "白米煮 25 分鐘，糙米煮 60 分鐘，燜 10 分鐘。"


@pytest.mark.parametrize(
    ("words", "other", "source"),
    [
        ("The mill lasted 81 years.", "The mill lasted 91 years.", MILL),
        ("In total the course, books and examination cost 595 euros.", "In total they cost 605 euros.", FEES),
        ("The books are 25 euros cheaper than the examination.", "They are 35 euros cheaper.", FEES),
        ("Services made up the remaining 11 percent of revenue.", "Services made up the remaining 12 percent.", SHARES),
        ("糙米比白米多煮35分鐘。", "糙米比白米多煮45分鐘。", RICE),
        ("糙米煮好燜好，一共70分鐘。", "糙米煮好燜好，一共75分鐘。", RICE),
        ("煮糙米的時間比煮白米長了35分鐘。", "煮糙米的時間比煮白米長了50分鐘。", "白米煮45分鐘，糙米煮1小時20分鐘。"),
        ("總烘烤時間為25至27分鐘。", "總烘烤時間為28至30分鐘。", "先烤15分鐘，翻面再烤10至12分鐘。"),
        ("前一天（10月23日）要告知。", "前一天（10月22日）要告知。", "10月24日出發，須於前一日告知。"),
        ("他28歲前到了淡水。", "他38歲前到了淡水。", "他生於1844年，1872年抵達淡水。"),
        ("The crossing took 50 minutes.", "The crossing took 55 minutes.", "It left at 9:10 and arrived at 10:00."),
    ],
)
def test_what_follows_is_right_and_what_does_not_is_wrong(words: str, other: str, source: str) -> None:
    assert not is_wrong(words, source)
    assert is_wrong(other, source)


def test_what_does_not_say_that_it_was_reckoned_is_no_sum() -> None:
    assert is_wrong("The course costs 510 euros.", FEES)
    assert is_wrong("糙米煮70分鐘。", RICE)


def test_amounts_of_different_things_are_not_put_together() -> None:
    assert is_wrong("Altogether it was 67 kilograms.", "It takes 60 minutes and 7 kilograms of salt.")


def test_of_very_many_numbers_nothing_is_reckoned() -> None:
    table = ", ".join(str(7 * number) for number in range(1, reckoning.MOST + 2))
    assert is_wrong("In total it was 21.5.", table)
    assert reckoning.values("in total it was 91", [table]) == {}
