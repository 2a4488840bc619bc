"""`manage.py add PATH… --user EMAIL`: keeps files and folders in a library and waits until they can be searched."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from django.core.files import File
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from apps.accounts.commands import add_user, person
from apps.accounts.models import User
from apps.indexing import working
from apps.indexing.models import IndexRun
from apps.indexing.tasks import index_again
from apps.library.models import Document
from apps.library.reasons import explain
from apps.library.uploading import UploadRefused, keep_file


class Command(BaseCommand):
    """Adds what the paths name, indexes it in this process and beside any worker, and tells what failed and why."""

    help = "Adds files and folders to a user's library and waits until they can be searched."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with all in it")
        add_user(parser, "whose library")

    def handle(self, *args: Any, paths: list[Path], user: str, **options: Any) -> None:
        owner = person(user)
        missing = [path for path in paths if not path.exists()]
        if missing:
            self._stop(_("There is no %(path)s.") % {"path": ", ".join(map(str, missing))})
        self.failures = 0
        try:
            kept = self._keep(owner, sorted(set(files(paths))))
            self._index(kept)
        except KeyboardInterrupt:
            self._stop(_("Stopped. What was added is kept, and a worker goes on with it."), 130)
        self._report(kept)

    def _keep(self, owner: User, found: list[Path]) -> list[int]:
        """Keeps the files; the ids of their documents."""
        kept = []
        for path in tqdm(found, desc=_("Adding"), unit="", disable=None, leave=False):
            try:
                with path.open("rb") as opened:
                    document, created = keep_file(owner, File(opened), path.name)
            except UploadRefused as refusal:
                self._fail(path.name, str(refusal))
            except OSError as fault:
                self._fail(path.name, _("It cannot be read: %(why)s.") % {"why": fault.strerror})
            else:
                kept.append(document.pk)
                if not created and document.state == Document.State.FAILED:
                    index_again(document)
        return list(dict.fromkeys(kept))

    def _index(self, kept: list[int]) -> None:
        """Does the work that is left, beside any worker that does too, until there is none."""
        with tqdm(total=100 * len(kept), disable=None, bar_format=BAR) as bar:
            ended = 0

            def look(left: int) -> None:
                nonlocal ended
                ended = len(kept) - left
                bar.n = 100 * ended
                bar.refresh()

            def tell(run: IndexRun, progress: int) -> None:
                bar.set_description_str(run.document.title[:40], refresh=False)
                bar.n = 100 * ended + progress
                bar.refresh()

            working.work_off(kept, look, tell)

    def _report(self, kept: list[int]) -> None:
        documents = list(Document.objects.filter(pk__in=kept).select_related("revision").order_by("pk"))
        for document in documents:
            if document.state == Document.State.FAILED:
                why = explain(document.reason)
                self._fail(document.title, f"{why.what} {why.next_step}")
            elif document.state != Document.State.READY:
                self._fail(document.title, _("It is kept, and will be indexed when what that needs is back."))
        ready = sum(document.state == Document.State.READY for document in documents)
        sentence = ngettext("%(count)d document can be searched.", "%(count)d documents can be searched.", ready)
        self.stdout.write(sentence % {"count": ready})
        if self.failures:
            raise SystemExit(1)

    def _fail(self, name: str, reason: str) -> None:
        self.failures += 1
        # Above the bar, which is drawn anew below it.
        with tqdm.external_write_mode():
            self.stderr.write(f"✗ {name}: {reason}")

    def _stop(self, sentence: str, code: int = 2) -> NoReturn:
        self.stderr.write(sentence)
        raise SystemExit(code)


BAR = "{percentage:3.0f}% |{bar}| {elapsed} {desc}"


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that `paths` name; of folders all that is in them, except what is hidden."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            inside = (Path(folder, name) for name in names if not name.startswith("."))
            yield from (file for file in inside if file.is_file())
