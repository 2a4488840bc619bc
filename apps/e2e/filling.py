"""Fills a library with attacks, through the functions that the pages call; run inside a site by `manage.py shell`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.chat import gaps
from apps.chat.asking import clean, title_of
from apps.chat.checking import Verdict
from apps.chat.feedback import give
from apps.chat.models import Conversation, Message
from apps.chat.tests.making import a_check, a_citation, a_conversation
from apps.core.tests.attacks import ATTACKS, IN_ONE_TEXT, packed
from apps.library.models import Document
from apps.library.writing import TITLE_LENGTH, clean_title, save_article

LANTERN = "The lantern"
ALL = "All of them"
TURNS = 100
VERDICTS = (Verdict.NUMBER, Verdict.NO_SOURCE, Verdict.DIFFERS, Verdict.UNCITED)


def fill(email: str, password: str) -> None:
    """Makes the user and all that is theirs. What can be asked about comes first, as it is indexed first."""
    user = User.objects.create_user(email, password)
    text = "The lantern at the harbour gate is lit at dusk. It burns two litres of whale oil in one night."
    save_article(user, LANTERN, text)
    with transaction.atomic():
        for title in packed(ATTACKS, TITLE_LENGTH):
            save_article(user, title, f"The lighthouse keeper counts the ships at noon. He says: {title}")
        everything = save_article(user, ALL, "\n\n".join(IN_ONE_TEXT))
    with transaction.atomic():
        _titled(user, [clean_title(attack) for attack in ATTACKS], trashed_at=None)
        _titled(user, packed(ATTACKS, TITLE_LENGTH), trashed_at=timezone.now())
        for start in range(0, len(ATTACKS), TURNS):
            _talk(user, [clean(attack) for attack in ATTACKS[start : start + TURNS]], everything)
        for number, attack in enumerate(ATTACKS):
            # Half of them can be listed at once, by a word that they have.
            title = f"{title_of(clean(attack))} {('even', 'odd')[number % 2]}"
            Conversation.objects.create(owner=user, title=title)


def _titled(user: User, titles: list[str], trashed_at: datetime | None) -> None:
    """Documents that have a title and nothing to be indexed: a list shows no more of them."""
    Document.objects.bulk_create(
        Document(owner=user, kind="article", title=title, state="ready", trashed_at=trashed_at) for title in titles
    )


def _talk(user: User, attacks: list[str], everything: Document) -> None:
    """A conversation of which every part is an attack: each is the question, the answer, and all that hangs on it."""
    conversation = a_conversation(user, *attacks)
    answers = conversation.messages.answers().order_by("ordinal")
    for number, (answer, attack) in enumerate(zip(answers, attacks, strict=True)):
        answer.text = f"Two percent [1]. No source [9].\n\n{attack}"
        answer.looked_for, answer.model = attack, attack[:100]
        answer.save()
        a_citation(answer, title=attack[:TITLE_LENGTH], context=attack, start=0, quote=attack, document=None)
        a_check(answer, "Two percent", VERDICTS[number % 4], 1, detail=attack[:200])
        give(answer, is_helpful=False, words=attack)
        gaps.keep(answer, attack)
    last = conversation.messages.get(ordinal=2 * len(attacks))
    titled = list(Document.objects.visible_to(user).kept().exclude(pk=everything.pk).values_list("pk", flat=True))
    Message.objects.filter(pk=last.pk).update(outcome=Message.Outcome.NOT_FOUND, scope=titled)
