"""A no is told where it denies the very word that the source asserts, and not where it may be right."""

from __future__ import annotations

import pytest

from apps.chat.checking import negation

DENIED = [
    ("The tickets are refundable.", "Tickets can be changed, and are not refundable."),
    ("Games are not recorded by the club.", "Games are recorded by the club."),
    ("The count signed the treaty of Brannau.", "The count refused to sign the treaty of Brannau."),
    ("Cockerels may be kept.", "Hens may be kept, but cockerels may not."),
    ("Passes are valid before 09:00.", "Passes are not valid before 09:00."),
    ("內鍋可以放入洗碗機。", "內鍋不可放入洗碗機清洗。"),
    ("本藥可以和其他含酒精的藥品併用。", "本藥不可與其他含酒精的藥品併用。"),
    ("加班不必事先申請。", "加班應事先申請。"),
    ("TLS is enabled by default.", "TLS is disabled by default and is enabled with an option."),
    ("Cut the bread before it has cooled.", "Do not cut the bread before it has cooled."),
    ("麵團可以過度攪拌。", "切勿過度攪拌麵團。"),
]
NOT_DENIED = [
    # Said with another word.
    ("Photography is forbidden in the chapel.", "Photography is not allowed in the chapel."),
    ("Members cannot play in the cup before a year has passed.", "Members of less than a year may not enter the cup."),
    ("這裡不能帶寵物。", "禁止攜帶寵物。"),
    # A limit, said with a no and without.
    ("You may cache a response for up to 6 hours.", "Clients must not cache a response for longer than 6 hours."),
    ("押金最多兩個月。", "押金不得超過兩個月。"),
    # A condition that turns it round.
    ("New loans are allowed only for schools.", "No new loans are allowed, except for schools."),
    ("取得簽證的配偶可以隨行。", "配偶除非取得簽證，不得隨行。"),
    # The no is about something beside the verb.
    ("The club meets on Thursdays, but not in August.", "The club meets on Thursdays. In August it is closed."),
    # What only looks like a no.
    ("Membership is free for people of the county.", "Anyone who lives in the county may join free of charge."),
    ("不動產按市價計算。", "不動產按市價計算。"),
    ("Version 7 does not run on Windows 8 any more.", "Version 7 no longer runs on Windows 8."),
    # Two signs that say yes together.
    ("寵物不可以沒有登記。", "寵物應登記。"),
    # One word for what others say with a no.
    ("No, TLS is not enabled by default.", "TLS is disabled by default and is enabled with an option."),
    ("A moderate amount of coffee does no harm.", "Moderate amounts of coffee are harmless."),
    ("It is given in metres rather than kilometres.", "It is given in metres, not kilometres."),
    # What comes before what.
    ("No fish should be added before the tank has run for a week.", "The tank runs for a week before fish are added."),
    ("The tube must not be mounted before the weight.", "The weight must be mounted before the tube."),
    (
        "Do not prune the forsythia until it has bloomed.",
        "Prune roses in March, leave the forsythia until it has bloomed.",
    ),
    # Both deny the same, whose verb stands elsewhere too.
    ("清洗內鍋時不要使用鋼刷。", "請使用隨附的飯匙，勿以鋼刷清洗內鍋。"),
    ("Fellows can bring a partner but cannot bring pets.", "Fellows may bring a partner, though not pets."),
    # The rest says it without the no.
    ("Folding bicycles are carried if bagged.", "Bicycles are not carried, but folding bicycles are if bagged."),
    # It is said both ways in one breath.
    ("受試者接受小睡20分鐘及完全不睡兩種條件。", "受試者接受20分鐘小睡及不小睡兩種條件。"),
    ("麵團不要攪拌過度，不然口感會變硬。", "切勿過度攪拌，否則麵團口感會變硬。"),
]


@pytest.mark.parametrize(("statement", "source"), DENIED)
def test_what_is_denied_is_told(statement: str, source: str) -> None:
    assert negation.differs(statement, [source])


@pytest.mark.parametrize(("statement", "source"), NOT_DENIED)
def test_what_may_be_right_is_not_told(statement: str, source: str) -> None:
    assert not negation.differs(statement, [source])


def test_a_list_is_reached_by_the_no_before_it() -> None:
    source = "不得在酒吧、舞廳、柏青哥店等場所工作。"
    assert not negation.differs("酒吧和舞廳等場所是不能工作的。", [source])
