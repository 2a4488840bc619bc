"""Writing: an article becomes a document, each save a revision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.library import writing
from apps.library.models import Document, Draft, Revision
from apps.library.signals import document_changed


@contextmanager
def heard() -> Iterator[list[tuple[Document, bool]]]:
    """What `document_changed` says meanwhile, and whether each time a transaction was open."""
    said: list[tuple[Document, bool]] = []

    def listen(document: Document, **kwargs: object) -> None:
        said.append((document, transaction.get_connection().in_atomic_block))

    document_changed.connect(listen)
    try:
        yield said
    finally:
        document_changed.disconnect(listen)


def test_an_article_becomes_a_document_with_its_first_revision(owner: User) -> None:
    with heard() as said:
        document = writing.save_article(owner, "租約筆記", "# 修繕\n\n房東負責修繕。")
    document.refresh_from_db()
    assert document.owner == owner
    assert document.kind == Document.Kind.ARTICLE
    assert document.title == "租約筆記"
    assert document.revision is not None
    assert document.revision.number == 1
    assert document.revision.text == "# 修繕\n\n房東負責修繕。"
    assert document.revision.owner == owner
    assert document.revision.byte_count == len("# 修繕\n\n房東負責修繕。".encode())
    assert said == [(document, True)]
    assert said[0][0].revision == document.revision


def test_saving_again_makes_the_next_revision_and_keeps_the_old(owner: User) -> None:
    first = writing.save_article(owner, "Notes", "one")
    second = writing.save_article(owner, "Notes", "two", first)
    assert second.pk == first.pk
    texts = Revision.objects.visible_to(owner).order_by("number").values_list("number", "text")
    assert list(texts) == [(1, "one"), (2, "two")]
    assert Document.objects.get().revision == Revision.objects.get(number=2)


def test_an_article_that_names_no_revision_is_saved_as_the_next_one(owner: User) -> None:
    document = writing.save_article(owner, "Notes", "one")
    Document.objects.update(revision=None)
    saved = writing.save_article(owner, "Notes", "two", document)
    assert saved.revision is not None
    assert saved.revision.number == 2


def test_saving_a_failed_article_again_makes_it_wait(owner: User) -> None:
    document = writing.save_article(owner, "Notes", "one")
    Document.objects.update(state=Document.State.FAILED, reason="internal", progress=40)
    writing.save_article(owner, "Notes", "two", document)
    document.refresh_from_db()
    assert (document.reason, document.progress) == ("", 0)
    assert document.state != Document.State.FAILED


def test_nothing_changed_means_no_new_revision_and_nothing_said(owner: User) -> None:
    document = writing.save_article(owner, "Notes", "one\ntwo")
    before = Document.objects.get().updated_at
    with heard() as said:
        writing.save_article(owner, " Notes ", "one\r\ntwo", document)
    assert Revision.objects.count() == 1
    assert Document.objects.get().updated_at == before
    assert said == []


def test_the_first_heading_is_the_title_of_an_article_without_one(owner: User) -> None:
    assert writing.save_article(owner, "  ", "intro\n\n## 第二章 ##\ntext").title == "第二章"


def test_the_first_line_is_the_title_of_an_article_without_headings(owner: User) -> None:
    assert writing.save_article(owner, "", "\n\n- **buy** milk\nand bread").title == "buy** milk"
    assert writing.save_article(owner, "", "x" * 500).title == "x" * 300


def test_an_article_without_any_words_is_untitled(owner: User) -> None:
    assert writing.save_article(owner, "", "\n  \n***\n").title == "Untitled"


def test_what_postgres_cannot_hold_is_left_out(owner: User) -> None:
    document = writing.save_article(owner, "a\0b\nc", "x\0y\ud800z")
    assert document.title == "ab c"
    assert Revision.objects.get().text == "xy?z"


def test_an_article_over_two_megabytes_is_refused_in_a_sentence(owner: User) -> None:
    with pytest.raises(writing.ArticleRefused, match="longer than 2 MB"):
        writing.save_article(owner, "Long", "字" * 700_000)
    assert not Document.objects.exists()
    assert writing.save_article(owner, "Just fits", "x" * writing.ARTICLE_BYTES).pk


def test_another_users_article_cannot_be_written_over(owner: User, other: User) -> None:
    document = writing.save_article(owner, "Mine", "one")
    with pytest.raises(Document.DoesNotExist):
        writing.save_article(other, "Mine", "two", document)
    assert Revision.objects.get().text == "one"


def test_a_failing_listener_leaves_nothing_behind(owner: User) -> None:
    def fail(**kwargs: object) -> None:
        raise RuntimeError

    document_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            writing.save_article(owner, "Notes", "one")
    finally:
        document_changed.disconnect(fail)
    assert not Document.objects.exists()
    assert not Revision.objects.exists()


def test_a_draft_is_kept_once_for_each_article_and_forgotten_on_save(owner: User, other: User) -> None:
    document = writing.save_article(owner, "Notes", "one")
    writing.keep_draft(owner, "", "new", None)
    writing.keep_draft(owner, "", "newer", None)
    writing.keep_draft(owner, "Notes", "two", document)
    writing.keep_draft(other, "", "theirs", None)
    assert list(Draft.objects.visible_to(owner).order_by("text").values_list("text", flat=True)) == ["newer", "two"]

    writing.save_written(owner, "Notes", "two", document)
    assert Draft.objects.visible_to(owner).get().text == "newer"
    writing.save_written(owner, "", "newer")
    assert not Draft.objects.visible_to(owner).exists()
    assert Draft.objects.visible_to(other).exists()
