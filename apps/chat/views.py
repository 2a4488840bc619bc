"""Asking: the question box, conversations, and answers as they are written."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import reswap, retarget
from django_htmx.middleware import HtmxDetails

from apps.accounts.models import User
from apps.chat import keeping, live, scoping, showing, streaming
from apps.chat.asking import AskingRefused, ask, ask_again
from apps.chat.keeping import Claim
from apps.chat.models import Citation, Conversation, Message
from apps.chat.opening import place_of
from apps.chat.suggesting import suggestions
from apps.core.threads import in_request
from apps.library.models import Document

# As many as the rail has room for, and a page.
IN_RAIL = 30
ON_PAGE = 200


class Request(HttpRequest):
    """A request of a signed-in reader, as every view here gets it."""

    user: User
    htmx: HtmxDetails


@require_safe
def home(request: Request) -> HttpResponse:
    """One large question box."""
    return _home(request, question=typed(request))


def _home(request: Request, question: str, refusal: str = "") -> HttpResponse:
    documents = Document.objects.visible_to(request.user).kept()
    context = {
        "question": question,
        "refusal": refusal,
        "choice": chosen(request),
        "is_empty": not documents.exists(),
        "suggestions": suggestions(request.user),
    }
    return render(request, "chat/ask.html", context, status=422 if refusal else 200)


@require_POST
async def new(request: Request) -> HttpResponse:
    """Asks in a new conversation, and goes there."""
    question = request.POST.get("question", "")
    try:
        answer = await in_request(_ask, request, question)
    except AskingRefused as refused:
        return await in_request(_home, request, question, str(refused))
    live.start(Claim(answer.pk, answer.attempt))
    return redirect("chat:conversation", answer.conversation_id)


@require_safe
def conversation(request: Request, pk: int) -> HttpResponse:
    """All of one conversation, and the box to ask on."""
    keeping.mark_abandoned(request.user)
    return whole(request, own_conversation(request, pk), typed(request))


def whole(request: Request, conversation: Conversation, question: str = "", refusal: str = "") -> HttpResponse:
    """The page of a conversation, with what stands in the box and why it was not taken."""
    turns = showing.turns(conversation)
    context = {
        "conversation": conversation,
        "turns": turns,
        "question": question,
        "refusal": refusal,
        "choice": chosen(request, turns[-1].answer.scope if turns else ()),
    }
    return render(request, "chat/conversation.html", context, status=422 if refusal else 200)


@require_POST
async def follow_up(request: Request, pk: int) -> HttpResponse:
    """Asks on in the same conversation."""
    conversation = await in_request(own_conversation, request, pk)
    question = request.POST.get("question", "")
    try:
        answer = await in_request(_ask, request, question, conversation)
    except AskingRefused as refused:
        return await in_request(beside_the_box, request, conversation, str(refused), question)
    live.start(Claim(answer.pk, answer.attempt))
    return await answer_again(request, answer)


@require_safe
@vary_on_headers("HX-Request")
def answer(request: Request, pk: int) -> HttpResponse:
    """One answer as far as it is; for who has no JavaScript, the way to look again."""
    keeping.mark_abandoned(request.user)
    turn = showing.turn(own_answer(request, pk))
    name = "chat/answer.html#turn" if request.htmx else "chat/answer.html"
    return render(request, name, {"turn": turn})


@require_safe
async def stream(request: Request, pk: int) -> HttpResponseBase:
    """The answer as it is written. Only reads: the model was asked once, by who asked."""
    return streaming.response(request, await in_request(own_answer, request, pk))


@require_POST
async def stop(request: Request, pk: int) -> HttpResponse:
    """Stops the model; what was written stays."""
    answer = await in_request(own_answer, request, pk)
    await live.stop(answer)
    return await answer_again(request, answer)


@require_POST
async def retry(request: Request, pk: int) -> HttpResponse:
    """Has the same question answered anew, in the place of the old answer."""
    answer = await in_request(own_answer, request, pk)
    try:
        answer = await in_request(ask_again, request.user, answer)
    except AskingRefused as refused:
        return await in_request(beside_the_box, request, answer.conversation, str(refused))
    live.start(Claim(answer.pk, answer.attempt))
    return await answer_again(request, answer)


def beside_the_box(request: Request, conversation: Conversation, refusal: str, question: str = "") -> HttpResponse:
    """Why a question was not taken, beside the box; what was typed stays there."""
    if not request.htmx:
        return whole(request, conversation, question, refusal)
    words = render(request, "chat/conversation.html#refusal", {"refusal": refusal}, status=422)
    return retarget(reswap(words, "outerHTML"), "#refusal")


async def answer_again(request: Request, answer: Message) -> HttpResponse:
    """The answer in its page; only itself for a page that has the rest."""
    if not request.htmx:
        return redirect(answer.get_absolute_url())
    turn = await in_request(showing.turn, answer)
    return await in_request(render, request, "chat/answer.html#turn", {"turn": turn})


@require_safe
def citation(request: Request, pk: int) -> HttpResponse:
    """Opens the source at the cited sentence; when it is gone, shows what was cited."""
    found = get_object_or_404(
        Citation.objects.visible_to(request.user).select_related("document", "message__conversation"), pk=pk
    )
    place = place_of(found)
    if place:
        return redirect(place)
    return render(request, "chat/citation.html", {"card": showing.Card(found)})


@require_safe
@vary_on_headers("HX-Request")
def conversations(request: Request) -> HttpResponse:
    """What was asked before: a page, and the list in the rail."""
    words = request.GET.get("q", "").strip()
    kept = Conversation.objects.visible_to(request.user).kept().saying(words).newest_first()
    if request.htmx:
        here = request.htmx.current_url_abs_path or ""
        return render(request, "chat/conversations.html#threads", {"conversations": kept[:IN_RAIL], "here": here})
    page = Paginator(kept.with_counts(), ON_PAGE).get_page(request.GET.get("page"))
    return render(request, "chat/conversations.html", {"page": page, "words": words})


@require_safe
def scope(request: Request) -> HttpResponse:
    """The documents to choose from, for the words typed so far."""
    if not request.htmx:
        return redirect("chat:ask")
    return render(request, "chat/scope.html#documents", {"choice": chosen(request)})


def _ask(request: Request, question: str, conversation: Conversation | None = None) -> Message:
    return ask(request.user, question, conversation, scoping.read(request.user, request.POST.getlist("scope")))


def typed(request: Request) -> str:
    """The question that stands in the box: suggested by a link, or typed and not yet asked."""
    return request.GET.get("q") or request.GET.get("question", "")


def chosen(request: Request, before: Sequence[int] = ()) -> scoping.Choice:
    """The documents chosen in the box, or else `before`; and those to choose from."""
    sent = request.POST if request.method == "POST" else request.GET
    # The box always sends `find`, so that nothing chosen is told from a request that is not the box's.
    values = sent.getlist("scope") if "find" in sent or "scope" in sent else before
    return scoping.choice(request.user, values, sent.get("find", ""))


def own_conversation(request: Request, pk: int) -> Conversation:
    kept = Conversation.objects.visible_to(request.user).kept().select_related("branched_from__conversation")
    return get_object_or_404(kept, pk=pk)


def own_answer(request: Request, pk: int) -> Message:
    answers = Message.objects.visible_to(request.user).answers().filter(conversation__trashed_at=None)
    return get_object_or_404(answers.select_related("owner", "conversation"), pk=pk)
