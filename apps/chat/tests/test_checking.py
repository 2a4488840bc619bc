"""Each sentence of an answer is compared with the wording of what it cites."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

import pytest

from apps.chat.checking import Verdict, measuring
from apps.chat.checking.comparing import check
from apps.indexing.tests import embedders

GARDEN = (
    "Apple trees are pruned in late winter, before the buds swell. Hannah Whitlock keeps the shears. "
    "Pears are not pruned before March 15. The orchard has 42 trees."
)
LEASE = "承租人發現漏水時，應在三日內以書面通知出租人。押金不得超過兩個月的租金。承租人未經同意不得轉租。房東是林淑芬。"
SOURCES = {1: GARDEN, 2: LEASE}


def verdicts(text: str) -> list[tuple[Verdict, str]]:
    return [(one.verdict, one.detail) for one in check(text, SOURCES)]


@pytest.mark.parametrize(
    ("text", "verdict", "detail"),
    [
        ("Apple trees are pruned in late winter, before the buds swell. [1]", Verdict.MATCHES, ""),
        ("The orchard has forty-two trees. [1]", Verdict.MATCHES, ""),
        ("Pears aren't pruned before 15 March. [1]", Verdict.MATCHES, ""),
        ("The orchard has 43 trees. [1]", Verdict.NUMBER, "43"),
        ("Pears are pruned before March 15. [1]", Verdict.NEGATION, ""),
        ("Pears must not be pruned before 15 March. [1]", Verdict.MATCHES, ""),
        ("Margaret Ashdown keeps the shears. [1]", Verdict.NAME, "Margaret, Ashdown"),
        ("The museum shows clocks from many centuries. [1]", Verdict.DIFFERS, ""),
        ("The orchard has 42 trees. [7]", Verdict.NO_SOURCE, "[7]"),
        ("The orchard has 42 trees.", Verdict.UNCITED, ""),
        ("承租人發現漏水時，應在 3 日內以書面通知出租人。[2]", Verdict.MATCHES, ""),
        ("承租人应在三日内以书面通知出租人。[2]", Verdict.MATCHES, ""),
        ("押金不得超過三個月的租金。[2]", Verdict.NUMBER, "三"),
        ("承租人未經同意可以轉租。[2]", Verdict.NEGATION, ""),
        ("房東是陳美惠。[2]", Verdict.NAME, "陳美惠"),
        ("果園裡有 42 棵樹。[1]", Verdict.NOT_CHECKED, ""),
        ("果園裡有 43 棵樹。[1]", Verdict.NUMBER, "43"),
    ],
)
def test_the_verdict_and_the_words_it_is_about(text: str, verdict: Verdict, detail: str) -> None:
    assert verdicts(text) == [(verdict, detail)]


def test_what_is_made_of_two_sources_is_compared_with_both() -> None:
    text = "Hannah Whitlock keeps the shears and the orchard has 42 trees. [1][2]"
    assert verdicts(text) == [(Verdict.MATCHES, "")]


TENANCY = "承租人不得將房屋轉租他人。租期屆滿後十日內無息返還押金。"
DATABASE = "星图数据库的默认端口为5866，默认内存缓存为512MB。打印机与服务器须在同一局域网。"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        # In other words.
        ("房客不可以再把房子租給別人。", TENANCY),
        ("You may borrow six films at once.", "Adults are allowed to take home 6 films at a time."),
        # In the words of Taiwan, where the source has those of the mainland.
        ("這個資料庫的預設連接埠是5866。", DATABASE),
        ("預設的記憶體快取是512MB。", DATABASE),
        ("印表機要和伺服器在同一個區域網路。", DATABASE),
    ],
)
def test_what_is_said_in_other_words_matches(text: str, source: str) -> None:
    (one,) = check(f"{text} [1]", {1: source})
    assert (one.verdict, one.detail) == (Verdict.MATCHES, "")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("房客每天早上都要打掃樓梯。", TENANCY),
        ("The museum shows clocks from many centuries.", "Adults are allowed to take home 6 films at a time."),
    ],
)
def test_what_is_not_said_at_all_differs(text: str, source: str) -> None:
    (one,) = check(f"{text} [1]", {1: source})
    assert one.verdict == Verdict.DIFFERS


def test_without_an_embedder_the_words_alone_are_compared() -> None:
    text = "房客不可以再把房子租給別人。[1]"
    with embedders.using(embedders.Away):
        (one,) = check(text, {1: TENANCY})
    assert one.verdict == Verdict.DIFFERS


def test_the_spans_are_in_order_and_apart() -> None:
    text = f"{GARDEN} [1]\n\n- {LEASE} [2]\n"
    found = check(text, SOURCES)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(text[one.start : one.end].strip() for one in found)


# Numbers that no decimal can be divided by, and times that are none.
LARGE = [
    f"It takes {'9' * 40} minutes and {'9' * 40} seconds in total. [1]",
    f"總共{'9' * 40}分鐘，平均每人約{'9' * 40}多元。[1]",
    "晚上十十點十十分抵達，總共99:99。[1]",
]


def test_no_text_breaks_it() -> None:
    random = Random(7)  # noqa: S311
    pieces = [
        "[1]",
        "[",
        "]",
        "\\",
        "`",
        "```\n",
        "\n",
        "。",
        ". ",
        "不",
        "not ",
        "2024年",
        "3:30",
        "\0",
        "\u2028",
        "> ",
        "- ",
        "**",
    ]
    pieces += ["Anna ", "三成", "百分之", "點", "\ud7ff", "🜨", "\u202e", "|", "#", "[99999]", "a" * 300]
    for _ in range(300):
        text = "".join(random.choices(pieces, k=random.randint(1, 60)))
        for one in check(text, {1: text[::-1], 2: ""}):
            assert 0 <= one.start < one.end <= len(text)
    for text in LARGE:
        assert check(text, {1: text.replace("9", "8"), 2: text})
    assert check("x" * 100_000 + " [1]", SOURCES)
    assert check("不" * 100_000 + "[1]", SOURCES)


def told(name: str) -> dict[str, Any]:
    return measuring.figures(measuring.told(name))


# Of each set: the share of right sentences that is flagged at the most, and of each kind what is told at the least.
AS_THEY_WERE = {
    "free": (0.02, {"number": 0.96, "absent": 1, "name": 0.85, "negation": 0.85, "invented": 0.9, "source": 0.98}),
    "answered": (0.01, {"number": 0.98, "absent": 1, "name": 0.75, "negation": 0.5, "invented": 0.95, "source": 0.98}),
    "more": (0.03, {"number": 0.95, "absent": 1, "name": 0.5, "negation": 0.2, "invented": 0.7, "source": 0.98}),
    "loose": (0.03, {"number": 0.98, "absent": 1, "name": 0.4, "negation": 0.15, "source": 0.98}),
    "further": (0.01, {"number": 0.98, "absent": 1, "name": 0.6, "negation": 0.6, "invented": 0.9, "source": 0.98}),
    "reckoned": (0.25, {"number": 0.95, "absent": 1, "name": 0.4, "negation": 0.5, "invented": 0.75, "source": 0.98}),
    "aside": (0.03, {"number": 0.98, "absent": 1, "name": 0.6, "negation": 0.25, "invented": 0.95, "source": 0.98}),
}


@pytest.mark.parametrize("name", AS_THEY_WERE)
def test_claims_worded_freely_are_told_as_well_as_they_were(name: str) -> None:
    most, least = AS_THEY_WERE[name]
    figures = told(name)
    assert figures["right_flagged"] <= most
    for kind, share in least.items():
        assert figures["kinds"][kind]["recall"] >= share, kind


def test_claims_near_their_passage_are_told_rightly() -> None:
    figures = told("near")
    assert figures["claims"] >= 400
    assert figures["right_flagged"] <= 0.03
    for kind in ("number", "absent"):
        assert figures["kinds"][kind]["recall"] >= 0.98
    for kind in ("name", "negation", "source", "invented", "paraphrase"):
        assert figures["kinds"][kind]["recall"] >= 0.9
