"""What the library's tests begin with."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from apps.accounts.models import User
from apps.library import writing
from apps.library.models import Document
from apps.library.uploading import keep_file


@pytest.fixture
def article(owner: User) -> Document:
    """An article of the owner's."""
    return writing.save_article(owner, "租約筆記", "# 修繕\n\n房東**負責**修繕。")


@pytest.fixture
def file(owner: User) -> Document:
    """A file of the owner's."""
    return keep_file(owner, ContentFile(b"%PDF-1.7 annual report"), "年報 2025.pdf")[0]
