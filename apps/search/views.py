"""The search page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.library.models import Document
from apps.library.views import reader
from apps.search import queries
from apps.search.evidence import is_enough
from apps.search.retrieval import retrieve

HITS = 20


@require_safe
@vary_on_headers("HX-Request")
def page(request: HttpRequest) -> HttpResponse:
    """What the library says about `q`: passages found by words and by meaning, best first.

    As far as `q` narrows it (see `queries`); when it does nothing else, the documents, newest first.
    """
    typed = request.GET.get("q", "").strip()
    query = queries.read(typed)
    hits = retrieve(query.text, reader(request), HITS, query.filters)
    # A listing and a phrase say themselves why they were found.
    is_sure = query.is_listing or query.filters.phrases
    context = {
        "question": typed,
        "query": query,
        "hits": hits,
        "is_full": len(hits) == HITS,
        "is_only_near": bool(hits) and not is_sure and not is_enough(query.text, hits),
        "is_empty": not hits and not Document.objects.visible_to(reader(request)).kept().exists(),
    }
    template = "search/page.html#found" if request.headers.get("HX-Request") else "search/page.html"
    return render(request, template, context)
