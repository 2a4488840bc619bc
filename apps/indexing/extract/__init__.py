"""Reads files of every format into blocks, each file in a child process of its own: `extract`."""

from apps.indexing.extract.faults import ExtractFault
from apps.indexing.extract.parent import extract, page_size, render_page

PICTURE_TYPE = "image/webp"

__all__ = ["PICTURE_TYPE", "ExtractFault", "extract", "page_size", "render_page"]
