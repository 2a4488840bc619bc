"""Answers made of quotations alone."""

from __future__ import annotations

import html
import random
import re

import pytest

from apps.ai.generators import Cited, Finished, Prompt, Source, TextDelta
from apps.ai.generators.quotations import QuotationsGenerator, by_document, chosen, literal
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


async def test_the_best_sentences_are_quoted_each_with_its_number(sources: tuple[Source, ...]) -> None:
    heard = await hear(QuotationsGenerator(), Prompt("可以借幾本？", sources))
    assert heard.text == (
        "> 會員每人每月可借書十冊。逾期每日罰款五元。 [1]\n\n"
        "> A member may borrow ten books. A late book costs 5 dollars a day. [2]\n\n"
        "> The library opens at nine. It is closed on Mondays. [5]\n\n"
    )
    assert heard.cited == [Cited(1, 0, 1), Cited(2, 0, 1), Cited(5, 1, 2)]
    assert heard.finished == Finished("end_turn")


async def test_it_comes_one_quotation_at_a_time_followed_by_what_it_cites(sources: tuple[Source, ...]) -> None:
    heard = await hear(QuotationsGenerator(), Prompt("?", sources))
    assert [type(event) for event in heard.events] == [TextDelta, Cited] * 3 + [Finished]


async def test_the_same_question_gives_the_same_answer(sources: tuple[Source, ...]) -> None:
    prompt = Prompt("?", sources)
    assert await hear(QuotationsGenerator(), prompt) == await hear(QuotationsGenerator(), prompt)


async def test_without_sources_it_says_nothing() -> None:
    heard = await hear(QuotationsGenerator(), Prompt("?", ()))
    assert heard.events == (Finished("end_turn"),)


async def test_a_long_sentence_stands_alone() -> None:
    one = Source(1, "Rules", None, (LONG, "Next."), 0, 0.5)
    heard = await hear(QuotationsGenerator(), Prompt("?", (one,)))
    assert heard.text == f"> {LONG.strip()} [1]\n\n"


async def test_blank_sources_and_a_best_sentence_out_of_range_do_no_harm() -> None:
    odd = (
        Source(1, "A", None, (), 0, 0.9),
        Source(2, "B", None, (" ",), 0, 0.9),
        Source(3, "C", None, (LONG,), 7, 0.9),
    )
    heard = await hear(QuotationsGenerator(), Prompt("?", odd))
    assert heard.cited == [Cited(3, 0, 1)]


def test_what_is_less_than_half_as_good_as_the_best_is_left_out() -> None:
    found = [source(1, 0.8, "alpha beta"), source(2, 0.41, "gamma delta"), source(3, 0.39, "epsilon zeta")]
    assert [one.number for one in chosen(found)] == [1, 2]


def test_four_sources_are_enough() -> None:
    assert len(chosen([source(n, 0.9 - n / 100, f"word{n} other{n}") for n in range(9)])) == 4


def test_what_says_the_same_again_is_left_out() -> None:
    found = [
        source(1, 0.9, "會員每人每月可借書十冊。"),
        source(2, 0.9, "會員每人每月可借書十冊"),
        source(3, 0.6, "星期一休館。"),
    ]
    assert [one.number for one in chosen(found)] == [1, 3]


def test_something_new_comes_before_something_similar() -> None:
    found = [
        source(1, 0.90, "the fee for a late book is five dollars"),
        source(2, 0.88, "the fee for a lost book is ten dollars"),
        source(3, 0.86, "members renew online"),
    ]
    assert [one.number for one in chosen(found)] == [1, 3, 2]


def test_scores_below_zero_are_no_obstacle() -> None:
    assert [one.number for one in chosen([source(1, -0.1, "alpha"), source(2, 0.0, "beta")])] == [2]


def test_quotations_of_one_document_stand_together_the_best_document_first() -> None:
    found = [source(1, 0.9, "a", "Rules"), source(2, 0.8, "b", "Hours"), source(3, 0.7, "c", "Rules")]
    assert [one.source.number for one in by_document(found)] == [1, 3, 2]


def shown(text: str) -> str:
    """The text a reader sees of a quotation, without its marker; fails when it became anything but one block quote."""
    page = answer_html(f"> {text} [1]\n\n", {1: "/citations/1/"})
    match = re.fullmatch(
        r'<blockquote>\n<p>(.*) <a class="cite" href="/citations/1/">1</a></p>\n</blockquote>\n?', page, re.DOTALL
    )
    assert match, page
    assert "<" not in match[1], page
    return html.unescape(match[1])


@pytest.mark.parametrize("text", HOSTILE)
def test_a_quoted_sentence_is_shown_as_it_stands_in_the_source(text: str) -> None:
    assert shown(literal(text)) == text.strip()


async def test_a_heading_beside_the_quoted_sentence_has_its_own_line() -> None:
    one = Source(1, "Rules", None, ("# Fees", "5 dollars a day."), 1, 0.5)
    heard = await hear(QuotationsGenerator(), Prompt("?", (one,)))
    assert heard.text == "> \\# Fees\\\n> 5 dollars a day. [1]\n\n"
    assert answer_html(heard.text) == "<blockquote>\n<p># Fees<br>\n5 dollars a day. [1]</p>\n</blockquote>\n"


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
