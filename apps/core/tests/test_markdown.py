"""What models and readers write becomes HTML in which nothing can act, fetch or be clicked but what we allow."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from apps.core.markdown import answer_html, article_html
from apps.core.tests.attacks import ATTACKS, numbered

ODDITIES = [
    "",
    " ",
    "\n" * 1000,
    "[",
    "[1",
    "]1[",
    "[0] [01] [00001] [99999999999] [-1] [１] [一]",
    "[[1]] [1](1) [1][1]",
    "\\[1\\] \\\\[1]",
    "x" * 5000,
    "| a |\n|---|\n" * 50,
    "1. a\n   - b\n     > c\n       ```\n       d",
    "***bold*** ~~gone~~ _em_ __strong__",
    "١٢٣ שלום مرحبا",
    "𠮷野家の📚",
]
ANSWER_TAGS = {
    *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td", "a"),
}
HARMLESS = {"class", "start", "align", "href"}


class Reader(HTMLParser):
    """Reads HTML the lenient way a browser does and notes what it holds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.tags.append("!--")

    def handle_decl(self, decl: str) -> None:
        self.tags.append("!")


@pytest.mark.parametrize("attack", [*ATTACKS, *ODDITIES], ids=numbered)
def test_b1_nothing_in_an_answer_can_act_or_fetch(attack: str) -> None:
    read = Reader(answer_html(attack))
    assert set(read.tags) <= ANSWER_TAGS - {"a"}
    assert {name for _, name, _ in read.attributes} <= HARMLESS - {"href"}


@pytest.mark.parametrize("attack", ATTACKS, ids=numbered)
def test_b2_the_only_thing_to_click_in_an_answer_is_our_citation(attack: str) -> None:
    read = Reader(answer_html(f"It holds [1].\n\n{attack}", {1: "/citations/7/"}))
    assert set(read.tags) <= ANSWER_TAGS
    assert {value for _, name, value in read.attributes if name == "href"} == {"/citations/7/"}


@pytest.mark.parametrize("attack", ATTACKS, ids=numbered)
def test_b1_nothing_in_an_article_can_act_or_fetch(attack: str) -> None:
    read = Reader(article_html(attack))
    assert set(read.tags) <= ANSWER_TAGS | {"h2"}
    assert {name for _, name, _ in read.attributes} <= HARMLESS | {"title", "rel"}
    for tag, name, value in read.attributes:
        if name == "href":
            assert tag == "a"
            assert value.startswith(("https:", "http:", "mailto:", "#")) or (value[0] == "/" and value[1] not in "/\\")


def test_a_marker_becomes_a_link_to_its_citation() -> None:
    html = answer_html("It is so [1], and so[2].", {1: "/citations/4/", 2: '/citations/5/?a=1&b="'})
    assert html == (
        '<p>It is so <a class="cite" href="/citations/4/">1</a>, '
        'and so<a class="cite" href="/citations/5/?a=1&amp;b=&quot;">2</a>.</p>\n'
    )


def test_neighbouring_markers_are_links_of_their_own() -> None:
    assert answer_html("是[1][2]。", {1: "#a", 2: "#b"}).count('class="cite"') == 2


def test_a_marker_of_no_citation_stays_text() -> None:
    assert answer_html("It is so [3] [0] [01] [^1].", {1: "#a"}) == "<p>It is so [3] [0] [01] [^1].</p>\n"


@pytest.mark.parametrize(
    "code", ["`a[1]`", "```\na[1]\n```", "    a[1]", "`` ` [1] ``", "> - `[1]`", "```py\n[1]\n```\n\n`[1]`"]
)
def test_a_marker_within_code_stays_text(code: str) -> None:
    assert 'class="cite"' not in answer_html(code, {1: "#a"})


def test_an_escaped_marker_is_quoted_text_and_stays_text() -> None:
    html = answer_html("> As shown before \\[1\\]. [1]", {1: "/citations/4/"})
    assert (
        html == '<blockquote>\n<p>As shown before [1]. <a class="cite" href="/citations/4/">1</a></p>\n</blockquote>\n'
    )


def test_a_marker_after_code_is_a_link() -> None:
    assert 'class="cite"' in answer_html("`x` [1]", {1: "#a"})


def test_markers_in_headings_lists_and_tables_are_links() -> None:
    html = answer_html("# A [1]\n\n- b [1]\n\n| c [1] |\n|---|\n| d [1] |", {1: "#a"})
    assert html.count('<a class="cite" href="#a">1</a>') == 4


def test_headings_of_an_answer_stand_below_the_question() -> None:
    assert answer_html("# One\n\n## Two\n\n###### Six") == "<h3>One</h3>\n<h4>Two</h4>\n<h6>Six</h6>\n"


