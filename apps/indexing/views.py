"""What indexing shows: the text that was found in a file, the place a citation points to, and trying again."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from apps.indexing import pictures, places
from apps.indexing.models import Passage
from apps.indexing.tasks import index_again
from apps.library.models import Document
from apps.library.views import find, reader

PASSAGES = 60


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Tries a document that failed once more."""
    document = find(request, pk)
    if document.state == Document.State.FAILED:
        index_again(document)
    return redirect(document)


@require_safe
@vary_on_headers("HX-Request")
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found in a document, passage by passage, under its pages and headings."""
    document = find(request, pk)
    found = Passage.objects.visible_to(reader(request)).of(document)
    page = Paginator(found, PASSAGES).get_page(request.GET.get("part"))
    template = "indexing/text.html#passages" if request.headers.get("HX-Request") else "indexing/text.html"
    return render(request, template, {"document": document, "page": page})


@require_safe
@vary_on_headers("HX-Request")
def passage(request: HttpRequest, pk: int) -> HttpResponse:
    """The document at one passage, a sentence of it marked (`start`, `end`), or another `page` of the same file.

    With `zoom=2` the picture of the page is twice as large, within a frame.
    """
    found = get_object_or_404(Passage.objects.visible_to(reader(request)).in_place(), pk=pk)
    place = places.of(found, places.span(request.GET, len(found.text)), request.GET.get("page", ""))
    template = "indexing/passage.html#source" if request.headers.get("HX-Request") else "indexing/passage.html"
    context = {
        "passage": found,
        "document": found.document,
        "place": place,
        "widths": pictures.WIDTHS,
        "zoomed": request.GET.get("zoom") == "2",
    }
    return render(request, template, context)


@require_safe
def page_image(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One page of a PDF as a picture, in one of few widths."""
    width = pictures.width(request.GET.get("width"))
    revision = pictures.paged_revision(find(request, pk), number)
    etag = pictures.tag(revision, number, width)
    response: HttpResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        picture = pictures.picture(revision, number, width)
        if picture is None:
            raise Http404
        response = HttpResponse(picture, content_type=pictures.PICTURE_TYPE)
    response.headers["ETag"] = etag
    # Asked for anew each time, so that it is not shown to whoever sits here after the owner has signed out.
    patch_cache_control(response, private=True, no_cache=True)
    return response
