"""What a reader does with what was asked and answered: names a conversation, and says what an answer was worth."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from apps.chat import feedback, naming
from apps.chat.views import Request, own_answer, own_conversation


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
