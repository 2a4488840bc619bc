"""Another user's thing looks exactly like a thing that is not there, at every address and for every verb."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.chat.checking import Verdict
from apps.chat.models import Check, Citation, Conversation, Gap, Message
from apps.indexing.models import Passage
from apps.library.models import Document
from apps.library.trash import move_to_trash
from apps.library.uploading import keep_file
from apps.library.writing import save_article
from apps.search.retrieval import retrieve

CANARY = "marmalade-lighthouse"
NOBODYS = 987_654_321
VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
OURS = ("chat", "library", "indexing", "search", "accounts")
# Every address that names a row, and the model whose row it names. A new address must be added here.
NAMES = {
    "chat:conversation": Conversation,
    "chat:follow_up": Conversation,
    "chat:move_to_trash": Conversation,
    "chat:rename": Conversation,
    "chat:think": Message,
    "chat:restore": Conversation,
    "chat:answer": Message,
    "chat:stream": Message,
    "chat:stop": Message,
    "chat:retry": Message,
    "chat:look_for": Message,
    "chat:ask_differently": Message,
    "chat:citation": Citation,
    "chat:let_gap_go": Gap,
    "chat:keep_gap": Gap,
    "library:document": Document,
    "library:row": Document,
    "library:edit": Document,
    "library:draft": Document,
    "library:original": Document,
    "library:move_to_trash": Document,
    "library:restore": Document,
    "indexing:text": Document,
    "indexing:page_image": Document,
    "indexing:again": Document,
    "indexing:passage": Passage,
}
# Links that are their own proof: the token is the secret, and no user's row is named.
SECRETS = {"accounts:welcome"}

pytestmark = pytest.mark.django_db(transaction=True)


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, list[str]]]:
    """The name of every address of ours, with the names of its arguments."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver) and (entry.namespace or "") in ("", *OURS):
            yield from addresses(entry, entry.namespace or namespace)
        elif isinstance(entry, URLPattern) and namespace in OURS and entry.name:
            yield f"{namespace}:{entry.name}", list(entry.pattern.converters)


@dataclass(frozen=True)
class Kept:
    """One row of each kind that the owner keeps."""

    rows: dict[type[models.Model], int]

    def path(self, name: str, arguments: list[str], pk: int | None = None) -> str:
        values = dict.fromkeys(arguments, 1)
        values["pk"] = self.rows[NAMES[name]] if pk is None else pk
        return reverse(name, kwargs=values)


@pytest.fixture
def kept(owner: User) -> Kept:
    article = save_article(owner, f"Notes on {CANARY}", f"# Notes\n\nThe {CANARY} stands on the northern pier.")
    keep_file(owner, ContentFile(f"The {CANARY} was painted in spring.".encode()), f"{CANARY}.txt")
    conversation = Conversation.objects.create(owner=owner, title=CANARY)
    Message.objects.create(
        owner=owner, conversation=conversation, ordinal=0, role=Message.Role.QUESTION, text=f"Where is {CANARY}?"
    )
    answer = Message.objects.create(
        owner=owner, conversation=conversation, ordinal=1, role=Message.Role.ANSWER, text=f"{CANARY} [1]"
    )
    passage = Passage.objects.visible_to(owner).filter(document=article).get()
    citation = Citation.objects.create(
        owner=owner, message=answer, number=1, document=article, passage=passage, title=CANARY, quote=CANARY
    )
    Check.objects.create(
        owner=owner, message=answer, start=0, end=len(CANARY), numbers=[1], verdict=Verdict.NAME, detail=CANARY
    )
    gap = Gap.objects.create(owner=owner, question=f"Where is {CANARY}?", message=answer, answerable_at=timezone.now())
    found = (article, conversation, answer, passage, citation, gap)
    return Kept({type(row): row.pk for row in found})


def body(response: HttpResponseBase) -> str:
    """What is shown, without what differs at each answer: the form tokens and the address asked for."""
    assert isinstance(response, HttpResponse)
    text = response.content.decode(errors="replace")
    return re.sub(
        r"\d+", "#", re.sub(r'(csrfmiddlewaretoken" value="|CSRFToken": ?")[^"]+|&quot;[A-Za-z0-9]{64}&quot;', "", text)
    )


