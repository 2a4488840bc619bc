"""The library's pages: what is kept, one document, and the trash."""

from __future__ import annotations

from typing import cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from apps.accounts.models import User
from apps.core.http import say_with_undo
from apps.library import trash
from apps.library.models import FILTERS, Document, Revision
from apps.library.originals import original_response

ROWS = 50


def reader(request: HttpRequest) -> User:
    """Who is signed in: the middleware lets nobody else come this far."""
    return cast("User", request.user)


def find(request: HttpRequest, pk: int, **conditions: str) -> Document:
    """A document of the reader's that is not in the trash, with its text; 404 otherwise."""
    kept = Document.objects.visible_to(reader(request)).kept().select_related("revision")
    return get_object_or_404(kept, pk=pk, **conditions)


@require_safe
@vary_on_headers("HX-Request")
def documents(request: HttpRequest) -> HttpResponse:
    """Everything kept, newest first, narrowed by kind, state or words of the title."""
    kept = Document.objects.visible_to(reader(request)).kept()
    kind, words = request.GET.get("show", ""), request.GET.get("q", "").replace("\0", "").strip()
    found = kept.shown_as(kind).titled(words).newest_first().for_rows()
    context = {
        "numbers": kept.numbers(),
        "show": kind if kind in FILTERS else "",
        "words": words,
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
    }
    template = "library/list.html#documents" if request.headers.get("HX-Request") else "library/list.html"
    return render(request, template, context)


@require_safe
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """One row of the list as it is now; nothing once it is in the trash."""
    document = get_object_or_404(Document.objects.visible_to(reader(request)).for_rows(), pk=pk)
    if document.trashed_at:
        return HttpResponse()
    response = render(request, "library/list.html#row", {"document": document})
    # The numbers above the list count what is done.
    return response if document.is_under_way else trigger_client_event(response, "documind:library")


@require_safe
@vary_on_headers("HX-Request")
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document to read; as a fragment, what of it changes while it is being indexed."""
    template = "library/document.html#standing" if request.headers.get("HX-Request") else "library/document.html"
    return render(request, template, {"document": find(request, pk)})


@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The uploaded file as it came."""
    revision = get_object_or_404(
        Revision.objects.visible_to(reader(request)).exclude(file=""), pk=find(request, pk).revision_id
    )
    try:
        return original_response(revision)
    except FileNotFoundError as missing:
        raise Http404 from missing


@require_POST
def move_to_trash(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of sight, with the way back offered at once."""
    document = find(request, pk)
    trash.move_to_trash(document)
    sentence = _("“%(title)s” is in the trash.") % {"title": document.title}
    say_with_undo(request, sentence, reverse("library:restore", args=[pk]))
    return redirect("library:list")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from the trash to where it was."""
    document = get_object_or_404(Document.objects.visible_to(reader(request)), pk=pk)
    trash.restore(document)
    return redirect(document)


@require_safe
def trashed(request: HttpRequest) -> HttpResponse:
    """What is in the trash, and until when it may come back."""
    found = Document.objects.visible_to(reader(request)).in_trash().order_by("-trashed_at", "-pk").for_rows()
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(request, "library/trash.html", {"page": page})
