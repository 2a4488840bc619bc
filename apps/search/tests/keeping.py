"""A library to search in, kept and indexed as the site does it."""

from __future__ import annotations

from apps.accounts.models import User
from apps.indexing import working
from apps.library import writing
from apps.library.models import Document

LEASE = (
    "房東與房客的租約",
    (
        "房東負責修繕屋頂與水管。房客每月五日以前付租金。押金是兩個月的租金，退租時歸還。\n\n"
        "家電損壞時由房客先通知房東，三天內派人來看。"
    ),
)
TEA = (
    "Notes on tea",
    (
        "Green tea is steamed soon after picking, which keeps its leaves green. Black tea is left to oxidise first. "
        "A pot of oolong wants water just off the boil and three minutes of patience."
    ),
)
SHIP = (
    "Release checklist",
    (
        "Version v2.3.1 was released on 2024-05-01 after an audit against ISO-9001. "
        "The previous release, v2.2.9, had a fault in the backup of large files."
    ),
)
MOON = (
    "Tides",
    (
        "The sea rises and falls twice a day because the moon pulls at it. "
        "When sun and moon stand in one line their pulls add up and the flood is highest."
    ),
)
LIBRARY = (LEASE, TEA, SHIP, MOON)


def keep(user: User, title: str, text: str) -> Document:
    """An article, saved and indexed by words and by meaning."""
    document = writing.save_article(user, title, text)
    assert working.work_one([document.pk])
    return document


def keep_library(user: User) -> list[Document]:
    """Four articles, one in Chinese and three in English."""
    return [keep(user, title, text) for title, text in LIBRARY]
