"""Putting right what was asked: how a follow-up was understood, or the question itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from apps.chat import live
from apps.chat.asking import AskingRefused, ask_again, clean
from apps.chat.branching import branch
from apps.chat.keeping import Claim
from apps.chat.views import Request, answer_again, beside_the_box, own_answer, whole
from apps.core.threads import in_request


@require_POST
async def look_for(request: Request, pk: int) -> HttpResponse:
    """Has the question answered anew, understood as the reader says; a running answer is stopped for it."""
    answer = await in_request(own_answer, request, pk)
    looked_for = request.POST.get("looked_for", "")
    try:
        clean(looked_for)
        if answer.is_streaming:
            await live.stop(answer)
        answer = await in_request(ask_again, request.user, answer, looked_for)
    except AskingRefused as refused:
        return await in_request(beside_the_box, request, answer.conversation, str(refused))
    live.start(Claim(answer.pk, answer.attempt))
    return await answer_again(request, answer)


@require_POST
async def ask_differently(request: Request, pk: int) -> HttpResponse:
    """Asks the question in other words, in a conversation that branches off before it, and goes there."""
    old = await in_request(own_answer, request, pk)
    question = request.POST.get("instead", "")
    try:
        answer = await in_request(branch, request.user, old, question)
    except AskingRefused as refused:
        return await in_request(whole, request, old.conversation, question, str(refused))
    live.start(Claim(answer.pk, answer.attempt))
    return redirect("chat:conversation", answer.conversation_id)
