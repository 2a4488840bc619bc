"""How a document is put into words on the library's pages."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from apps.core.markdown import article_html
from apps.library import kinds, writing
from apps.library.models import Document
from apps.library.reasons import Explanation, explain
from apps.library.uploading import size_in_words

register = template.Library()

State = Document.State
# An article's words are in the index from the moment it is saved; a file has to be read first.
_ARTICLE: dict[str, Promise | str] = {
    State.WAITING: gettext_lazy("Found by its words; its meaning follows"),
    State.WORKING: gettext_lazy("Found by its words; its meaning follows"),
    State.READY: gettext_lazy("Found by words and meaning"),
    State.FAILED: gettext_lazy("Needs attention"),
}
_FILE: dict[str, Promise | str] = {
    State.WAITING: gettext_lazy("Waiting to be read"),
    State.WORKING: gettext_lazy("Being read"),
    State.READY: gettext_lazy("Found by words and meaning"),
    State.FAILED: gettext_lazy("Needs attention"),
}


@register.filter
def state_words(document: Document) -> Promise | str:
    """What can be done with a document now, as one short line."""
    return (_ARTICLE if document.is_article else _FILE)[document.state]


@register.filter
def explanation(document: Document) -> Explanation | None:
    """Why a document failed and what to do; nothing when it did not."""
    return explain(document.reason) if document.is_failed else None


@register.filter
def kind_icon(document: Document) -> str:
    """The name of the icon of a document's kind."""
    if document.is_article:
        return "article"
    return "pdf" if document.revision and document.revision.media_type == kinds.PDF else "file"


@register.filter
def article(document: Document) -> SafeString:
    """An article as HTML, without a first heading that only repeats the title above it."""
    revision = document.revision
    return article_html(writing.without_title(revision.title, revision.text) if revision else "")


@register.filter
def size(byte_count: int) -> str:
    """A size as people say it: "100 MB", not "100.0 MB"."""
    return size_in_words(byte_count)


@register.simple_tag
def upload_limit() -> int:
    """The most bytes one file may have."""
    return int(settings.UPLOAD_BYTES)


@register.simple_tag
def upload_kinds() -> str:
    """The suffixes a browser should offer when files are chosen."""
    return ",".join(kinds.BY_SUFFIX)


@register.filter
def language_in_words(code: str) -> str:
    """A language's name in the language of the page; the code itself when nobody has named it."""
    if code == "zh":
        return _("Chinese")
    try:
        return str(get_language_info(code)["name_translated"]) if code else ""
    except KeyError:
        return code


@register.filter
def html_language(code: str) -> str:
    """A document's language as a page says it. Han without a script is drawn with Traditional glyphs."""
    return "zh-Hant" if code == "zh" else code
