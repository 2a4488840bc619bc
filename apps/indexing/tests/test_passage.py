"""The source view: the place that a citation points to."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.indexing import working
from apps.indexing.models import Passage
from apps.indexing.tests.making import article, pdf
from apps.library import trash
from apps.library.models import Document

HTMX = {"HX-Request": "true"}
HOSTILE = '<script>alert("1")</script> & <b>so</b> on.'


@pytest.fixture
def written(owner: User) -> Passage:
    """The second of an article's three passages."""
    second = "房東負責修繕。The rent is due on the fifth. It is paid."
    document = article(owner, "Tenancy", f"# One\n\nBefore it.\n\n# Two\n\n{second}\n\n# Three\n\nAfter it.")
    return Passage.objects.get(document=document, ordinal=1)


@pytest.fixture
def printed(owner: User) -> Passage:
    """A passage on the second of three pages of a PDF."""
    document = pdf(owner, "A first page.", "The rent is due. Repairs are the landlord's.", "A third page.")
    assert working.work_one()
    return Passage.objects.get(document=document, page=2)


def place(passage: Passage) -> str:
    return reverse("indexing:passage", args=[passage.pk])


def around(passage: Passage, words: str) -> dict[str, str]:
    start = passage.text.index(words)
    return {"start": str(start), "end": str(start + len(words))}


def show(client: Client, passage: Passage, **asked: str) -> str:
    answer = client.get(place(passage), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_sentence_is_marked_in_its_passage_between_its_neighbours(owner_client: Client, written: Passage) -> None:
    page = show(owner_client, written, **around(written, "The rent is due on the fifth."))
    assert '<mark id="mark">The rent is due on the fifth.</mark>' in page
    assert page.index("Before it.") < page.index("房東負責修繕。") < page.index("<mark") < page.index("After it.")
    assert "Tenancy" in page
    assert written.document.get_absolute_url() in page


def test_without_a_sentence_nothing_is_marked(owner_client: Client, written: Passage) -> None:
    assert "<mark" not in show(owner_client, written)


@pytest.mark.parametrize(
    "asked",
    [
        {"start": "5"},
        {"end": "5"},
        {"start": "x", "end": "y"},
        {"start": "-5", "end": "3"},
        {"start": "9", "end": "9"},
        {"start": "9", "end": "2"},
        {"start": "99999", "end": "100000"},
        {"start": "1" * 5000, "end": "1" * 5001},
    ],
)
def test_a_span_that_makes_no_sense_marks_nothing(
    owner_client: Client, written: Passage, asked: dict[str, str]
) -> None:
    assert "<mark" not in show(owner_client, written, **asked)


def test_a_span_that_goes_beyond_the_text_ends_with_it(owner_client: Client, written: Passage) -> None:
    page = show(owner_client, written, **{**around(written, "It is paid."), "end": "99999"})
    assert '<mark id="mark">It is paid.</mark>' in page


def test_what_a_document_says_is_never_markup(owner_client: Client, owner: User) -> None:
    document = article(owner, HOSTILE, f"```\n{HOSTILE}\n```")
    passage = Passage.objects.get(document=document)
    page = show(owner_client, passage, **around(passage, '<script>alert("1")</script>'))
    assert ">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</mark> &amp; &lt;b&gt;so&lt;/b&gt; on." in page
    assert "<script>alert" not in page
    assert "<b>so" not in page


def test_a_page_of_a_pdf_is_a_picture_with_the_sentence_marked_on_it(owner_client: Client, printed: Passage) -> None:
    page = show(owner_client, printed, **around(printed, "Repairs are the landlord's."))
    assert reverse("indexing:page_image", args=[printed.document_id, 2]) in page
    assert "Page 2 of 3" in page
    (mark,) = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', page)
    left, top, width, height = map(float, mark)
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)" preserve', page)
    assert box is not None
    assert 0 < left < left + width < float(box[1])
    assert 0 < top < top + height < float(box[2])
    whole = re.search(r'<rect x="([\d.]+)"', show(owner_client, printed, **around(printed, "The rent is due.")))
    assert whole is not None
    assert float(whole[1]) < left, "the first sentence begins to the left of the second"


def test_the_picture_comes_as_sharp_as_the_screen(owner_client: Client, printed: Passage) -> None:
    page = show(owner_client, printed)
    url = reverse("indexing:page_image", args=[printed.document_id, 2])
    assert f'srcset="{url}?width=760 760w, {url}?width=1520 1520w, {url}?width=2280 2280w"' in page
    for address in set(re.findall(rf"{url}\?width=\d+", page)):
        assert owner_client.get(address).status_code == 200


