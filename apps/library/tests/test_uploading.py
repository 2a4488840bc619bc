"""Uploading: what is stored, under which name, and what becomes of it when something goes wrong."""

from __future__ import annotations

import hashlib
from pathlib import Path
from unittest.mock import ANY

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import TemporaryUploadedFile

from apps.accounts.models import User
from apps.indexing.extract.formats import SUFFIXES
from apps.library import kinds, trash
from apps.library.models import Document, Revision
from apps.library.signals import document_changed
from apps.library.tests.hostile import HOSTILE_NAMES
from apps.library.uploading import UploadRefused, display_name, keep_file

PDF = b"%PDF-1.7\n1 0 obj\n"


def files_under(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_becomes_a_document_and_its_original_is_kept(owner: User, settings: LazySettings) -> None:
    content = PDF + b"x" * 300_000
    document, created = keep_file(owner, ContentFile(content), "年報 2025.pdf")
    assert created
    document.refresh_from_db()
    revision = document.revision
    assert revision is not None
    assert (document.kind, document.title, document.owner) == (Document.Kind.FILE, "年報 2025", owner)
    assert (revision.number, revision.file_name, revision.media_type) == (1, "年報 2025.pdf", kinds.PDF)
    assert revision.byte_count == len(content)
    assert revision.sha256 == hashlib.sha256(content).hexdigest()
    [stored] = files_under(Path(settings.MEDIA_ROOT))
    assert stored.read_bytes() == content
    assert "年報" not in str(stored)
    assert stored.parent == Path(settings.MEDIA_ROOT) / str(owner.pk)
    assert stored.stat().st_mode & 0o777 == 0o600


def test_a_large_upload_and_a_file_on_disk_are_read_in_pieces(owner: User, tmp_path: Path) -> None:
    upload = TemporaryUploadedFile("big.txt", "text/plain", 0, None)
    upload.write(b"0123456789" * 300_000)
    upload.size = 3_000_000
    document, _created = keep_file(owner, upload, "big.txt")
    assert document.revision is not None
    assert document.revision.byte_count == 3_000_000
    (tmp_path / "note.md").write_text("# 筆記")
    with (tmp_path / "note.md").open("rb") as file:
        document, _created = keep_file(owner, File(file), "note.md")
    assert document.revision is not None
    assert document.revision.media_type == kinds.MARKDOWN


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=ascii)
def test_c2_a_hostile_name_reaches_nothing_outside_the_media_folder(
    owner: User, settings: LazySettings, tmp_path: Path, name: str
) -> None:
    keep_file(owner, ContentFile(b"words"), name)
    media = Path(settings.MEDIA_ROOT)
    [stored] = files_under(tmp_path)
    assert stored.parent == media / str(owner.pk)
    assert len(stored.name) == 36
    shown = Revision.objects.get().file_name
    assert 0 < len(shown) <= 255
    assert shown.isprintable()
    assert not set(shown) & set("/\\\0\u202e\u2066\u2069")


def test_a_name_is_shown_without_its_folders_and_with_its_ending() -> None:
    assert display_name("/home/me/年報.pdf") == "年報.pdf"
    assert display_name("C:\\docs\\a.pdf") == "a.pdf"
    assert display_name("e\u0301te\u0301.txt") == "été.txt"
    assert display_name("👩\u200d💻.txt") == "👩\u200d💻.txt"
    assert display_name("a" * 400 + ".pdf").endswith("a.pdf")


def test_the_same_file_is_kept_once_for_each_user(owner: User, other: User, settings: LazySettings) -> None:
    first, _created = keep_file(owner, ContentFile(PDF), "a.pdf")
    again, created = keep_file(owner, ContentFile(PDF), "b.pdf")
    assert (again, created) == (first, False)
    theirs, created = keep_file(other, ContentFile(PDF), "a.pdf")
    assert created
    assert theirs.owner == other
    assert len(files_under(Path(settings.MEDIA_ROOT))) == 2


def test_a_file_that_is_in_the_trash_can_be_added_again(owner: User) -> None:
    first, _created = keep_file(owner, ContentFile(PDF), "a.pdf")
    trash.move_to_trash(first)
    second, created = keep_file(owner, ContentFile(PDF), "a.pdf")
    assert created
    assert second != first


