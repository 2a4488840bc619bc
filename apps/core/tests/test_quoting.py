"""A quotation is marked in an article as it is read, wherever its words stand, and nothing else changes."""

from __future__ import annotations

import html as entities
import random
import re
from html.parser import HTMLParser

import pytest

from apps.core.markdown import article_html, article_html_at
from apps.core.quoting import Quotation, marked

MARK = re.compile(r'<mark(?: id="mark")?>(.*?)</mark>', re.DOTALL)


def at(text: str, words: str, source: str, *, begins: float = 0) -> str:
    """The article with the words marked, which the plain `text` has."""
    start = text.index(words)
    html = article_html_at(source, Quotation(text, start, start + len(words), begins))
    assert html is not None
    assert without_marks(html) == article_html(source).replace("&nbsp;", "\xa0")
    return html


def without_marks(html: str) -> str:
    return re.sub(r"</?mark[^>]*>", "", html)


def shown(html: str) -> str:
    """The marked text, all its parts together."""
    return entities.unescape(re.sub("<[^>]*>", "", "".join(MARK.findall(html))))


def test_a_sentence_is_marked_where_it_stands() -> None:
    html = at("One. Two three. Four.", "Two three.", "One. Two three. Four.")
    assert html == '<p>One. <mark id="mark">Two three.</mark> Four.</p>\n'


def test_it_is_marked_wholly_through_bold_code_and_links() -> None:
    text = "It is rung twice every minute by far, always. Then it rests."
    source = "It is **rung *twice* every** [minute](https://a.example) by `far`, always. Then it rests."
    html = at(text, "It is rung twice every minute by far, always.", source)
    assert shown(html) == "It is rung twice every minute by far, always."
    assert html.count('id="mark"') == 1
    assert "</strong><mark> </mark><a" in html
    assert "<strong><mark>rung </mark><em><mark>twice</mark></em><mark> every</mark></strong>" in html


@pytest.mark.parametrize(
    ("text", "words", "source", "seen"),
    [
        ("a line that\ngoes on", "a line that\ngoes on", "a line that  \ngoes on", "a line that\ngoes on"),
        ("三月種番茄，五月收。", "三月種番茄，五月收。", "三月種番\n茄，五月收。", "三月種番茄，五月收。"),
        ("bell | hours\nfog | all", "fog | all", "| bell | hours |\n|---|---|\n| fog | all |", "fogall"),
        ("1. First do.\n2. Then rest.", "2. Then rest.", "1. First do.\n2. Then rest.", "Then rest."),
        ("[x] Paid on time.", "[x] Paid on time.", "- [x] Paid on time.", "Paid on time."),
        ("注意：請關門。好。", "注意：請關門。", "**注意：**請關門。好。", "注意：請關門。"),
        ("**注意：**請關門。", "**注意：**請關門。", "**注意：**請關門。", "注意：請關門。"),
        (
            "a picture of a mill by the river",
            "of a mill by",
            "a picture ![of a mill](x.png) by the river",
            "of a mill by",
        ),
        ("x = 1\ny = 2", "y = 2", "```\nx = 1\ny = 2\n```", "y = 2"),
        ("He said “so”. “Go on!” Then left.", "“Go on!”", "He said “so”. “**Go on!**” Then left.", "“Go on!”"),
    ],
)
def test_it_is_found_whatever_the_markup_made_of_it(text: str, words: str, source: str, seen: str) -> None:
    assert shown(at(text, words, source)) == seen


def test_of_equals_the_one_amid_the_same_words_is_marked() -> None:
    source = "# A\n\nIt rains. Stay in.\n\n# B\n\nIt rains. Go out.\n\n# C\n\nIt rains. Stay in."
    html = at("B\nIt rains. Go out.", "It rains.", source)
    assert html.index("<h2>B</h2>") < html.index("<mark") < html.index("Go out.")


@pytest.mark.parametrize(("begins", "heading"), [(0.0, "<h2>A</h2>"), (0.5, "<h2>B</h2>"), (0.8, "<h2>C</h2>")])
def test_of_equals_in_every_way_the_nearest_is_marked(begins: float, heading: str) -> None:
    source = "".join(f"# {name}\n\nIt rains. Stay in.\n\nDay after day after day.\n\n" for name in "ABC")
    html = at("It rains. Stay in.", "Stay in.", source, begins=begins)
    assert html[: html.index("<mark")].rstrip("\n").rpartition("<h2>")[1:] == ("<h2>", f"{heading[4:]}\n<p>It rains. ")


@pytest.mark.parametrize("text", ["Something else.", "", "…", " "])
def test_what_is_not_there_is_not_marked(text: str) -> None:
    assert article_html_at("One. Two.", Quotation(text, 0, len(text))) is None


def test_b1_text_stays_text() -> None:
    source = "```\n</code><script>alert(1)</script> & <mark> &lt;b&gt; \"'\n```"
    text = "</code><script>alert(1)</script> & <mark> &lt;b&gt; \"'"
    html = article_html_at(source, Quotation(text, 7, len(text)))
    assert html is not None
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;mark&gt; &amp;lt;b&amp;gt;" in html


def test_a_mark_never_stands_between_the_rows_of_a_table_or_the_items_of_a_list() -> None:
    source = "| a | b |\n|---|---|\n| c | d |\n| e | f |\n\n- g\n- h\n"
    html = at("c | d\ne | f\ng\nh", "c | d\ne | f\ng\nh", source)
    assert shown(html) == "cdefgh"
    assert not re.search(r"(<table>|<tr>|</td>|</tr>|<ul>|</li>)\s*<mark", html)


class Nesting(HTMLParser):
    """Notes whether every element is closed by its own end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_b1_marks_anywhere_in_any_text_add_nothing_but_themselves() -> None:
    pieces = ["**", "`", "[a](b)", "*", "\n\n", "\n- ", "<b>", "&amp;", "|", "\n> ", "詞", "word ", '"', "\n# ", "\\<"]
    chance = random.Random(7)  # noqa: S311
    found = 0
    for _ in range(300):
        source = "".join(chance.choices(pieces, k=30))
        clean = article_html(source)
        plain = entities.unescape(re.sub("<[^>]*>", "", clean))
        start = chance.randrange(len(plain))
        end = min(start + chance.randrange(1, 30), len(plain))
        html = marked(clean, Quotation(plain, start, end))
        if html is not None:
            found += 1
            assert without_marks(html).replace("&quot;", '"') == clean
            nesting = Nesting()
            nesting.feed(html)
            assert not nesting.open
    assert found > 100
