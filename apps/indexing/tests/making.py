"""Documents for the tests of indexing, made as the library makes them or behind its back."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.db import connection

from apps.accounts.models import User
from apps.indexing.models import IndexRun
from apps.library import writing
from apps.library.models import Document
from apps.library.uploading import keep_file

NOTE = """# 修繕

房東負責修繕。房客每月五日前付租金。

# Rent

The rent is due on the fifth. It is paid by bank transfer.
"""


def article(owner: User, title: str = "租約筆記", text: str = NOTE) -> Document:
    """An article, saved as its author would."""
    return writing.save_article(owner, title, text)


def text_file(owner: User, name: str = "notes.txt", text: str = NOTE) -> Document:
    """A text file, uploaded."""
    return keep_file(owner, ContentFile(text.encode()), name)[0]


def pages_of(words: list[str]) -> bytes:
    """A PDF with one page for each of `words`."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("Helvetica", size=14)
    for text in words:
        pdf.add_page()
        pdf.multi_cell(0, 8, text)
    return bytes(pdf.output())


def pdf(owner: User, *words: str, name: str = "report.pdf") -> Document:
    """A PDF with one page for each of `words`, uploaded."""
    return keep_file(owner, ContentFile(pages_of(list(words))), name)[0]


def inserted_article(owner: User, title: str, text: str) -> Document:
    """An article that SQL put there: no signal, no passages, no run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO library_document (owner_id, kind, title, created_at, updated_at, state, reason,"
            " passage_count, language, progress) VALUES (%s, 'article', %s, now(), now(), 'waiting', '', 0, '', 0)"
            " RETURNING id",
            [owner.pk, title],
        )
        [(document,)] = cursor.fetchall()
        cursor.execute(
            "INSERT INTO library_revision (owner_id, document_id, number, title, text, file, file_name, media_type,"
            " byte_count, sha256, created_at) VALUES (%s, %s, 1, %s, %s, '', '', 'text/markdown', 0, '', now())"
            " RETURNING id",
            [owner.pk, document, title, text],
        )
        [(revision,)] = cursor.fetchall()
        cursor.execute("UPDATE library_document SET revision_id = %s WHERE id = %s", [revision, document])
    return Document.objects.get(pk=document)


def queued() -> int:
    """How many calls for workers wait in the queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM huey_task")
        [(count,)] = cursor.fetchall()
        return int(count)


def run_of(document: Document) -> IndexRun:
    """The run of what the document says now."""
    return IndexRun.objects.get(revision=document.revision_id)