def test_every_address_that_names_a_row_is_tried() -> None:
    naming = {name for name, arguments in addresses() if arguments}
    assert naming - SECRETS == set(NAMES)


@pytest.mark.parametrize("verb", VERBS)
def test_a1_a2_what_is_not_yours_answers_like_what_is_not_there(
    verb: str, kept: Kept, other_client: Client, owner: User
) -> None:
    before = _everything(owner)
    for name, arguments in addresses():
        if name not in NAMES:
            continue
        foreign = getattr(other_client, verb)(kept.path(name, arguments))
        absent = getattr(other_client, verb)(kept.path(name, arguments, NOBODYS))
        assert foreign.status_code in (404, 405), (name, verb, foreign.status_code)
        assert foreign.status_code == absent.status_code, (name, verb)
        shown = body(foreign)
        assert CANARY not in shown, (name, verb)
        assert shown == body(absent), (name, verb)
    assert _everything(owner) == before


def test_each_of_these_addresses_is_there_for_its_owner(kept: Kept, owner_client: Client) -> None:
    # No page of the article is a picture, and asking again would take away the citation: reading comes first.
    named = [(name, kept.path(name, arguments)) for name, arguments in addresses() if name in NAMES]
    read = {name: owner_client.get(path).status_code for name, path in named}
    written = {name: owner_client.post(path).status_code for name, path in named if read[name] == 405}
    answers = {**read, **written}
    answers.pop("indexing:page_image")
    answers.pop("library:original")
    assert not {name: status for name, status in answers.items() if status in (404, 405)}


@pytest.mark.parametrize("verb", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_sign_in(verb: str, kept: Kept, nobody: Client) -> None:
    for name, arguments in addresses():
        if name in NAMES:
            for path in (kept.path(name, arguments), kept.path(name, arguments, NOBODYS)):
                response = getattr(nobody, verb)(path)
                assert response.status_code == 302, (name, verb)
                assert response["Location"].startswith("/account/login/"), (name, verb)


def test_a5_lists_counts_and_searches_show_nothing_of_others(kept: Kept, other: User, other_client: Client) -> None:
    # A page repeats what was searched for, so the search is for another word of the same sentence.
    for path in (
        "/",
        "/library/",
        "/library/trash/",
        "/conversations/",
        "/conversations/trash/",
        "/?find=notes",
        "/gaps/",
        "/gaps/count/",
        "/search/?q=northern+pier",
        "/library/?q=notes",
    ):
        response = other_client.get(path)
        assert response.status_code == 200, path
        assert CANARY not in response.content.decode(), path
    assert retrieve(CANARY, other) == []
    assert retrieve(f"Where does the {CANARY} stand?", other, 50) == []


def test_a5_the_same_file_of_another_user_is_not_mentioned(kept: Kept, other: User) -> None:
    document, created = keep_file(other, ContentFile(f"The {CANARY} was painted in spring.".encode()), "same.txt")
    assert created
    assert document.owner == other


def test_staff_may_not_read_what_others_keep(kept: Kept, staff_client: Client) -> None:
    for name, arguments in addresses():
        if name in NAMES:
            assert staff_client.get(kept.path(name, arguments)).status_code in (404, 405), name


def test_what_is_in_the_trash_is_found_by_nobody(kept: Kept, owner: User) -> None:
    assert retrieve(CANARY, owner)
    for document in Document.objects.visible_to(owner):
        move_to_trash(document)
    assert retrieve(CANARY, owner) == []


def _everything(user: User) -> dict[str, list[object]]:
    """All rows of this user, to see that nothing was changed."""
    rows: dict[str, list[object]] = {}
    for model in apps.get_models():
        if any(field.name == "owner" for field in model._meta.fields):
            rows[model.__name__] = list(model._base_manager.filter(owner=user).order_by("pk").values())
    return rows
