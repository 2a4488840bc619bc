"""Files of every kind that say all the attacks: in their text, in the names of their parts, and of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path

import docx
import pikepdf
import pptx

from apps.core.tests.attacks import ATTACKS, IN_ONE_TEXT, packed
from apps.indexing.tests import samples

# What a file in Office's formats, and a PDF, says of itself.
_OFFICE = ("title", "author", "subject", "keywords", "comments", "category")
_PDF = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer")
_XMP = ("dc:title", "dc:description", "dc:rights", "pdf:Keywords", "xmp:CreatorTool", "pdf:Producer")


def pdf(path: Path) -> Path:
    """On its pages, in its outline, its information and its metadata, which it has in two ways."""
    lines = [_printed(line)[:160] for attack in ATTACKS for line in attack.splitlines() if _printed(line).strip()]
    pages = [samples.column(lines[start : start + 60], size=7) for start in range(0, len(lines), 60)]
    samples.pdf(path, *pages)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        with document.open_outline() as outline:
            for number, title in enumerate(packed(ATTACKS, 200)):
                outline.root.append(pikepdf.OutlineItem(title, number % len(pages)))
        with document.open_metadata(update_docinfo=False) as metadata:
            for name, words in zip(_XMP, packed(_IN_XML, 2500), strict=False):
                metadata[name] = words
        for name, words in zip(_PDF, packed(ATTACKS, 2500), strict=True):
            document.docinfo[f"/{name}"] = words
        document.save()
    return path


def word(path: Path) -> Path:
    """In headings, paragraphs, a list, a table, a header and the properties."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = _IN_XML[0]
    for number, attack in enumerate(_IN_XML):
        if number % 10:
            document.add_paragraph(attack, style="List Bullet" if number % 3 else None)
        else:
            document.add_heading(attack, 1 + number % 2)
    table = document.add_table(len(_IN_XML[::5]), 2)
    for row, attack in zip(table.rows, _IN_XML[::5], strict=True):
        row.cells[0].text = row.cells[1].text = attack
    _describe(document.core_properties)
    document.save(str(path))
    return path


def slides(path: Path) -> Path:
    """In titles, points, notes and the properties."""
    presentation = pptx.Presentation()
    for start in range(0, len(_IN_XML), 10):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = _IN_XML[start]
        slide.placeholders[1].text = "\n".join(_IN_XML[start : start + 10])
        slide.notes_slide.notes_text_frame.text = _IN_XML[start]
    _describe(presentation.core_properties)
    presentation.save(str(path))
    return path


def web_page(path: Path) -> Path:
    """As they are, so that they act in whatever shows the file, and again as words."""
    acting = "\n".join(f"<p>Number {number}.</p>\n{attack}" for number, attack in enumerate(ATTACKS, 1))
    words = "\n".join(f"<p>{escape(attack)}</p>" for attack in ATTACKS)
    head = f"<title>{escape(ATTACKS[0])}</title><meta name=description content='{escape(ATTACKS[1])}'>"
    # The words first: an element left open swallows what is after it.
    path.write_text(f"<!doctype html><head>{head}</head><body>{words}\n{acting}</body>", "utf-8")
    return path


def notes(path: Path) -> Path:
    """As Markdown."""
    path.write_text("\n\n".join(map(_without_controls, IN_ONE_TEXT)), "utf-8")
    return path


FILES: Mapping[str, Callable[[Path], Path]] = {
    "lantern.pdf": pdf,
    "letter.docx": word,
    "talk.pptx": slides,
    "saved.html": web_page,
    "notes.md": notes,
}


def _describe(properties: object) -> None:
    for name, words in zip(_OFFICE, packed(_IN_XML, 250), strict=False):
        setattr(properties, name, words)


def _printed(text: str) -> str:
    """What of it a page can be printed with."""
    return "".join(character for character in text if character.isprintable() and ord(character) < 0xFFFF)


def _without_controls(text: str) -> str:
    """What of it XML can say, and a file of text may hold."""
    return "".join(character for character in text if character.isprintable() or character in "\t\n")


_IN_XML: Sequence[str] = list(map(_without_controls, ATTACKS))