def test_headings_of_an_article_stand_below_its_title() -> None:
    assert article_html("# One\n\n## Two\n\n###### Six") == "<h2>One</h2>\n<h3>Two</h3>\n<h6>Six</h6>\n"


def test_cells_keep_their_alignment_without_a_style() -> None:
    html = answer_html("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
    assert '<td align="left">1</td>' in html
    assert '<td align="center">2</td>' in html
    assert '<td align="right">3</td>' in html
    assert "style" not in html


def test_a_list_goes_on_from_its_number() -> None:
    assert '<ol start="3">' in answer_html("3. three\n4. four")


def test_code_keeps_its_language_when_it_is_a_name() -> None:
    assert '<code class="language-c++">' in answer_html("```c++\nx\n```")
    assert "<code>" in answer_html('```"x<y>\nx\n```')


def test_what_is_struck_out_says_so() -> None:
    assert answer_html("~~gone~~") == "<p><del>gone</del></p>\n"


def test_raw_html_is_shown_as_it_was_written() -> None:
    assert Reader(answer_html("a <b>bold</b> & <script>alert(1)</script>")).words.strip() == (
        "a <b>bold</b> & <script>alert(1)</script>"
    )


def test_an_articles_links_lead_out_without_telling_from_where() -> None:
    assert article_html("[a](https://example.org/x?a=1&b=2)") == (
        '<p><a href="https://example.org/x?a=1&amp;b=2" rel="noopener noreferrer nofollow">a</a></p>\n'
    )


def test_an_article_may_link_to_mail_to_this_site_and_within_itself() -> None:
    html = article_html("[m](mailto:a@example.org) [d](/library/12/) [s](#part)")
    assert [f'href="{at}"' in html for at in ("mailto:a@example.org", "/library/12/", "#part")] == [True] * 3


def test_a_picture_in_an_article_is_fetched_only_when_followed() -> None:
    html = article_html("![The plan](https://example.org/plan.png)")
    assert "<img" not in html
    assert '<a href="https://example.org/plan.png"' in html
    assert ">The plan</a>" in html


def test_a_task_list_shows_its_boxes() -> None:
    html = article_html("- [ ] to do\n- [x] done\n\n[ ] not a task")
    assert "<li>☐ to do</li>\n<li>☑ done</li>" in html
    assert "<p>[ ] not a task</p>" in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**注意：**請看", "<strong>注意：</strong>請看"),
        ("他說**「好」**的", "他說<strong>「好」</strong>的"),
        ("這是*（甲）*乙", "這是<em>（甲）</em>乙"),
        ("用**API**呼叫", "用<strong>API</strong>呼叫"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a ** b ** c", "a ** b ** c"),
        ("snake_case_名稱", "snake_case_名稱"),
    ],
)
def test_emphasis_beside_full_width_marks_is_understood(text: str, html: str) -> None:
    assert answer_html(text) == f"<p>{html}</p>\n"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("第一行\n第二行", "第一行第二行"),
        ("第一行，\n第二行", "第一行，第二行"),
        ("一\n**二**\n三", "一<strong>二</strong>三"),
        ("first\nsecond", "first\nsecond"),
        ("用 API\n呼叫", "用 API\n呼叫"),
    ],
)
def test_a_wrapped_line_of_han_goes_on_without_a_space(text: str, html: str) -> None:
    assert answer_html(text) == f"<p>{html}</p>\n"


@pytest.mark.parametrize(
    "deep",
    [
        ">" * 5000 + " x",
        "- " * 5000 + "x",
        "1. " * 5000 + "x",
        "".join("  " * level + "- x\n" for level in range(1000)),
        "> - " * 3000 + "x",
        "[" * 20000 + "x" + "](y)" * 20000,
        "*a " * 20000 + "b*" * 20000,
    ],
    ids=["quotes", "lists", "numbers", "nested", "both", "brackets", "stars"],
)
def test_text_nested_without_end_is_cut_at_a_depth(deep: str) -> None:
    for html in (answer_html(deep), article_html(deep)):
        assert html.count("<blockquote>") + html.count("<ul>") + html.count("<ol>") <= 60


def test_ordinary_nesting_keeps_every_line() -> None:
    html = answer_html("".join("  " * level + f"- line{level}\n" for level in range(20)))
    assert all(f"line{level}" in html for level in range(20))


@pytest.mark.parametrize("piece", ["x", "字", "[1]", "*", "`", "<", "&", "|", "> ", "\\"])
def test_a_line_of_a_megabyte_is_rendered(piece: str) -> None:
    line = piece * (1_000_000 // len(piece.encode()))
    assert len(answer_html(line)) > 0 or not line.strip()
