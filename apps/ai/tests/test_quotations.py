"""Answers made of quotations alone."""

from __future__ import annotations

import html
import random
import re

import pytest

from apps.ai.generators import Cited, Finished, Prompt, Source, TextDelta
from apps.ai.generators.quotations import QuotationsGenerator, by_document, chosen, heading, literal
from apps.ai.tests.hearing import hear
from apps.core.markdown import answer_html

LONG = "The member who has lost a book pays its price within thirty days of the date it was due for return. "


HOSTILE = r"""
as shown in [1] and [9]
**bold** _it_ ~~gone~~ `code` ``x``
> quoted
# heading
1. first
12) x
- item
+ item
* item
---
===
***
~~~
```
a | b
|a|b|
<script>alert(1)</script>
&lt; &amp; &#91;1&#93;
![x](https://evil.example)
[x](https://evil.example)
[1]: https://evil.example
<https://evil.example>
ends \
\[1\]
back\slash
[[1]]
[^1]
::: note
$x$
【1】
""".strip().splitlines()


def source(number: int, score: float, sentence: str, title: str = "") -> Source:
    return Source(number, title or f"Document {number}", None, (sentence,), 0, score)


def numbers(sources: list[Source], question: str = "?") -> list[int]:
    """The sources that are quoted, best first."""
    return [one.source.number for one in chosen(question, sources)]


async def test_the_best_sentences_are_quoted_by_document_each_with_its_number(sources: tuple[Source, ...]) -> None:
    heard = await hear(QuotationsGenerator(), Prompt("可以借幾本？", sources))
    assert heard.text == (
        "# 圖書館規章\n\n"
        "> **會員每人每月可借書十冊。**逾期每日罰款五元。 [1]\n\n"
        "# Library rules\n\n"
        "> **A member may borrow ten books.** A late book costs 5 dollars a day. [2]\n\n"
    )
    assert heard.cited == [Cited(1, 0, 1), Cited(2, 0, 1)]
    assert heard.finished == Finished("end_turn")


async def test_it_comes_one_quotation_at_a_time_followed_by_what_it_cites(sources: tuple[Source, ...]) -> None:
    heard = await hear(QuotationsGenerator(), Prompt("?", sources))
    assert [type(event) for event in heard.events] == [TextDelta, TextDelta, Cited] * 2 + [Finished]


async def test_the_same_question_gives_the_same_answer(sources: tuple[Source, ...]) -> None:
    prompt = Prompt("?", sources)
    assert await hear(QuotationsGenerator(), prompt) == await hear(QuotationsGenerator(), prompt)


async def test_without_sources_it_says_nothing() -> None:
    heard = await hear(QuotationsGenerator(), Prompt("?", ()))
    assert heard.events == (Finished("end_turn"),)


async def test_a_long_sentence_stands_alone() -> None:
    one = Source(1, "Rules", None, (LONG * 3, "Next to it."), 0, 0.5)
    heard = await hear(QuotationsGenerator(), Prompt("?", (one,)))
    assert heard.text == f"# Rules\n\n> **{(LONG * 3).strip()}** [1]\n\n"


async def test_blank_sources_and_a_best_sentence_out_of_range_do_no_harm() -> None:
    odd = (
        Source(1, "A", None, (), 0, 0.9),
        Source(2, "B", None, (" ",), 0, 0.9),
        Source(3, "C", None, (LONG,), 7, 0.9),
    )
    heard = await hear(QuotationsGenerator(), Prompt("?", odd))
    assert heard.cited == [Cited(3, 0, 1)]


def test_what_is_much_weaker_than_the_best_is_left_out() -> None:
    found = [source(1, 0.8, "alpha beta"), source(2, 0.57, "gamma delta"), source(3, 0.55, "epsilon zeta")]
    assert numbers(found) == [1, 2]


def test_four_sources_are_enough() -> None:
    assert len(numbers([source(n, 0.9 - n / 100, f"word{n} other{n}") for n in range(9)])) == 4


def test_what_says_the_same_again_is_left_out() -> None:
    found = [
        source(1, 0.9, "會員每人每月可借書十冊。"),
        source(2, 0.9, "會員每人每月可借書十冊"),
        source(3, 0.7, "星期一休館。"),
    ]
    assert numbers(found) == [1, 3]


def test_something_new_comes_before_something_similar() -> None:
    found = [
        source(1, 0.90, "the fee for a late book is five dollars"),
        source(2, 0.88, "the fee for a lost book is ten dollars"),
        source(3, 0.86, "members renew online"),
    ]
    assert numbers(found) == [1, 3, 2]


def test_scores_below_zero_are_no_obstacle() -> None:
    assert numbers([source(1, -0.1, "alpha beta"), source(2, 0.0, "gamma delta")]) == [2]


def placed(number: int, document: int, place: int) -> Source:
    return Source(number, "Rules", None, (f"alpha{number} beta{number}.",), 0, 1 - number / 10, document, place)


def test_quotations_of_one_document_stand_together_the_best_document_first() -> None:
    found = chosen("?", [placed(1, 7, 5), placed(2, 8, 1), placed(3, 7, 6)])
    assert [one.source.number for one in by_document(found)] == [1, 3, 2]


def test_the_best_of_a_document_comes_first_and_the_others_as_they_stand_in_it() -> None:
    found = chosen("?", [placed(1, 7, 5), placed(2, 7, 9), placed(3, 7, 2)])
    assert [one.source.number for one in by_document(found)] == [1, 3, 2]


