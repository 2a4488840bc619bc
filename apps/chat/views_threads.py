"""What a reader does with what was asked and answered: names a conversation or puts it away, says what an answer was
worth."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.chat import feedback, naming, trash
from apps.chat.models import Conversation
from apps.chat.views import ON_PAGE, Request, own_answer, own_conversation
from apps.core.http import say_with_undo


@require_POST
def rename(request: Request, pk: int) -> HttpResponse:
    """Gives a conversation another name."""
    conversation = own_conversation(request, pk)
    try:
        naming.rename(conversation, request.POST.get("name", ""))
    except naming.NamingRefused as refused:
        messages.error(request, str(refused))
    return redirect(conversation)


@require_POST
def move_to_trash(request: Request, pk: int) -> HttpResponse:
    """Puts a conversation out of sight, with a way back."""
    trash.move_to_trash(own_conversation(request, pk))
    say_with_undo(request, _("The conversation is in the trash."), reverse("chat:restore", args=[pk]))
    return redirect("chat:conversations")


@require_POST
def restore(request: Request, pk: int) -> HttpResponse:
    """Brings a conversation back from the trash."""
    found = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    trash.restore(found)
    return redirect(found)


@require_safe
def trashed(request: Request) -> HttpResponse:
    """What is in the trash, and until when it may come back."""
    found = Conversation.objects.visible_to(request.user).in_trash().with_counts().order_by("-trashed_at", "-pk")
    page = Paginator(found, ON_PAGE).get_page(request.GET.get("page"))
    return render(request, "chat/trash.html", {"page": page})


@require_POST
def think(request: Request, pk: int) -> HttpResponse:
    """Keeps what the reader thinks of an answer: `helpful` is yes, no, or nothing to take it back."""
    answer = own_answer(request, pk)
    helpful = request.POST.get("helpful", "")
    if helpful in ("yes", "no"):
        reason, words = request.POST.get("reason", ""), request.POST.get("words", "")
        feedback.give(answer, is_helpful=helpful == "yes", reason=reason, words=words)
    else:
        feedback.take_back(answer)
    if not request.htmx:
        return redirect(answer.get_absolute_url())
    return render(request, "chat/feedback.html", {"answer": own_answer(request, pk)})