def test_it_can_be_enlarged_and_the_way_back_keeps_everything_else(owner_client: Client, printed: Passage) -> None:
    asked = around(printed, "The rent is due.")
    assert "zoom=2#mark" in show(owner_client, printed, **asked)
    larger = show(owner_client, printed, **asked, zoom="2")
    assert 'class="leaf sheet larger" tabindex="0"' in larger
    assert f"?start={asked['start']}&amp;end={asked['end']}#mark" in larger
    assert f"end={asked['end']}&amp;zoom=2&amp;page=3" in larger
    assert "larger" not in show(owner_client, printed, zoom="200").split('class="leaf sheet')[1][:10]


def test_the_words_of_the_page_lie_over_it_and_stand_below_it(owner_client: Client, owner: User) -> None:
    document = pdf(owner, "A first page.", f"{HOSTILE} More is said.", "")
    assert working.work_one()
    passage = Passage.objects.get(document=document, page=2)
    page = show(owner_client, passage)
    over = "".join(re.findall(r"<text [^>]*>([^<]*)</text>", page))
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &lt;b&gt;so&lt;/b&gt; on. More is said." in over
    assert "<script>alert" not in page
    below = page.split('class="page-text"')[1]
    assert "More is said." in below
    first = show(owner_client, passage, page="1")
    assert "A first page." in first.split('class="page-text"')[1]
    assert "More is said." not in "".join(re.findall(r"<text [^>]*>([^<]*)</text>", first))
    assert "No text was found on this page." in show(owner_client, passage, page="3")


def test_the_quotation_can_be_copied_with_its_source(owner_client: Client, printed: Passage) -> None:
    page = show(owner_client, printed, **around(printed, "The rent is due."))
    copied = re.search(r"<template[^>]*>([^<]*)</template>", page)
    assert copied is not None
    assert copied[1] == "The rent is due.\n— report, p. 2"


def test_neighbouring_pages_are_at_hand(owner_client: Client, printed: Passage) -> None:
    page = show(owner_client, printed, **around(printed, "The rent is due."))
    assert "page=1" in page
    assert "page=3" in page
    third = show(owner_client, printed, **around(printed, "The rent is due."), page="3")
    assert reverse("indexing:page_image", args=[printed.document_id, 3]) in third
    assert "<rect" not in third
    assert "page=2" in third
    assert "page=4" not in third


@pytest.mark.parametrize("asked", ["0", "99", "-1", "x", "9" * 5000, "²"])
def test_a_page_that_is_not_there_is_not_shown(owner_client: Client, printed: Passage, asked: str) -> None:
    page = show(owner_client, printed, page=asked)
    numbers = re.findall(rf"/library/{printed.document_id}/pages/(\d+)/", page)
    assert set(numbers) <= {"1", "2", "3"}


def test_numbers_of_the_drawing_are_the_same_in_every_language(owner_client: Client, printed: Passage) -> None:
    answer = owner_client.get(place(printed), headers={"Accept-Language": "de"})
    assert not re.search(r'<rect x="\d+,', answer.content.decode())


def test_as_a_fragment_it_is_what_the_side_panel_holds(owner_client: Client, printed: Passage) -> None:
    fragment = owner_client.get(place(printed), headers=HTMX).content.decode()
    assert "The rent is due." in fragment
    assert "<html" not in fragment
    assert 'hx-target="#source"' in fragment


def test_nothing_in_it_needs_an_inline_style_or_script(owner_client: Client, printed: Passage) -> None:
    page = show(owner_client, printed)
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)


def test_signed_out(nobody: Client, written: Passage) -> None:
    assert "/account/login" in nobody.get(place(written)).headers["Location"]


def test_not_the_owner(other_client: Client, staff_client: Client, written: Passage) -> None:
    unknown = other_client.get(reverse("indexing:passage", args=[written.pk + 1000]))
    for client in (other_client, staff_client):
        for headers in ({}, HTMX):
            answer = client.get(place(written), headers=headers)
            assert answer.status_code == 404
    assert other_client.get(place(written)).content == unknown.content


def test_in_the_trash(owner_client: Client, written: Passage) -> None:
    trash.move_to_trash(Document.objects.get(pk=written.document_id))
    assert owner_client.get(place(written)).status_code == 404


def test_wrong_method(owner_client: Client, written: Passage) -> None:
    assert owner_client.post(place(written)).status_code == 405
