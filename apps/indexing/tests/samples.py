"""Files for the tests of extraction, made on the spot: each shows one thing."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

WIDTH, HEIGHT = 595, 842
LEFT = 72.0


@dataclass(frozen=True)
class Line:
    """Text at a place: `x` from the left and `y` from the top, the baseline, in points.

    `turned`: drawn upwards, so that it reads well on a page that is shown a quarter turn to the right.
    """

    text: str
    x: float = LEFT
    y: float = 100
    size: float = 12
    font: str = "Helvetica"
    turned: bool = False

    @property
    def operators(self) -> bytes:
        han = any(ord(character) > 255 for character in self.text)
        shown = self.text.encode("utf-16-be") if han else self.text.encode("cp1252")
        name = "MSung" if han else self.font
        place = f"0 1 -1 0 {self.y} {self.x}" if self.turned else f"1 0 0 1 {self.x} {HEIGHT - self.y}"
        return f"BT /{name} {self.size} Tf {place} Tm <{shown.hex()}> Tj ET\n".encode()


def column(
    lines: Iterable[str], x: float = LEFT, y: float = 100, size: float = 12, font: str = "Helvetica"
) -> list[Line]:
    """Lines one below the other."""
    return [Line(text, x, y + index * size * 1.25, size, font) for index, text in enumerate(lines)]


def pdf(path: Path, *pages: Sequence[Line], rotate: int = 0, crop: Sequence[float] = (), **saving: Any) -> Path:
    """A PDF with these lines on each page; Chinese in a font that every reader brings along."""
    document = Pdf.new()
    fonts = _fonts(document)
    for lines in pages:
        page = document.add_blank_page(page_size=(WIDTH, HEIGHT))
        page.obj.Resources = Dictionary(Font=fonts)
        page.obj.Contents = document.make_stream(b"".join(line.operators for line in lines))
        if rotate:
            page.obj.Rotate = rotate
        if crop:
            page.obj.CropBox = Array(list(crop))
    document.save(path, **saving)
    return path


def _fonts(document: Pdf) -> Dictionary:
    latin = {
        name: Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(f"/{name}"), Encoding=Name.WinAnsiEncoding)
        for name in ("Helvetica", "Helvetica-Bold", "Courier")
    }
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=Name("/MSung-Light"),
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"CNS1", Supplement=0),
        DW=1000,
    )
    han = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/MSung-Light"),
        Encoding=Name("/UniCNS-UCS2-H"),
        DescendantFonts=Array([document.make_indirect(descendant)]),
    )
    return Dictionary({f"/{name}": font for name, font in {**latin, "MSung": han}.items()})


def locked_pdf(path: Path, user: str, owner: str = "the owner's") -> Path:
    """A PDF that asks for `user` as its password; "" lets everybody read it."""
    return pdf(
        path,
        [Line("Under lock and key, but readable to whoever may.")],
        encryption=pikepdf.Encryption(user=user, owner=owner),
    )


def scan(path: Path, pages: int = 2) -> Path:
    """A PDF of pictures alone."""
    document = Pdf.new()
    for _ in range(pages):
        page = document.add_blank_page(page_size=(WIDTH, HEIGHT))
        picture = document.make_stream(b"\x80" * 64 * 64)
        picture.stream_dict = Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=64,
            Height=64,
            ColorSpace=Name.DeviceGray,
            BitsPerComponent=8,
        )
        page.obj.Resources = Dictionary(XObject=Dictionary(Picture=picture))
        page.obj.Contents = document.make_stream(b"q 500 0 0 700 40 40 cm /Picture Do Q")
    document.save(path)
    return path


def page_with_stream(path: Path, packed: bytes, filters: Sequence[str] = ("FlateDecode",)) -> Path:
    """A PDF whose only page has this compressed content."""
    document = Pdf.new()
    page = document.add_blank_page(page_size=(WIDTH, HEIGHT))
    stream = document.make_stream(b"")
    stream.write(packed, filter=Array([Name(f"/{name}") for name in filters]))
    page.obj.Resources = Dictionary(Font=_fonts(document))
    page.obj.Contents = stream
    document.save(path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return path


def flate_bomb(path: Path, megabytes: int = 2048, twice: bool = False) -> Path:
    """A small PDF whose page unpacks to this many megabytes of content, or to what unpacks to them."""
    squeezer = zlib.compressobj(9)
    piece = b"(laughing out loud) Tj " * 45_591
    # After a full flush equal pieces are squeezed to equal bytes: two are enough to know all.
    first, other = (squeezer.compress(piece) + squeezer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    packed = first + other * (megabytes - 1) + squeezer.flush()
    if twice:
        return page_with_stream(path, zlib.compress(packed, 9), ["FlateDecode", "FlateDecode"])
    return page_with_stream(path, packed)


def laughs(path: Path, depth: int = 9) -> Path:
    """A PDF whose page shows a form that shows ten forms, and so on: ten to the power of `depth` texts."""
    document = Pdf.new()
    page = document.add_blank_page(page_size=(WIDTH, HEIGHT))
    fonts = _fonts(document)
    inner: Any = None
    for level in range(depth):
        content = b"/Next Do " * 10 if level else Line("ha ha ha").operators * 10
        form = document.make_stream(content)
        resources = Dictionary(Font=fonts)
        if inner is not None:
            resources.XObject = Dictionary(Next=inner)
        form.stream_dict = Dictionary(
            Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, WIDTH, HEIGHT]), Resources=resources
        )
        inner = form
    page.obj.Resources = Dictionary(XObject=Dictionary(Next=inner))
    page.obj.Contents = document.make_stream(b"/Next Do")
    document.save(path)
    return path


def many_pages(path: Path, count: int) -> Path:
    """A PDF of one page named `count` times."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [" + b"3 0 R " * count + b"] /Count %d >>" % count,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    ]
    path.write_bytes(_raw_pdf(objects))
    return path


def nested_arrays(path: Path, depth: int = 100_000) -> Path:
    """A PDF whose page's resources are arrays within arrays."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Odd " + b"[" * depth + b"]" * depth + b" >>",
    ]
    path.write_bytes(_raw_pdf(objects))
    return path


def _raw_pdf(objects: Sequence[bytes]) -> bytes:
    data = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return data + end % (size, table, size, len(data))


def docx(path: Path) -> Path:
    """A Word document with styles, a list, a table and a header."""
    import docx as python_docx

    document = python_docx.Document()
    document.sections[0].header.paragraphs[0].text = "confidential"
    document.add_heading("Garden", 1)
    document.add_paragraph("Roses need sun. They love clay.")
    document.add_paragraph("玫瑰需要陽光")
    document.add_heading("蘭花", 2)
    document.add_paragraph("蘭花喜歡陰涼。")
    document.add_paragraph("water once a week", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("月", "水", "May", "2 l"), strict=True):
        cell.text = text
    document.save(str(path))
    return path


def pptx(path: Path) -> Path:
    """Two slides with titles, points and a note."""
    import pptx as python_pptx

    presentation = python_pptx.Presentation()
    for title, points, note in (("玫瑰", "Sun\nClay soil", "Say it slowly."), ("Orchids", "Shade", "")):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = points
        if note:
            slide.notes_slide.notes_text_frame.text = note
    presentation.save(str(path))
    return path