def test_a_rollback_leaves_no_file(owner: User, tmp_path: Path) -> None:
    def fail(**kwargs: object) -> None:
        assert files_under(tmp_path), "the file is stored before the rows are written"
        raise RuntimeError

    document_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            keep_file(owner, ContentFile(PDF), "a.pdf")
    finally:
        document_changed.disconnect(fail)
    assert not Document.objects.exists()
    assert files_under(tmp_path) == []


def test_a_file_over_the_limit_is_refused_by_its_size(owner: User, settings: LazySettings, tmp_path: Path) -> None:
    settings.UPLOAD_BYTES = 1000
    with pytest.raises(UploadRefused, match="Larger than 1000") as refused:
        keep_file(owner, ContentFile(PDF + b"x" * 1000), "big.pdf")
    assert refused.value.status == 413
    assert files_under(tmp_path) == []


def test_a_file_that_lies_about_its_size_is_refused_while_it_is_read(
    owner: User, settings: LazySettings, tmp_path: Path
) -> None:
    settings.UPLOAD_BYTES = 100_000
    liar = ContentFile(PDF + b"x" * 200_000)
    liar.size = 10
    with pytest.raises(UploadRefused, match="Larger than"):
        keep_file(owner, liar, "liar.pdf")
    assert files_under(tmp_path) == []
    assert not Document.objects.exists()


def test_a_kind_that_cannot_be_read_is_refused(owner: User, tmp_path: Path) -> None:
    with pytest.raises(UploadRefused, match="cannot be read here"):
        keep_file(owner, ContentFile(b"\x89PNG\r\n\x1a\n\0\0"), "photo.png")
    assert files_under(tmp_path) == []


def test_an_empty_file_is_kept_and_left_to_indexing_to_explain(owner: User) -> None:
    document, created = keep_file(owner, ContentFile(b""), "empty.pdf")
    assert created
    assert document == Document.objects.get(revision__media_type=kinds.PDF, revision__byte_count=0)


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (PDF, "a.pdf", kinds.PDF),
        (PDF, "a.txt", kinds.PDF),
        (b"\n\n" + PDF, "no suffix", kinds.PDF),
        (b"plain words", "a.pdf", kinds.PDF),
        (b"PK\x03\x04....[Content_Types].xml", "a.docx", kinds.DOCX),
        (b"PK\x03\x04....word/document.xml", "a", kinds.DOCX),
        (b"PK\x03\x04....ppt/presentation.xml", "a.zip", kinds.PPTX),
        (b"PK\x03\x04....", "a.zip", kinds.UNKNOWN),
        (b"<p>", "a.HTML", kinds.HTML),
        ("# 標題".encode(), "筆記.md", kinds.MARKDOWN),
        ("文字".encode("utf-16"), "a", kinds.TEXT),
        ("文字".encode("big5"), "README", kinds.TEXT),
        (b"\x7fELF\x02", "program", kinds.UNKNOWN),
        (b"a\0b", "data.bin", kinds.UNKNOWN),
    ],
)
def test_the_kind_is_told_by_the_first_bytes_and_the_name(head: bytes, name: str, media_type: str) -> None:
    assert kinds.media_type(head, name) == media_type


def test_what_is_offered_is_what_can_be_read() -> None:
    assert set(kinds.BY_SUFFIX) == set(SUFFIXES)


def test_what_indexing_hears_has_its_revision(owner: User) -> None:
    said: list[object] = []

    def listen(document: Document, **kwargs: object) -> None:
        said.append((document.pk, document.revision and document.revision.file_name))

    document_changed.connect(listen)
    keep_file(owner, ContentFile(PDF), "a.pdf")
    document_changed.disconnect(listen)
    assert said == [(ANY, "a.pdf")]


def test_r12_a_disk_that_cannot_be_written_to_is_said_and_leaves_no_half_file(
    owner: User, settings: LazySettings, tmp_path: Path
) -> None:
    Path(settings.MEDIA_ROOT).write_text("a file where the folder should be")
    with pytest.raises(UploadRefused, match="disk of this site is full") as refused:
        keep_file(owner, ContentFile(PDF), "a.pdf")
    assert refused.value.status == 507
    assert not Document.objects.exists()
    assert files_under(tmp_path) == [Path(settings.MEDIA_ROOT)]
