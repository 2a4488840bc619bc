"""The sample library comes with the owner, once, and only when it is wanted."""

import pytest

from apps.accounts.first_start import create_owner
from apps.library.models import Document

pytestmark = pytest.mark.django_db


def test_the_owner_finds_articles_in_two_languages_and_a_file() -> None:
    owner = create_owner("owner@example.org", "a long pass phrase", samples=True)
    found = Document.objects.visible_to(owner).kept()
    articles = found.filter(kind=Document.Kind.ARTICLE)
    assert sorted(articles.values_list("title", flat=True)) == [
        "How DocuMind finds things",
        "Keeping a reading journal",
        "如何讓筆記找得到",
        "居家文件整理：保固、保單與收據",
    ]
    (file,) = found.filter(kind=Document.Kind.FILE)
    assert file.title == "Your first week with DocuMind"
    assert file.revision
    assert file.revision.media_type == "application/pdf"


def test_with_empty_there_is_nothing() -> None:
    create_owner("owner@example.org", "a long pass phrase", samples=False)
    assert not Document.objects.exists()
