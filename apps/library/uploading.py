"""Uploading: a file is stored under a name of ours, then becomes a document in one transaction."""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from apps import events
from apps.accounts.models import User
from apps.library import kinds
from apps.library.models import Document, Revision, stored_name
from apps.library.signals import document_changed

NAME_LENGTH = 255
# Categories of characters that no name shows: Cc controls, Cf formats (among them those that reverse the reading
# direction), Cs halves of a pair, Zl and Zp ends of lines.
_UNSHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}

log = logging.getLogger(__name__)


class UploadRefused(Exception):
    """A file that cannot be kept; its text is a sentence for the reader, `status` what HTTP calls the reason."""

    def __init__(self, sentence: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Outcome:
    """What became of one of several files: its document, or the sentence that says why there is none."""

    name: str
    document: Document | None = None
    created: bool = False
    sentence: str = ""
    status: HTTPStatus = HTTPStatus.OK


@dataclass(frozen=True)
class Stored:
    """Where an upload was put, and what went by on the way there."""

    path: str
    name: str
    media_type: str
    byte_count: int
    sha256: str


class _Measured(File):  # type: ignore[type-arg]
    """A file hashed and counted as it is read, and refused when it grows too large."""

    def __init__(self, file: File[bytes], name: str) -> None:
        super().__init__(file.file, name)
        self._begin()

    def _begin(self) -> None:
        self.digest, self.byte_count, self.head = hashlib.sha256(), 0, b""

    def seek(self, offset: int, whence: int = 0) -> int:
        # A storage that reads twice starts over.
        self._begin()
        return self.file.seek(offset, whence) if self.file else 0

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.file.read(size) if self.file else b""
        self.byte_count += len(data)
        if self.byte_count > settings.UPLOAD_BYTES:
            raise _too_big()
        self.digest.update(data)
        self.head += data[: max(0, kinds.HEAD_BYTES - len(self.head))]
        return data


def keep_file(user: User, file: File[bytes], name: str) -> tuple[Document, bool]:
    """Keeps an upload: its document, and whether it is new (the same bytes are kept once).

    `name` is what the user calls it; it is shown and never opened. Not to be called inside a transaction: what
    was stored is taken away again when the rows cannot be written. Raises `UploadRefused`.
    """
    stored = _store(user, file, display_name(name))
    try:
        document, created = _record(user, stored)
    except BaseException:
        _discard(stored.path)
        raise
    if not created:
        _take_away(stored.path)
    return document, created


def keep_files(user: User, files: Iterable[File[bytes]]) -> list[Outcome]:
    """Keeps each upload by itself: one that cannot be kept does not hinder the others."""
    return [_outcome(user, file) for file in files]


def _outcome(user: User, file: File[bytes]) -> Outcome:
    name = display_name(file.name or "")
    try:
        document, created = keep_file(user, file, name)
    except UploadRefused as refused:
        return Outcome(name, sentence=str(refused), status=refused.status)
    return Outcome(name, document, created)


def display_name(name: str) -> str:
    """A file's own name as it may be shown: no folders, nothing invisible or turning the text round, 255 characters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    # The two joiners among the formats belong to words and emoji.
    shown = "".join(c for c in last if c in "\u200c\u200d" or unicodedata.category(c) not in _UNSHOWN)
    shown = " ".join(shown.split()).strip()
    if len(shown) > NAME_LENGTH:
        ending = kinds.suffix(shown)
        shown = shown[: NAME_LENGTH - len(ending)] + ending
    return shown if shown.strip(".") else _("Untitled")


def size_in_words(byte_count: int) -> str:
    """A size as people say it: "100 MB", not "100.0 MB"."""
    return re.sub(r"[.,]0(?=\s)", "", filesizeformat(byte_count))


def title_of(name: str) -> str:
    """A file's title: its name without the suffix of its kind."""
    ending = kinds.suffix(name)
    return name[: len(name) - len(ending)].strip() or name


def _store(user: User, file: File[bytes], name: str) -> Stored:
    if (file.size or 0) > settings.UPLOAD_BYTES:
        raise _too_big()
    measured = _Measured(file, name)
    path = stored_name(Revision(owner=user), name)
    try:
        path = default_storage.save(path, measured)
        media_type = kinds.media_type(measured.head, name)
        if media_type == kinds.UNKNOWN:
            raise _unknown()
    except OSError as error:
        _take_away(path)
        log.exception("An upload could not be stored")
        raise _no_room() from error
    except BaseException:
        _take_away(path)
        raise
    return Stored(path, name, media_type, measured.byte_count, measured.digest.hexdigest())


def _record(user: User, stored: Stored) -> tuple[Document, bool]:
    with transaction.atomic(durable=True):
        # One upload of this user's at a time, or the same file could be kept twice.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        same = Document.objects.visible_to(user).kept().filter(revision__sha256=stored.sha256).first()
        if same:
            return same, False
        title = title_of(stored.name)
        document = Document.objects.create(owner=user, kind=Document.Kind.FILE, title=title)
        document.revision = Revision.objects.create(
            owner=user,
            document=document,
            number=1,
            title=title,
            file=stored.path,
            file_name=stored.name,
            media_type=stored.media_type,
            byte_count=stored.byte_count,
            sha256=stored.sha256,
        )
        document.save(update_fields=["revision"])
        document_changed.send(sender=Document, document=document)
        events.publish(user.pk, "library", id=document.pk)
        return document, True


def _discard(path: str) -> None:
    """Takes a stored file away unless its row was written after all: the answer to a commit can be what got lost."""
    if not Revision.objects.filter(file=path).exists():
        _take_away(path)


def _take_away(path: str) -> None:
    # A disk that would not take the file may not let go of it either; the first fault is the one to tell.
    with suppress(OSError):
        default_storage.delete(path)


def _too_big() -> UploadRefused:
    return UploadRefused(
        _("Larger than %(limit)s, the most one file may have here.") % {"limit": size_in_words(settings.UPLOAD_BYTES)},
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


def _unknown() -> UploadRefused:
    return UploadRefused(
        _("Files of this kind cannot be read here. PDF, Word, PowerPoint, web pages, Markdown and text can.")
    )


def _no_room() -> UploadRefused:
    return UploadRefused(
        _("It could not be stored: the disk of this site is full or cannot be written to."),
        HTTPStatus.INSUFFICIENT_STORAGE,
    )
