"""What may be asked next: sections beside what an answer rests on, that the library can answer and nobody asked yet."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from apps.accounts.models import User
from apps.chat.models import Citation, Message
from apps.chat.suggesting import Section as About
from apps.chat.suggesting import heading_of, next_questions, question_about, suggestions
from apps.chat.tests.conftest import add
from apps.chat.tests.making import a_conversation, the_answer
from apps.indexing.models import Passage
from apps.library.models import Document
from apps.library.trash import move_to_trash
from apps.search.evidence import is_enough
from apps.search.retrieval import retrieve
from config import env as environment

SAMPLES = sorted((environment.ROOT / "apps/library/samples").glob("*.md"))
ORCHARD = """# The orchard

## Contents

What stands in these notes, and where it is found in them.

## 1.2

A number alone says nothing about what is written below it.

## Pruning

Apple trees are pruned in late winter, before the buds swell. A third of the old wood is taken away each year.

## Harvest

The pears are picked at the end of August. The apples are picked in October, one after the other.

## Storing the fruit

Apples keep until March in a cold cellar on wooden trays. Pears do not keep for longer than a month.
"""


def answered(user: User, document: Document, question: str, *cited: str, also: str = "") -> Message:
    """An answer that cites the passages of these sections, and found `also`."""
    answer = the_answer(a_conversation(user, question))
    for number, words in enumerate([*cited, *([also] if also else [])], 1):
        passage = Passage.objects.get(document=document, text__contains=words)
        Citation.objects.create(
            owner=user, message=answer, number=number, document=document, passage=passage,
            title=document.title, quote=words, context=passage.text, is_cited=words != also,
        )  # fmt: skip
    return answer


@pytest.fixture
def orchard(owner: User) -> Document:
    return add(owner, "The orchard", ORCHARD)


def test_what_was_found_and_not_used_comes_first_then_its_neighbours(owner: User, orchard: Document) -> None:
    answer = answered(owner, orchard, "When are trees cut?", "late winter", also="cold cellar")
    assert next_questions(answer) == [
        "What does “The orchard” say about “Storing the fruit”?",
        "What does “The orchard” say about “Harvest”?",
        "What does “The orchard” say about “Pruning”?",
    ]


def test_of_other_documents_only_what_was_found_before_something_cited_is_offered(
    owner: User, orchard: Document
) -> None:
    journal = add(owner, "A journal", "# A journal\n\n## Looking back\n\nAt the end of a year, read all of it again.")
    passage = Passage.objects.get(document=journal)
    answer = answered(owner, orchard, "When are trees cut?", "late winter")
    other = Citation.objects.create(
        owner=owner, message=answer, number=2, document=journal, passage=passage, title="A journal",
        quote="At the end of a year", context=passage.text,
    )  # fmt: skip
    about = "What does “A journal” say about “Looking back”?"
    assert about not in next_questions(answer)
    Citation.objects.filter(message=answer, number=1).update(number=3)
    assert next_questions(answer)[0] == about
    Citation.objects.filter(message=answer).exclude(pk=other.pk).update(is_cited=False)
    assert about in next_questions(answer)


def test_what_was_asked_already_is_not_offered(owner: User, orchard: Document) -> None:
    answer = answered(owner, orchard, "What about storing the fruit after the harvest?", "late winter")
    assert next_questions(answer) == ["What does “The orchard” say about “Pruning”?"]
    assert not next_questions(answered(owner, orchard, "Pruning, harvest, storing the fruit?", "late winter"))


def test_it_is_asked_in_the_readers_language(owner: User, orchard: Document) -> None:
    answer = answered(owner, orchard, "When are trees cut?", "late winter")
    with translation.override("zh-hant"):
        assert next_questions(answer)[0] == "〈The orchard〉對「Harvest」怎麼說？"


@pytest.mark.parametrize(
    ("language", "heading", "question"),
    [
        ("en", "Why is nothing found?", "Why is nothing found?"),
        ("zh-hant", "為什麼找不到？", "為什麼找不到？"),
        ("en", "為什麼找不到？", "What does “Notes” say about “為什麼找不到？”?"),
    ],
)
def test_a_heading_that_asks_is_its_own_question(language: str, heading: str, question: str) -> None:
    with translation.override(language):
        assert question_about(About("Notes", heading)) == question


@pytest.mark.parametrize(
    ("headings", "heading"),
    [
        (["Notes", "Pruning"], "Pruning"),
        (["Pruning", "Contents"], "Pruning"),
        (["Pruning", "1.2"], "Pruning"),
        (["2.1 Pruning the trees"], "Pruning the trees"),
        (["第三章 押金"], "押金"),
        (["三、修繕責任"], "修繕責任"),
        (["2024年的預算"], "2024年的預算"),
        (["目錄"], ""),
        (["Chapter 3"], ""),
        (["NOTES"], ""),
        (["— * —"], ""),
        (["x" * 61], ""),
        ([], ""),
    ],
)
def test_only_a_heading_that_says_something_is_asked_about(headings: list[str], heading: str) -> None:
    assert heading_of(headings, "Notes") == heading


def test_what_is_gone_is_not_asked_about(owner: User, orchard: Document) -> None:
    answer = answered(owner, orchard, "When are trees cut?", "late winter")
    move_to_trash(orchard)
    assert next_questions(answer) == []
    assert next_questions(the_answer(a_conversation(owner))) == []


def test_the_same_is_not_offered_twice(owner: User, orchard: Document) -> None:
    answer = answered(owner, orchard, "When are trees cut?", "late winter", "end of August", also="cold cellar")
    offered = next_questions(answer)
    assert len(offered) == len(set(offered)) == 3


def test_only_the_last_answer_offers_some_and_only_once_it_is_complete(
    owner: User, owner_client: Client, orchard: Document
) -> None:
    answer = answered(owner, orchard, "When are trees cut?", "late winter")
    url = answer.conversation.get_absolute_url()
    html = owner_client.get(url).content.decode()
    assert html.count("data-question") == 2 + 1
    assert f'href="{url}?q=What%20does%20%E2%80%9CThe%20orchard' in html
    Message.objects.filter(pk=answer.pk).update(state=Message.State.STOPPED)
    assert "data-question" not in owner_client.get(url).content.decode()


def test_without_a_script_a_suggestion_is_put_into_the_box(owner: User, owner_client: Client) -> None:
    url = a_conversation(owner).get_absolute_url()
    html = owner_client.get(url, {"q": "What does <b> say?"}).content.decode()
    assert ">What does &lt;b&gt; say?</textarea>" in html


def test_more_sources_ask_the_database_no_more(owner: User, orchard: Document) -> None:
    def queries(*cited: str) -> int:
        answer = answered(owner, orchard, "When are trees cut?", *cited)
        with CaptureQueriesContext(connection) as caught:
            next_questions(answer)
        return len(caught)

    assert queries("late winter") == queries("late winter", "end of August", "cold cellar") == 3


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_sample_articles_can_answer_what_is_suggested(owner: User, language: str) -> None:
    documents = []
    for path in SAMPLES:
        text = path.read_text()
        documents.append(add(owner, text.split("\n", 1)[0].removeprefix("# "), text))
    asked: list[tuple[str, Document | None]] = []
    with translation.override(language):
        for document in documents:
            for passage in Passage.objects.filter(document=document):
                answer = the_answer(a_conversation(owner, "What?"))
                Citation.objects.create(
                    owner=owner, message=answer, number=1, document=document, passage=passage, title=document.title,
                    quote=passage.text, is_cited=True,
                )  # fmt: skip
                offered = next_questions(answer)
                assert offered
                asked += [(question, document) for question in offered]
        asked += [(question, None) for question in suggestions(owner)]
    for question, about in dict.fromkeys(asked):
        hits = retrieve(question, owner)
        assert is_enough(question, hits), question
        assert about is None or about.pk in {hit.document_id for hit in hits[:3]}, question
