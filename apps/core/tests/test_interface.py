"""What every page draws with."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import translation

from apps.core.http import say_with_undo

ICONS = (settings.ROOT / "static" / "img" / "icons.svg").read_text()


def drawn(template: str, **context: object) -> str:
    return engines["django"].from_string("{% load interface %}" + template).render(context).strip()


def test_every_icon_that_a_template_names_is_drawn() -> None:
    known = set(re.findall(r'<symbol id="(\w+)"', ICONS))
    named = {
        name
        for path in (settings.ROOT / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "(\w+)" %}', path.read_text())
    }
    assert named <= known


def test_an_icon_is_decoration() -> None:
    assert drawn('{% icon "pdf" %}') == (
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use href="/static/img/icons.svg#pdf"/></svg>'
    )


@pytest.mark.parametrize(("language", "named"), [("zh-hant", "zh-Hant"), ("en", "en")])
def test_a_page_names_its_script(language: str, named: str) -> None:
    with translation.override(language):
        assert drawn("{% page_language %}") == named


def test_a_moment_is_given_to_machines_as_well() -> None:
    moment = datetime(2020, 2, 3, 4, 5, tzinfo=UTC)
    assert drawn("{% when moment %}", moment=moment) == (
        '<time class="when" datetime="2020-02-03T04:05:00+00:00">Feb. 3, 2020</time>'
    )


def test_a_message_can_be_undone(owner_client: Client, rf: RequestFactory) -> None:
    request = owner_client.get("/settings/").wsgi_request
    say_with_undo(request, "Moved <b>it</b> to the trash.", "/library/7/restore/")
    html = engines["django"].get_template("components/toasts.html").render({"messages": get_messages(request)}, request)
    assert 'action="/library/7/restore/"' in html
    assert "csrfmiddlewaretoken" in html
    assert "Moved &lt;b&gt;it&lt;/b&gt; to the trash." in html


def test_a_plain_message_has_nothing_to_undo() -> None:
    class Message:
        level_tag, extra_tags = "success", None

        def __str__(self) -> str:
            return "Saved."

    html = engines["django"].get_template("components/toasts.html").render({"messages": [Message()]})
    assert "Saved." in html
    assert "<form" not in html
