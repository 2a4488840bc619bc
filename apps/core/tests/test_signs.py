"""Signs stand at the end of their sentences, and taking them out leaves what was there without them."""

from __future__ import annotations

import random
import re

import pytest

from apps.core.markdown import answer_html
from apps.core.signs import Sign
from apps.core.tests.attacks import ATTACKS, numbered
from apps.core.tests.test_markdown import ODDITIES, Reader

LINKS = {1: "#source-9-1", 2: "#source-9-2"}
MISSING = "(no such source)"
LINK = re.compile(r'<a class="sign odd" id="said-\d+" href="#check-\d+"><span>Differs: &lt;b&gt;&quot;</span></a>')
CLAIM = re.compile(r'<span class="claim odd">')
# What was marked as missing is a span too, and stays.
SPANS = re.compile(r'<span class="cite missing">\d+<span class="aloud"> \(no such source\)</span></span>|</span>')
PIECES = [
    *("It holds [1].", " Two percent. ", "**Bold [2]**", "*so.*", "`code. [1]`", "~~gone~~", "\\[1\\]", "[9]", "&amp;"),
    *(
        "\n",
        "\n\n",
        "\r\n",
        "- item.\n",
        "1. one\n",
        "> said.\n",
        "```py\nx. [1]\n```\n",
        "    indented.\n",
        "# Head. #\n",
    ),
    *(
        "| a. | b [1]. |\n|---|--:|\n| c. | d |\n",
        "第一行。\n第二行 [1]。",
        "「好。」",
        "Set so.\n===\n",
        "\t",
        "  \n",
        "\\\n",
    ),
    *(
        "\U000f0000",
        "\U000f0001",
        "&#xF0000;",
        "&#983041;",
        "<b>",
        "&copy;",
        "\u202e",
        "\0",
        "\u2028",
        "[",
        "1]",
        "*",
        "_",
    ),
]


def sign(start: int, end: int, number: int = 0) -> Sign:
    return Sign(start, end, "odd", 'Differs: <b>"', f"said-{number}", f"#check-{number}")


def of(text: str, *sentences: str) -> list[Sign]:
    """A sign for each of these sentences of the text."""
    found = [text.index(sentence) for sentence in sentences]
    return [sign(at, at + len(sentence), n) for n, (at, sentence) in enumerate(zip(found, sentences, strict=True))]


def signed(text: str, *sentences: str) -> str:
    """The text's HTML with ⟨ where such a sentence begins, ● for its sign and ⟩ where it ends."""
    html = answer_html(text, LINKS, of(text, *sentences))
    return LINK.sub("●", html).replace('<span class="claim odd">', "⟨").replace("</span>", "⟩")


def unsigned(html: str) -> str:
    """The HTML without its signs."""
    html = CLAIM.sub("", LINK.sub("", html))
    return SPANS.sub(lambda found: found[0] if found[0] != "</span>" else "", html)


class Nesting(Reader):
    """Notes whether every element is closed in its turn."""

    def __init__(self, html: str) -> None:
        self.open: list[str] = []
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_only_signs_are_added(text: str, signs: list[Sign], links: dict[int, str] = LINKS) -> str:
    html = answer_html(text, links, signs, MISSING)
    assert unsigned(html) == answer_html(text, links, missing=MISSING)
    assert not re.search("[\U000f0000-\U000ffffd]", html)
    nesting = Nesting(html)
    assert nesting.open == []
    assert html.count("<a ") == len(LINK.findall(html)) + html.count('<a class="cite" href="#source-9-')
    return html


def test_a_sign_stands_behind_its_sentence_which_is_marked() -> None:
    text = "Use two percent. Never more.\n\nSalt is cheap."
    assert signed(text, "Never more.", "Salt is cheap.") == (
        "<p>Use two percent. ⟨Never more.●⟩</p>\n<p>⟨Salt is cheap.●⟩</p>\n"
    )


def test_what_a_sign_says_is_escaped() -> None:
    html = answer_html("So.", {}, of("So.", "So."))
    assert html == (
        '<p><span class="claim odd">So.<a class="sign odd" id="said-0" href="#check-0">'
        "<span>Differs: &lt;b&gt;&quot;</span></a></span></p>\n"
    )


@pytest.mark.parametrize(
    ("text", "sentence", "html"),
    [
        ("So [1]. No.", "So", "⟨So CITE.●⟩ No."),
        ("So.[1] No.", "So.", "⟨So.CITE●⟩ No."),
        ("So. [1][2] No.", "So.", "⟨So. CITECITE●⟩ No."),
        ("**So.** [1] No.", "So.", "⟨<strong>So.</strong> CITE●⟩ No."),
        ("是這樣[1]。不是。", "是這樣", "⟨是這樣CITE。●⟩不是。"),
        ("他說「好。」不是。", "他說「好。", "⟨他說「好。」●⟩不是。"),
        ("So. *No* [1]", "So.", "⟨So.●⟩ <em>No</em> CITE"),
    ],
)
def test_a_sign_stands_behind_the_markers_of_its_sentence(text: str, sentence: str, html: str) -> None:
    shown = re.sub(r'<a class="cite"[^>]*>\d</a>', "CITE", signed(text, sentence))
    assert shown == f"<p>{html}</p>\n"


