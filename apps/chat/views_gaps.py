"""The gaps of the library: what it did not answer, to be asked again, written about, or let go."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from apps.chat import gaps
from apps.chat.models import Gap
from apps.chat.views import Request
from apps.core.http import say_with_undo

ROWS = 50


@require_safe
@vary_on_headers("HX-Request")
def all_gaps(request: Request) -> HttpResponse:
    """What was asked in vain, what can be answered by now first."""
    unclosed = Gap.objects.visible_to(request.user).unclosed()
    page = Paginator(unclosed.in_order().with_answers(), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "answerable": unclosed.answerable().count()}
    return render(request, "chat/gaps.html#gaps" if request.htmx else "chat/gaps.html", context)


@require_safe
def count(request: Request) -> HttpResponse:
    """How many gaps the library can fill by now, for the rail."""
    answerable = Gap.objects.visible_to(request.user).unclosed().answerable().count()
    return render(request, "chat/gaps.html#count", {"answerable": answerable})


@require_POST
def let_go(request: Request, pk: int) -> HttpResponse:
    """Takes a gap off the list, with a way back."""
    gaps.let_go(_own_gap(request, pk))
    say_with_undo(request, _("The question is off the list."), reverse("chat:keep_gap", args=[pk]))
    return redirect("chat:gaps")


@require_POST
def keep(request: Request, pk: int) -> HttpResponse:
    """Brings a gap back."""
    gaps.reopen(_own_gap(request, pk))
    return redirect("chat:gaps")


def _own_gap(request: Request, pk: int) -> Gap:
    return get_object_or_404(Gap.objects.visible_to(request.user), pk=pk)
