"""How large a request may be: what its view takes, and never more than any view takes."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core import bodies
from apps.events.tests.web import PATIENCE, Web, running_web

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def small_web(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A web process that takes files of 1 MB."""
    with running_web(tmp_path_factory.mktemp("web"), DOCUMIND_UPLOAD_MB="1") as web:
        yield web


def test_c5_a_form_is_not_parsed_when_it_is_too_large(owner_client: Client) -> None:
    for path in ("/library/write/", "/account/login/", "/ask/"):
        file = SimpleUploadedFile("x", b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
        response = owner_client.post(path, {"text": "x", "file": file})
        assert response.status_code == 413
        assert b"large" in response.content.lower()


def test_a_view_that_takes_files_takes_more(owner_client: Client) -> None:
    file = SimpleUploadedFile("x.txt", b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    assert owner_client.post("/library/upload/", {"files": file}).status_code == 302


def test_c5_it_does_not_take_everything(owner_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "largest_body", lambda: 1000)
    file = SimpleUploadedFile("x.txt", b"x" * 1001)
    assert owner_client.post("/library/upload/", {"files": file}).status_code == 413


def test_c5_what_does_not_say_how_large_it_is_is_not_read(small_web: Web) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", small_web.port, timeout=PATIENCE)
    connection.request("POST", "/account/login/", body=iter([b"a=b"]), encode_chunked=True)
    assert connection.getresponse().status == 411
    connection.close()


@pytest.mark.parametrize("says_so", [True, False], ids=["announced", "in chunks"])
def test_c5_a_flood_is_cut_off_while_it_arrives(small_web: Web, says_so: bool) -> None:
    flood = http.client.HTTPConnection("127.0.0.1", small_web.port, timeout=PATIENCE)
    flood.putrequest("POST", "/account/login/")
    flood.putheader(*(("Content-Length", str(1000 * MEGABYTE)) if says_so else ("Transfer-Encoding", "chunked")))
    flood.endheaders()
    piece = b"x" * MEGABYTE
    with pytest.raises(ConnectionError):
        _send_all(flood, piece if says_so else b"100000\r\n" + piece + b"\r\n")
    flood.close()
    again = http.client.HTTPConnection("127.0.0.1", small_web.port, timeout=PATIENCE)
    again.request("GET", "/account/login/")
    assert again.getresponse().status == 200
    again.close()


def _send_all(flood: http.client.HTTPConnection, piece: bytes) -> None:
    for _ in range(1000):
        flood.send(piece)


def test_c5_an_announced_flood_is_answered(small_web: Web) -> None:
    flood = http.client.HTTPConnection("127.0.0.1", small_web.port, timeout=PATIENCE)
    flood.putrequest("POST", "/account/login/")
    flood.putheader("Content-Length", str(1000 * MEGABYTE))
    flood.endheaders()
    assert flood.getresponse().status == 413
    flood.close()
