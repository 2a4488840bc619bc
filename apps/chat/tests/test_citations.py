"""Opening a citation: at its sentence while the source says it, and with its stored words when it is gone."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.chat.models import Citation
from apps.chat.opening import place_of
from apps.chat.tests.conftest import BREAD, add
from apps.chat.tests.making import a_citation, a_conversation, the_answer
from apps.indexing import passages, store
from apps.indexing.models import EmbeddingSpace, Passage
from apps.indexing.tasks import index_again
from apps.indexing.working import work_one
from apps.library.models import Document
from apps.library.trash import move_to_trash, restore
from apps.library.writing import save_article

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = r"X-CSRFToken[^}]*}|csrfmiddlewaretoken[^>]*>"
QUOTE = "Two percent of the flour's weight is the usual amount of salt."


@pytest.fixture
def bread(owner: User) -> Document:
    """An article with the sentence that is cited."""
    return add(owner, "Bread, week by week", BREAD)


@pytest.fixture
def citation(owner: User, bread: Document) -> Citation:
    """A citation of that sentence."""
    passage = Passage.objects.get(document=bread, text__contains=QUOTE)
    answer = the_answer(a_conversation(owner))
    return a_citation(
        answer,
        document=bread,
        passage=passage,
        title=bread.title,
        context=passage.text,
        quote=QUOTE,
        start=passage.text.index(QUOTE),
    )


def lands_on(url: str) -> str:
    """The text that the address of a passage marks."""
    parts = urlsplit(url)
    passage = Passage.objects.get(pk=int(parts.path.split("/")[2]))
    assert parts.fragment == "mark"
    span = {name: int(value[0]) for name, value in parse_qs(parts.query).items()}
    return passage.text[span["start"] : span["end"]]


def test_a_citation_opens_its_sentence(citation: Citation, owner_client: Client) -> None:
    response = owner_client.get(citation.get_absolute_url())
    assert response.status_code == 302
    assert lands_on(response.headers["Location"]) == QUOTE
    opened = owner_client.get(response.headers["Location"])
    assert opened.status_code == 200
    assert "Two percent" in opened.content.decode()


def test_it_opens_the_sentence_in_the_text_as_it_is_now(
    citation: Citation, bread: Document, owner: User, owner_client: Client
) -> None:
    save_article(owner, bread.title, f"## New\n\nA new beginning.\n\n{BREAD}", bread)
    citation.refresh_from_db()
    assert citation.passage is None
    response = owner_client.get(citation.get_absolute_url())
    assert lands_on(response.headers["Location"]) == QUOTE


def test_a_source_that_no_longer_says_so_shows_what_was_cited(
    citation: Citation, bread: Document, owner: User, owner_client: Client
) -> None:
    save_article(owner, bread.title, "All about cake.", bread)
    response = owner_client.get(citation.get_absolute_url())
    html = response.content.decode()
    assert response.status_code == 200
    assert "This source has changed since it was cited" in html
    assert "<mark>Two percent of the flour&#x27;s weight" in html
    assert bread.get_absolute_url() in html


def test_a_source_in_the_trash_shows_what_was_cited(citation: Citation, bread: Document, owner_client: Client) -> None:
    move_to_trash(bread)
    html = owner_client.get(citation.get_absolute_url()).content.decode()
    assert "This source is in the trash." in html
    assert "<mark>Two percent" in html


def test_a_deleted_source_shows_what_was_cited(citation: Citation, bread: Document, owner_client: Client) -> None:
    bread.delete()
    html = owner_client.get(citation.get_absolute_url()).content.decode()
    assert "This source was deleted after it was cited." in html
    assert "<mark>Two percent" in html
    assert citation.message.get_absolute_url() in html


# From the source, a way leads back to the answer at the citation.

WAY_BACK = "Back to the answer"


def source(citation: Citation) -> str:
    """The address of the source that the citation opens."""
    place = place_of(citation)
    assert place
    return place


def test_the_source_leads_back_to_the_answer_at_its_citation(citation: Citation, owner_client: Client) -> None:
    html = owner_client.get(source(citation)).content.decode()
    assert WAY_BACK in html
    conversation = citation.message.conversation.get_absolute_url()
    assert f'href="{conversation}#source-{citation.message_id}-1"' in html
    assert f'id="source-{citation.message_id}-1"' in owner_client.get(conversation).content.decode()


def test_a_source_opened_from_elsewhere_leads_back_to_no_answer(citation: Citation, owner_client: Client) -> None:
    url = source(citation).replace(f"&from={citation.pk}", "")
    assert WAY_BACK not in owner_client.get(url).content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "x", "²", "9" * 18, "9" * 5000, "1%00"])
def test_a_citation_that_is_none_leads_nowhere(citation: Citation, owner_client: Client, number: str) -> None:
    response = owner_client.get(source(citation).replace(f"from={citation.pk}", f"from={number}"))
    assert response.status_code == 200
    assert WAY_BACK not in response.content.decode()


def test_another_readers_citation_looks_like_none(
    citation: Citation, other: User, owner_client: Client, staff_client: Client
) -> None:
    theirs = a_citation(the_answer(a_conversation(other)))
    url = source(citation).replace(f"from={citation.pk}", "from=")
    with_theirs, with_none = (
        owner_client.get(url.replace("from=", f"from={pk}")).content.decode().replace(f"from={pk}", "from=")
        for pk in (theirs.pk, theirs.pk + 1000)
    )
    assert re.sub(TOKEN, "", with_theirs) == re.sub(TOKEN, "", with_none)
    assert staff_client.get(url).status_code == 404


def test_a_conversation_in_the_trash_is_no_way_back(citation: Citation, owner_client: Client) -> None:
    owner_client.post(reverse("chat:move_to_trash", args=[citation.message.conversation_id]))
    assert WAY_BACK not in owner_client.get(source(citation)).content.decode()


# The answer says when its sources are no longer what they were.

CHANGED = "A source of this answer has changed since"
GONE = "A source of this answer is no longer in your library"


def answer_page(citation: Citation, client: Client) -> str:
    """The conversation with the answer."""
    return client.get(citation.message.conversation.get_absolute_url()).content.decode()


def says_nothing(citation: Citation, client: Client) -> bool:
    """Whether the answer stands as it did, and its citation opens the sentence."""
    html = answer_page(citation, client)
    response = client.get(citation.get_absolute_url())
    opens = response.status_code == 302 and lands_on(response.headers["Location"]) == QUOTE
    return opens and not any(words in html for words in (CHANGED, GONE, "Changed since", "No longer in your library"))


def test_an_answer_whose_sources_stand_says_nothing(citation: Citation, owner_client: Client) -> None:
    assert says_nothing(citation, owner_client)


def test_nor_after_its_source_was_indexed_again(citation: Citation, bread: Document, owner_client: Client) -> None:
    index_again(bread)
    while work_one():
        pass
    assert says_nothing(citation, owner_client)


def test_nor_after_it_was_cut_again(citation: Citation, bread: Document, owner_client: Client) -> None:
    assert bread.revision
    new = passages.of_article(bread.revision)
    with transaction.atomic():
        store.put_passages(bread.revision, new, store.new_ids(len(new)))
    citation.refresh_from_db()
    assert citation.passage is None
    assert says_nothing(citation, owner_client)


def test_nor_with_another_embedder(citation: Citation, bread: Document, owner_client: Client) -> None:
    EmbeddingSpace.objects.update(weight_hash="of an earlier model", state=EmbeddingSpace.State.RETIRED)
    index_again(bread)
    while work_one():
        pass
    assert EmbeddingSpace.objects.count() == 2
    assert says_nothing(citation, owner_client)


def test_nor_when_it_was_changed_elsewhere(
    citation: Citation, bread: Document, owner: User, owner_client: Client
) -> None:
    save_article(owner, "Bread, day by day", BREAD.replace("twenty minutes", "thirty minutes"), bread)
    citation.refresh_from_db()
    assert citation.passage is None
    assert says_nothing(citation, owner_client)


def test_when_the_sentence_was_changed_the_answer_says_so_and_offers_to_ask_again(
    citation: Citation, bread: Document, owner: User, owner_client: Client
) -> None:
    save_article(owner, bread.title, BREAD.replace("Two percent", "Three percent"), bread)
    html = answer_page(citation, owner_client)
    assert CHANGED in html
    assert "Changed since" in html
    assert GONE not in html
    notice = html[html.index(CHANGED) :]
    assert f'action="/answers/{citation.message_id}/retry/"' in notice[: notice.index("</form>")]


def test_when_it_was_written_again_the_answer_stands(
    citation: Citation, bread: Document, owner: User, owner_client: Client
) -> None:
    save_article(owner, bread.title, "All about cake.", bread)
    assert CHANGED in answer_page(citation, owner_client)
    save_article(owner, bread.title, BREAD, bread)
    assert says_nothing(citation, owner_client)


def test_when_the_source_is_in_the_trash_it_is_gone_until_it_is_put_back(
    citation: Citation, bread: Document, owner_client: Client
) -> None:
    move_to_trash(bread)
    html = answer_page(citation, owner_client)
    assert GONE in html
    assert CHANGED not in html
    restore(bread)
    assert says_nothing(citation, owner_client)


def test_when_the_source_is_deleted_it_is_gone(citation: Citation, bread: Document, owner_client: Client) -> None:
    bread.delete()
    html = answer_page(citation, owner_client)
    assert GONE in html
    assert "No longer in your library" in html


def test_a_passage_that_was_found_and_not_cited_may_change(
    citation: Citation, bread: Document, owner: User, owner_client: Client
) -> None:
    Citation.objects.update(is_cited=False)
    save_article(owner, bread.title, "All about cake.", bread)
    assert CHANGED not in answer_page(citation, owner_client)


def test_what_is_quoted_with_signs_of_a_pattern_is_found_as_it_is(
    citation: Citation, bread: Document, owner: User, owner_client: Client
) -> None:
    Citation.objects.update(quote="Two_percent of %")
    save_article(owner, bread.title, f"{BREAD}\n\nMore.", bread)
    assert CHANGED in answer_page(citation, owner_client)
    save_article(owner, bread.title, f"{BREAD}\n\nTwo_percent of %", bread)
    assert CHANGED not in answer_page(citation, owner_client)


def test_another_readers_document_never_stands_in(
    citation: Citation, bread: Document, owner: User, other: User, owner_client: Client
) -> None:
    add(other, bread.title, BREAD)
    save_article(owner, bread.title, "All about cake.", bread)
    assert CHANGED in answer_page(citation, owner_client)


def test_many_changed_sources_ask_the_database_no_more(
    citation: Citation, bread: Document, owner: User, owner_client: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            html = answer_page(citation, owner_client)
        assert "has changed since" in html or "have changed since" in html
        return len(caught)

    save_article(owner, bread.title, "All about cake.", bread)
    one = queries()
    for number in range(2, 6):
        a_citation(citation.message, number=number, document=bread)
    assert queries() == one
