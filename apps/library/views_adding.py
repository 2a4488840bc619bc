"""The pages that add to the library: the editor, and the upload of files."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.bodies import takes_files
from apps.core.markdown import article_html
from apps.library import uploading, writing
from apps.library.forms import ArticleForm, SavedArticleForm
from apps.library.models import Document
from apps.library.uploading import Outcome
from apps.library.views import find, reader


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The editor: a new article, or the next revision of one."""
    document = _article(request, pk)
    if request.method == "POST":
        return _save(request, document)
    draft = writing.open_draft(reader(request), document)
    form = ArticleForm.opened(document.revision if document else None, draft, request.GET.get("title", ""))
    return _editor(request, document, form, draft=draft)


@require_POST
def draft(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Keeps what is being typed, and says so; or forgets it."""
    document, user = _article(request, pk), reader(request)
    if "discard" in request.POST:
        writing.drop_draft(user, document)
        return redirect("library:edit", pk) if document else redirect("library:write")
    form = ArticleForm(request.POST)
    if not form.is_valid():
        return render(request, "library/write.html#unsaved", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    kept = writing.keep_draft(user, form.cleaned_data["title"], form.cleaned_data["text"], document)
    return render(request, "library/write.html#saved", {"draft": kept})


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What is being typed, as it will read."""
    form = ArticleForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    return HttpResponse(article_html(text))


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """One file or many. The script sends one at a time and gets one line back; a plain form gets a page."""
    if request.method != "POST":
        return render(request, "library/upload.html")
    outcomes = uploading.keep_files(reader(request), request.FILES.getlist("files"))
    status = max((outcome.status for outcome in outcomes), default=HTTPStatus.UNPROCESSABLE_ENTITY)
    context = {"outcomes": outcomes, "nothing_sent": not outcomes}
    if request.headers.get("HX-Request"):
        return render(request, "library/upload.html#outcomes", context, status=status)
    if status != HTTPStatus.OK:
        return render(request, "library/upload.html", context, status=status)
    messages.success(request, _words(outcomes))
    return redirect("library:list")


def _words(outcomes: list[Outcome]) -> str:
    added = sum(outcome.created for outcome in outcomes)
    if not added:
        return _("That is in your library already.")
    return ngettext("%(count)d file added.", "%(count)d files added.", added) % {"count": added}


def _article(request: HttpRequest, pk: int | None) -> Document | None:
    """The article to edit, or nothing for a new one. A file is not written here: 404."""
    return None if pk is None else find(request, pk, kind=Document.Kind.ARTICLE)


def _save(request: HttpRequest, document: Document | None) -> HttpResponse:
    form = SavedArticleForm(request.POST)
    if not form.is_valid():
        return _editor(request, document, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    title, text, base = (form.cleaned_data[name] for name in ("title", "text", "base"))
    try:
        saved = writing.save_written(reader(request), title, text, document, base)
    except writing.ChangedMeanwhile as changed:
        # Once told, the writer may save over it: the other revision stays.
        form = SavedArticleForm({**request.POST.dict(), "base": changed.number})
        return _editor(request, document, form, changed=changed, status=HTTPStatus.CONFLICT)
    messages.success(request, _("Saved."))
    return redirect(saved)


def _editor(
    request: HttpRequest, document: Document | None, form: ArticleForm, status: int = HTTPStatus.OK, **more: object
) -> HttpResponse:
    html = article_html(str(form["text"].value() or "")[: writing.ARTICLE_BYTES])
    context = {"document": document, "form": form, "preview": html, **more}
    return render(request, "library/write.html", context, status=status)
