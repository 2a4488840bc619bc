"""The site says every sentence in every language it offers."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client

ROOT = Path(settings.ROOT)
CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
PLACE = re.compile(r"%\(\w+\)[sd]")


def name(path: Path) -> str:
    return path.parts[-3]


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=name(path), domain="django", abort_invalid=True)


def words(message: Message) -> list[str]:
    """What is to be said, one form or several."""
    return list(message.id) if isinstance(message.id, tuple) else [str(message.id)]


def said(message: Message) -> list[str]:
    """What is said instead."""
    return list(message.string) if isinstance(message.string, tuple | list) else [str(message.string or "")]


def test_every_language_offered_has_a_catalogue() -> None:
    assert [name(path) for path in CATALOGUES] == ["zh_Hant"]
    assert [code for code, _ in settings.LANGUAGES] == ["en", "zh-hant"]


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_nothing_is_left_untranslated(path: Path) -> None:
    catalogue = read(path)
    assert [words(message)[0] for message in catalogue if message.id and not all(said(message))] == []
    assert [words(message)[0] for message in catalogue if message.id and message.fuzzy] == []
    assert not catalogue.obsolete


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_translation_fills_in_the_same_things(path: Path) -> None:
    for message in read(path):
        if message.id and "python-format" in message.flags:
            asked = {place for form in words(message) for place in PLACE.findall(form)}
            for form in said(message):
                assert set(PLACE.findall(form)) <= asked, words(message)
                assert set(PLACE.findall(words(message)[0])) <= set(PLACE.findall(form)), words(message)


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_translation_keeps_the_markup(path: Path) -> None:
    for message in read(path):
        if message.id:
            assert sorted(re.findall(r"</?\w+>", words(message)[-1])) == sorted(
                re.findall(r"</?\w+>", said(message)[-1])
            )


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_what_is_compiled_is_what_is_written(path: Path) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read(path))
    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue(), "Run scripts/messages."


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_chinese_has_chinese_punctuation(path: Path) -> None:
    for message in read(path):
        for form in said(message):
            assert not re.search(r"[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\.(?!\w)|[“”]", form), form


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_every_sentence_of_the_site_is_in_the_catalogue(path: Path, tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("gettext is not installed: whether a sentence is missing from the catalogues was not tried")
    for top in ("apps", "config", "templates"):
        shutil.copytree(ROOT / top, tmp_path / top, ignore=shutil.ignore_patterns("tests", "e2e", "__pycache__"))
    (tmp_path / "locale").mkdir()
    (tmp_path / "gathering.py").write_text("LOCALE_PATHS = ['locale']\n")
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale", name(path), "--settings", "gathering"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
    )
    found = {
        (message.context, words(message)[0]) for message in read_po((tmp_path / path.relative_to(ROOT)).open("rb"))
    }
    known = {(message.context, words(message)[0]) for message in read(path)}
    assert found - known == set(), "Run scripts/messages and translate what it finds."
    assert known - found == set(), "Run scripts/messages: these are no longer said."


@pytest.mark.django_db
def test_a_page_is_said_in_chinese() -> None:
    page = Client().get("/account/login/", headers={"accept-language": "zh-TW"}).text
    assert "登入" in page
    assert "Sign in" not in page
