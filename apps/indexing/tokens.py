"""How many tokens a text has: exactly, offline, for cutting; and about, for free, in the web process."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from apps.indexing.extract.scripts import HAN

if TYPE_CHECKING:
    import tiktoken

ENCODING = "o200k_base"
# tiktoken looks for the file under the SHA-1 of this address before it would download it.
_SOURCE = f"https://openaipublic.blob.core.windows.net/encodings/{ENCODING}.tiktoken"
_CHARACTERS_PER_TOKEN = 4


def count(text: str) -> int:
    """Tokens of o200k_base. The first call takes about half a second and 80 MB."""
    return len(_encoding().encode_ordinary(text))


def estimate(text: str) -> int:
    """About as many as `count`: one for each Han character, one for four others."""
    han = len(HAN.findall(text))
    return han + -(-(len(text) - han) // _CHARACTERS_PER_TOKEN)


@cache
def _encoding() -> tiktoken.Encoding:
    import tiktoken
    from django.conf import settings

    folder = settings.DATA / "tiktoken"
    seed(folder)
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    return tiktoken.get_encoding(ENCODING)


def seed(folder: Path) -> Path:
    """Puts the vocabulary from the bpe-openai package where tiktoken looks for it, and returns where that is.

    tiktoken checks its hash. The file appears whole or not at all, so that processes may do this at once.
    """
    target = folder / hashlib.sha1(_SOURCE.encode(), usedforsecurity=False).hexdigest()
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(gzip.decompress(_packed().read_bytes()))
        Path(file.name).replace(target)
    return target


def _packed() -> Path:
    """The file within the package, which is not imported: it would load all of its vocabularies."""
    found = importlib.util.find_spec("bpe_openai")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("bpe-openai is not installed")
    return Path(found.submodule_search_locations[0]) / "data" / f"{ENCODING}.tiktoken.gz"
