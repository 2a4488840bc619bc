"""Files that cannot be read: each ends with its reason, soon, and the process that asked lives on."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from apps.indexing.extract import ExtractFault, extract, faults
from apps.indexing.tests import samples
from apps.indexing.tests.samples import Line
from apps.library.models import Reason

WORDS = b"Just a few words that nobody would take for a PDF.\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def outcome(path: Path, name: str = "", media_type: str = "") -> Reason | None:
    """Why the file could not be read; `None` when it could."""
    try:
        for _ in extract(path, media_type, name or path.name):
            pass
    except ExtractFault as fault:
        assert isinstance(fault.reason, Reason)  # noqa: PT017
        return fault.reason
    return None


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_the_child_knows_the_reasons_by_their_true_names() -> None:
    assert set(faults.Word.__args__) <= set(Reason.values)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("words.pdf", WORDS, Reason.MISMATCH),
        ("中文.pdf", "這不是一份 PDF。".encode(), Reason.MISMATCH),
        ("picture.pdf", PICTURE, Reason.MISMATCH),
        ("noise.pdf", bytes(range(256)) * 8, Reason.BROKEN),
        ("zeros.pdf", b"\0" * 5_000, Reason.BROKEN),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Cat", Reason.BROKEN),
        ("empty.pdf", b"", Reason.EMPTY),
        ("empty.txt", b"", Reason.EMPTY),
        ("blank.txt", b" \n\t\r\n ", Reason.EMPTY),
        ("blank.md", b"\n\n", Reason.EMPTY),
        ("empty.docx", b"", Reason.EMPTY),
        ("tags.html", b"<html><body><script>1</script></body></html>", Reason.EMPTY),
        ("words.docx", WORDS, Reason.MISMATCH),
        ("cut.docx", b"PK\x03\x04" + b"\0" * 40, Reason.BROKEN),
        ("picture.txt", PICTURE, Reason.MISMATCH),
        ("noise.txt", bytes(range(256)) * 8, Reason.MISMATCH),
        ("paper.txt", b"%PDF-1.4\n1 0 obj", Reason.MISMATCH),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Reason.UNSUPPORTED),
        ("old.ppt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Reason.UNSUPPORTED),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Reason.MISMATCH),
        (
            "locked.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            Reason.ENCRYPTED,
        ),
        ("film.mp4", b"\0\0\0 ftypisom", Reason.UNSUPPORTED),
        ("no ending", WORDS, Reason.UNSUPPORTED),
    ],
)
def test_each_wrong_file_has_its_reason(tmp_path: Path, name: str, data: bytes, reason: Reason) -> None:
    assert outcome(written(tmp_path / "stored", data), name) == reason


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert outcome(tmp_path / "gone", "gone.pdf") == Reason.MISSING


def test_the_media_type_speaks_when_the_name_does_not(tmp_path: Path) -> None:
    assert outcome(written(tmp_path / "stored", WORDS), "notes", "text/plain; charset=utf-8") is None


def test_words_may_stand_before_the_mark_of_a_pdf(tmp_path: Path) -> None:
    data = samples.pdf(tmp_path / "a.pdf", [Line("Some mail programs put their own words first.")]).read_bytes()
    assert outcome(written(tmp_path / "b.pdf", b"\xffjunk\n" + data)) is None


def test_a_password_is_asked_for_only_when_the_empty_one_does_not_open_it(tmp_path: Path) -> None:
    assert outcome(samples.locked_pdf(tmp_path / "locked.pdf", user="secret")) == Reason.ENCRYPTED
    assert outcome(samples.locked_pdf(tmp_path / "open.pdf", user="")) is None


def test_pictures_without_text_are_a_scan_and_nothing_at_all_is_empty(tmp_path: Path) -> None:
    assert outcome(samples.scan(tmp_path / "scan.pdf")) == Reason.NO_TEXT
    assert outcome(samples.pdf(tmp_path / "blank.pdf", [], [])) == Reason.EMPTY


def test_a_page_of_few_words_is_no_scan(tmp_path: Path) -> None:
    assert outcome(samples.pdf(tmp_path / "a.pdf", [Line("謝謝")])) is None


def test_c4_two_gigabytes_squeezed_into_one_page(tmp_path: Path) -> None:
    bomb = samples.flate_bomb(tmp_path / "bomb.pdf")
    assert bomb.stat().st_size < 20_000_000
    assert outcome(bomb) in (Reason.TOO_BIG, Reason.CRASHED, Reason.TIMEOUT)


def test_c4_a_stream_squeezed_twice(tmp_path: Path) -> None:
    bomb = samples.flate_bomb(tmp_path / "bomb.pdf", twice=True)
    assert bomb.stat().st_size < 1_000_000
    assert outcome(bomb) in (Reason.TOO_BIG, Reason.CRASHED, Reason.TIMEOUT)


def test_c4_forms_within_forms(tmp_path: Path) -> None:
    assert outcome(samples.laughs(tmp_path / "laughs.pdf")) in (Reason.TOO_BIG, Reason.CRASHED, Reason.TIMEOUT)


def test_c4_more_pages_than_a_book_has(tmp_path: Path) -> None:
    assert outcome(samples.many_pages(tmp_path / "many.pdf", 100_000)) == Reason.TOO_BIG


def test_c4_arrays_within_arrays(tmp_path: Path) -> None:
    assert outcome(samples.nested_arrays(tmp_path / "nested.pdf")) in (Reason.EMPTY, Reason.BROKEN, Reason.TOO_BIG)


@pytest.mark.parametrize("suffix", [".docx", ".pptx"])
def test_c4_an_office_file_that_would_unpack_to_too_much(tmp_path: Path, suffix: str) -> None:
    whole = samples.docx(tmp_path / "a.docx") if suffix == ".docx" else samples.pptx(tmp_path / "a.pptx")
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/more.xml", "w") as part:
        for _ in range(200):
            part.write(b" " * (1 << 20))
    assert outcome(whole) == Reason.TOO_BIG


def test_c4_an_archive_that_lies_about_its_sizes(tmp_path: Path) -> None:
    path = samples.docx(tmp_path / "a.docx")
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("word/document.xml").file_size
    data = path.read_bytes().replace(size.to_bytes(4, "little"), (5).to_bytes(4, "little"))
    assert outcome(written(tmp_path / "lie.docx", data)) is Reason.BROKEN


def test_c4_entities_are_not_expanded(tmp_path: Path) -> None:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n + 1, b"&e%d;" % n * 10) for n in range(12))
    head = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">' + entities + b'<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    )
    path = _with_document(tmp_path, lambda xml: head + xml.partition(b"?>")[2].replace(b"Roses need", b"&e12;&f; need"))
    try:
        text = "".join(block.text for block in extract(path, "", "a.docx"))
    except ExtractFault as fault:
        assert fault.reason in (Reason.BROKEN, Reason.TOO_BIG)  # noqa: PT017
    else:
        assert "root:" not in text
        assert len(text) < 1_000


def _with_document(folder: Path, change: object) -> Path:
    """A Word document whose main part went through `change`."""
    source = zipfile.ZipFile(samples.docx(folder / "source.docx"))
    target = folder / "changed.docx"
    with source, zipfile.ZipFile(target, "w") as archive:
        for part in source.infolist():
            data = source.read(part)
            archive.writestr(part.filename, change(data) if part.filename == "word/document.xml" else data)  # type: ignore[operator]
    return target


def test_an_archive_of_something_else_is_a_mismatch(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert outcome(written(tmp_path / "a.docx", data.getvalue())) == Reason.MISMATCH
    assert outcome(samples.pptx(tmp_path / "slides.pptx"), "letter.docx") == Reason.MISMATCH


def test_web_pages_nested_without_end_have_a_reason_or_are_read(tmp_path: Path) -> None:
    deep = written(tmp_path / "deep.html", b"<div>" * 50_000 + b"at the bottom" + b"</div>" * 50_000)
    assert outcome(deep) in (None, Reason.TOO_BIG, Reason.BROKEN, Reason.CRASHED, Reason.EMPTY)


def test_markdown_nested_without_end_has_a_reason_or_is_read(tmp_path: Path) -> None:
    deep = written(tmp_path / "deep.md", b">" * 20_000 + b" deep\n\n" + b"[" * 50_000 + b"\n\nand a last paragraph")
    assert outcome(deep) in (None, Reason.TOO_BIG, Reason.TIMEOUT)


def test_r9_damaged_files_end_read_or_with_a_reason(tmp_path: Path) -> None:
    chance = random.Random(20_240_229)  # noqa: S311
    whole = samples.pdf(
        tmp_path / "whole.pdf", *[samples.column(["Roses need sun.", "玫瑰需要陽光。"])] * 3
    ).read_bytes()
    outcomes = []
    for number in range(24):
        data = bytearray(whole[: chance.randrange(len(whole) // 2, len(whole))] if number % 4 == 0 else whole)
        for _ in range(chance.randrange(1, 60)):
            data[chance.randrange(8, len(data))] = chance.randrange(256)
        outcomes.append(outcome(written(tmp_path / "damaged.pdf", bytes(data))))
    assert None in outcomes
    assert Reason.BROKEN in outcomes