@pytest.mark.parametrize(
    ("text", "sentence", "html"),
    [
        ("- One.\n- Two.", "Two.", "<ul>\n<li>One.</li>\n<li>⟨Two.●⟩</li>\n</ul>\n"),
        ("> One.\n> Two.", "Two.", "<blockquote>\n<p>One.\n⟨Two.●⟩</p>\n</blockquote>\n"),
        ("## Two.", "Two.", "<h4>⟨Two.●⟩</h4>\n"),
        ("Two.\n===", "Two.", "<h3>⟨Two.●⟩</h3>\n"),
        ("A\\* b &amp; c. Two.", "Two.", "<p>A* b &amp; c. ⟨Two.●⟩</p>\n"),
        ("One.  \nTwo.", "Two.", "<p>One.<br>\n⟨Two.●⟩</p>\n"),
        ("第一行。\n第二行。", "第一行。", "<p>⟨第一行。●⟩第二行。</p>\n"),
        ("Run `x.` Two.", "Two.", "<p>Run <code>x.</code> ⟨Two.●⟩</p>\n"),
        ("A **b c** d.", "A **b c** d.", "<p>⟨A <strong>b c</strong> d.●⟩</p>\n"),
        ("A **b. c** d.", "A **b.", "<p>A <strong>b.● c</strong> d.</p>\n"),
        ("One.\r\nTwo.\r\n", "Two.", "<p>One.\n⟨Two.●⟩</p>\n"),
        ("Two `x.` so.", "Two `x.", "<p>⟨Two <code>x.</code>●⟩ so.</p>\n"),
    ],
)
def test_a_sign_finds_its_place_in_whatever_stands_around_it(text: str, sentence: str, html: str) -> None:
    assert signed(text, sentence) == html


def test_cells_of_a_table_have_signs_of_their_own() -> None:
    text = "| No. | Yes. |\n|---|---|\n| So. | Two. |"
    html = signed(text, "No.", "Yes.", "Two.")
    assert "<th>⟨No.●⟩</th>\n<th>⟨Yes.●⟩</th>" in html
    assert "<td>So.</td>\n<td>⟨Two.●⟩</td>" in html


def test_no_sign_stands_within_code() -> None:
    text = "Before.\n\n```py\nx = 1. y\n```\n\nAfter."
    assert signed(text, "x = 1.", "After.") == (
        '<p>Before.</p>\n<pre><code class="language-py">x = 1. y\n</code></pre>\n<p>⟨After.●⟩</p>\n'
    )


def test_a_marker_of_no_source_says_so_when_it_has_the_words() -> None:
    html = answer_html("So [1][9]. In [2024].", LINKS, missing=MISSING)
    assert html == (
        '<p>So <a class="cite" href="#source-9-1">1</a>'
        '<span class="cite missing">9<span class="aloud"> (no such source)</span></span>. In [2024].</p>\n'
    )
    assert "missing" not in answer_html("`[9]` \\[9\\]", LINKS, missing=MISSING)


@pytest.mark.parametrize(
    "forged", ["\U000f0000No.\U000f0001", "&#xF0000;No.&#983041;", "`\U000f0001`", "[\U000f00001]"]
)
def test_no_text_forges_a_sign(forged: str) -> None:
    html = assert_only_signs_are_added(f"{forged}\n\nYes.", of(f"{forged}\n\nYes.", "Yes."))
    assert len(LINK.findall(html)) == 1
    assert "\ufffd" in html
    assert "\U000f0000" not in answer_html(forged)


@pytest.mark.parametrize("attack", [*ATTACKS, *ODDITIES], ids=numbered)
def test_b1_signs_add_nothing_but_themselves_to_an_attack(attack: str) -> None:
    text = f"{attack}\n\nIt holds [1]. {attack} It does not. [9]"
    chance = random.Random(attack)  # noqa: S311
    assert_only_signs_are_added(text, of(text, "It holds", "It does not."))
    for _ in range(5):
        assert_only_signs_are_added(text, anywhere(text, chance))


def test_b1_signs_at_any_place_of_any_text_add_nothing_but_themselves() -> None:
    chance = random.Random(7)  # noqa: S311
    for _ in range(1500):
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 12)))
        assert_only_signs_are_added(text, anywhere(text, chance))


def anywhere(text: str, chance: random.Random) -> list[Sign]:
    """Signs of made-up sentences, in order, that know nothing of the text."""
    ends = sorted(chance.randint(0, len(text)) for _ in range(2 * chance.randint(1, 6)))
    return [sign(start, end, n) for n, (start, end) in enumerate(zip(ends[::2], ends[1::2], strict=True))]
