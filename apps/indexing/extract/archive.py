"""Office files are zip archives: what must be true of one before anything in it is unpacked."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from apps.indexing.extract.faults import Refused

_MOST_BYTES = 500 << 20
# The text and its styles, which are read whole; pictures are not read.
_MOST_XML_BYTES = 150 << 20
_MOST_PARTS = 20_000
_TYPES = "[Content_Types].xml"


def check(path: Path, main_type: str) -> None:
    """Looks at the archive's directory and its list of content types only.

    Raises Refused: "broken" (no readable archive), "too_big" (it would unpack to too much), "encrypted", "mismatch"
    (no part of `main_type`, so it is another kind of file).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive.infolist())
            names = archive.namelist()
            types = archive.read(_TYPES) if _TYPES in names else b""
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, zlib.error) as error:
        raise Refused("broken", type(error).__name__) from error
    if main_type.encode() not in types:
        raise Refused("mismatch", "another kind of archive")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    xml = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if len(parts) > _MOST_PARTS or xml > _MOST_XML_BYTES or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise Refused("too_big", f"{len(parts)} parts, {xml} bytes of XML")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("encrypted")
