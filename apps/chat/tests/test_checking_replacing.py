"""A noun in the place of the source's own is seen by the words around it, though no dictionary knows it for a name."""

from __future__ import annotations

import pytest

from apps.chat.checking.replacing import replaced


@pytest.mark.parametrize(
    ("statement", "source", "noun"),
    [
        ("應與硫酸隔離至少6公尺。", "儲存時，應與硝酸隔離至少6公尺。", "硫"),
        ("如有疑問，請洽北投服務所。", "如有疑問，請洽板新服務所，電話1910。", "北投"),
        ("步道由林業署屏東分署管理。", "步道由林業署嘉義分署管理，距市區40分鐘。", "屏東"),
    ],
)
def test_a_replaced_noun_is_found(statement: str, source: str, noun: str) -> None:
    assert replaced(statement, [source]) == [noun]


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        # Other verbs and small words for the same.
        ("水表屬於自來水公司。", "水表歸自來水公司所有。"),
        ("押金要在15天內退還。", "押金應於15日內退還。"),
        # Elsewhere in the source.
        ("請洽北投服務所。", "請洽板新服務所。北投的用戶亦同。"),
        ("The depot is in Ghent.", "The depot is in Brno."),
        ("", "步道由林業署管理。"),
    ],
)
def test_what_is_no_replaced_noun_is_left(statement: str, source: str) -> None:
    assert replaced(statement, [source]) == []
