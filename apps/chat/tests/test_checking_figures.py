"""Numbers of a statement that are right though the source has no such number, and wrong though it has."""

from __future__ import annotations

import pytest

from apps.chat.checking import Verdict, comparing


def is_wrong(words: str, source: str) -> bool:
    [checked] = comparing.check(f"{words} [1]", {1: source})
    return checked.verdict is Verdict.NUMBER


@pytest.mark.parametrize(
    ("words", "other", "source"),
    [
        # The other way, or too far away.
        ("臺灣有六成以上。", "臺灣有五成以上。", "臺灣占六成四。"),
        ("成員有一千多人。", "成員有兩千多人。", "會員共1,032人。"),
        ("It took more than three centuries.", "It took more than four centuries.", "Begun in 1172, finished in 1498."),
        ("It comes to a little over 300 calories.", "It comes to nearly 300 calories.", "A portion has 310 calories."),
        ("It weighs about 40 kg.", "It weighs about 60 kg.", "Its weight is 41.5 kg."),
        ("速率最高3Gbps。", "速率最高4Gbps。", "速率最高3,000Mbps。"),
        # Of another unit.
        ("三振八名打者。", "三振九名打者。", "送出8次三振，對方27名打者。"),
        ("It is 4 metres deep.", "It is 5 metres deep.", "It may be 4 metres deep; the letter is of 9 May 2024."),
    ],
)
def test_a_number_given_in_another_way_is_right_and_another_number_is_not(words: str, other: str, source: str) -> None:
    assert not is_wrong(words, source)
    assert is_wrong(other, source)


@pytest.mark.parametrize(
    ("words", "source"),
    [
        ("Leave at least six hours between doses.", "Leave at least eight hours between doses."),
        ("12歲以上者每日一次。", "15歲以上者每日一次。"),
        ("不得超過10公斤。", "不得超過12公斤。"),
    ],
)
def test_a_limit_is_not_rounded(words: str, source: str) -> None:
    assert is_wrong(words, source)


LISTED = "參與者隨機分為快走組（64名）與衛教組（62名）。"
FERRY = "From Lundvik the boat leaves at 06:45, 09:30, 13:15 and 18:00. It stops at three islands."


def test_what_the_source_only_lists_may_be_counted() -> None:
    assert not is_wrong("參與者隨機分成兩組：快走組64人，衛教組62人。", LISTED)
    assert not is_wrong("There are four departures from Lundvik.", FERRY)


def test_what_the_source_counts_is_no_other_number() -> None:
    assert is_wrong("It stops at four islands.", FERRY)
    assert is_wrong("參與者分成兩組。", "參與者分為三組。")
    assert is_wrong("Take one tablet three times a day.", "Take one tablet twice daily.")
    assert is_wrong("It took three hours.", "It sailed at noon.")


SHIP = "She was beset on 18 October 1915, drifted for a month and sank on 21 November 1915."
OPEN = "開館時間為週二至週六8:30至21:00。"


@pytest.mark.parametrize(
    ("words", "other", "source"),
    [
        ("She sank on November 21, 1915.", "She sank on 21 October 1915.", SHIP),
        (
            "期限到2024年11月25日。",
            "期限到2024年11月16日。",
            "自113年10月16日起繳納，以郵戳為憑，可分期付款，最晚到113年11月25日為止，逾期不受理。",
        ),
        ("開館時間是8點30分。", "開館時間是9:30。", OPEN),
        (
            "It takes 1 hour 40 minutes; cars check in 20 minutes before.",
            "It is 1 hour 20 minutes long.",
            "The crossing takes 1 hour 40 minutes. Cars must check in 20 minutes before.",
        ),
        (
            "It takes 100 minutes.",
            "It is 1 hour 30 minutes long.",
            "It takes 1 hour 40 minutes, the other one 2 hours 30 minutes.",
        ),
        (
            "From Monday 9 June to Wednesday 11 June.",
            "From Monday 9 June to 12 June.",
            "From Monday 9 to Wednesday 11 June; the information evening takes place on 12 May.",
        ),
    ],
)
def test_a_day_belongs_to_its_month_and_minutes_to_their_hour(words: str, other: str, source: str) -> None:
    assert not is_wrong(words, source)
    assert is_wrong(other, source)


def test_a_number_under_a_label_is_where_the_rest_is() -> None:
    source = (
        "Level 1: Bronze Age, including the Harrebo hoard of silver coins. Level 2: Textiles, including 3 tapestries."
    )
    assert not is_wrong("The Harrebo hoard of silver coins is on Level 1.", source)


def test_a_number_is_misplaced_only_where_another_one_of_its_unit_stands() -> None:
    source = "It kept the right to levy tolls on the river, except on grain, for thirty years. It fell after 50 years."
    assert not is_wrong("It kept its right to levy tolls on the river for thirty years.", source)
    soup = (
        "Soften the chopped onion for 8 minutes. Add stock, bring it to the boil, cover it, simmer it for 20 minutes."
    )
    assert is_wrong("Soften the chopped onion for 20 minutes.", soup)


@pytest.mark.parametrize("words", ["二次大戰後由臺糖接收。", "放到第二天更香。"])
def test_what_only_has_a_numeral_in_its_name_is_no_number(words: str) -> None:
    assert not is_wrong(words, "戰後由臺糖接收；隔天回油後更香。")


def test_a_year_that_stands_further_up_is_not_misplaced() -> None:
    source = "1927年1月協會分裂，蔣渭水等人退出，於同年7月10日另組臺灣民眾黨。該黨1931年遭解散。"
    assert not is_wrong("蔣渭水等人退出後，在1927年7月10日另組臺灣民眾黨。", source)