async def test_two_documents_of_one_title_are_not_made_one() -> None:
    heard = await hear(QuotationsGenerator(), Prompt("?", (placed(1, 7, 5), placed(2, 8, 1))))
    assert heard.text.count("# Rules\n") == 2


async def test_a_passage_that_says_nothing_is_left_out_unless_there_is_no_other() -> None:
    contents = source(1, 0.9, "3.4 Borrowing . . . . . . . . . . 17")
    said = source(2, 0.5, "Ten books may be borrowed.")
    heard = await hear(QuotationsGenerator(), Prompt("?", (contents, said)))
    assert heard.cited == [Cited(2, 0, 1)]
    heard = await hear(QuotationsGenerator(), Prompt("?", (contents,)))
    assert heard.cited == [Cited(1, 0, 1)]


def shown(markdown: str) -> str:
    """The text a reader sees of a quotation, without its marker; fails when it became anything but one block quote."""
    page = answer_html(f"> {markdown} [1]\n\n", {1: "/citations/1/"})
    match = re.fullmatch(
        r'<blockquote>\n<p>(.*) <a class="cite" href="/citations/1/">1</a></p>\n</blockquote>\n?', page, re.DOTALL
    )
    assert match, page
    assert "<" not in match[1], page
    return html.unescape(match[1])


async def marked(*sentences: str, best: int = 0, title: str = "Rules") -> tuple[str, str]:
    """What a reader sees of a quotation: all of it, and what is marked in it, lines as lines."""
    one = Source(1, title, None, sentences, best, 0.5)
    heard = await hear(QuotationsGenerator(), Prompt("?", (one,)))
    page = answer_html(heard.text.partition("\n\n")[2], {1: "/citations/1/"})
    match = re.fullmatch(
        r'<blockquote>\n<p>(.*) <a class="cite" href="/citations/1/">1</a></p>\n</blockquote>\n?', page, re.DOTALL
    )
    assert match, page
    strong = "\n".join(re.findall(r"<strong>(.*?)</strong>", match[1]))
    plain = re.sub(r"</?strong>", "", match[1]).replace("<br>\n", "\n")
    assert "<" not in plain, page
    return html.unescape(plain), html.unescape(strong)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_quoted_sentence_is_shown_as_it_stands_in_the_source(text: str) -> None:
    assert shown(literal(text)) == text.strip()


async def test_the_sentence_is_marked_among_its_neighbours() -> None:
    seen = await marked("Books are lent.", "A late book costs 5 dollars.", "Pay at the desk.", best=1)
    assert seen == ("Books are lent. A late book costs 5 dollars. Pay at the desk.", "A late book costs 5 dollars.")


async def test_han_sentences_stand_without_spaces_and_the_marked_one_is_marked() -> None:
    seen = await marked("本館借書。", "「逾期」每日罰款五元。", "遺失者照價賠償。", best=1)
    assert seen == ("本館借書。「逾期」每日罰款五元。遺失者照價賠償。", "「逾期」每日罰款五元。")


async def test_a_heading_above_the_quoted_sentence_is_not_glued_to_it() -> None:
    assert await marked("Fees", "A late book costs 5 dollars.", best=1) == ("A late book costs 5 dollars.",) * 2


async def test_a_line_without_an_end_keeps_it_to_itself() -> None:
    seen = await marked("They cost as follows.", "a late book: 5 dollars", "a lost book: its price", best=1)
    assert seen[0] == "They cost as follows.\na late book: 5 dollars\na lost book: its price"


async def test_items_of_a_list_that_became_one_line_are_lines_again() -> None:
    seen = await marked("It runs on: • alpha machines • arm machines", "It is free.")
    assert seen == (
        "It runs on:\n• alpha machines\n• arm machines\nIt is free.",
        "It runs on:\n• alpha machines\n• arm machines",
    )


async def test_a_list_follows_the_sentence_that_announces_it() -> None:
    items = [f"item number {n}" for n in range(5)]
    seen = await marked("These may be borrowed:", *items, "Others may not.")
    assert seen[0].split("\n") == ["These may be borrowed:", *items, "Others may not."]
    assert seen[1] == "These may be borrowed:"


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_title_is_shown_as_it_is(text: str) -> None:
    page = answer_html(heading(text), {1: "/citations/1/"})
    match = re.fullmatch(r"<h3>(.*)</h3>\n?", page)
    assert match, page
    assert html.unescape(match[1]) == text.strip()


def test_lines_of_a_source_cannot_leave_the_quotation() -> None:
    assert shown(literal("first\n\n# second\r\n> third\n- fourth")) == "first # second > third - fourth"


def test_no_mixture_of_signs_becomes_markup() -> None:
    chance = random.Random(11)  # noqa: S311
    for _ in range(3000):
        text = "".join(
            chance.choice("ab1 [](){}<>*_`~#+-=.!|\\&:;\"'^$/甲。「") for _ in range(chance.randint(1, 30))
        ).strip()
        if text:
            assert re.sub(" +", " ", shown(literal(text))) == re.sub(" +", " ", text)


async def test_no_mixture_of_signs_moves_the_mark() -> None:
    chance = random.Random(12)  # noqa: S311
    for _ in range(600):
        before, text, after = (
            "".join(
                chance.choice("ab1 [](){}<>*_`~#+-=.!|\\&:;\"'^$/甲。「\u3000") for _ in range(chance.randint(1, 20))
            )
            for _ in range(3)
        )
        text = f"so {text.strip()} ok."
        seen = await marked(f"x{before}y z.", text, f"q{after}r s.", best=1)
        assert re.sub(r"\s+", " ", seen[1]) == re.sub(r"\s+", " ", text)
