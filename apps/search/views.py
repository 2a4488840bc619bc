"""The search page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.library.models import Document
from apps.library.views import reader
from apps.search.evidence import is_enough
from apps.search.retrieval import retrieve

HITS = 20


@require_safe
@vary_on_headers("HX-Request")
def page(request: HttpRequest) -> HttpResponse:
    """What the library says about `q`: passages found by words and by meaning, best first."""
    question = request.GET.get("q", "").strip()
    hits = retrieve(question, reader(request), HITS)
    context = {
        "question": question,
        "hits": hits,
        "is_only_near": bool(hits) and not is_enough(question, hits),
        "is_empty": not hits and not Document.objects.visible_to(reader(request)).kept().exists(),
    }
    template = "search/page.html#found" if request.headers.get("HX-Request") else "search/page.html"
    return render(request, template, context)
