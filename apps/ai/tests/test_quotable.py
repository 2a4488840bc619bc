"""Which sentence of a passage is quoted, and what around it."""

from __future__ import annotations

import pytest

from apps.ai.generators import quotable

FAQ = (
    "1.1 What is Debian GNU/Linux?",
    "Debian GNU/Linux is a distribution of the Linux operating system, and of packages that run on it.",
    "Users choose which packages they want.",
)
QUESTION = "What is Debian GNU/Linux?"


def chosen(question: str, *sentences: str, nearest: int = 0, title: str = "Manual") -> str | None:
    at = quotable.best(quotable.asked(question, ["\n".join(sentences)]), title, sentences, nearest)
    return None if at is None else sentences[at]


def test_the_nearest_sentence_is_quoted() -> None:
    assert chosen("Who decides what is installed?", *FAQ, nearest=2) == FAQ[2]


def test_a_heading_that_is_the_question_gives_way_to_what_it_announces() -> None:
    assert chosen(QUESTION, *FAQ) == FAQ[1]


def test_so_does_a_question_in_another_language() -> None:
    assert chosen("什麼是 Debian GNU/Linux？", *FAQ) == FAQ[1]


@pytest.mark.parametrize(
    "furniture",
    [
        "2.3 Borrowing books . . . . . . . . . 17",
        "第三章 借書………………………………17",
        "第三章 借書的規定",
        "Chapter 4. Borrowing and bringing back",
        "3.2. Borrowing and bringing back",
        "A.1 Borrowing and bringing back",
        "Page 17 of 90",
        "17",
        "xii",
        "第 17 頁",
        "• — •",
        "可以借幾本書？",
        "The manual of the library",
    ],
)
def test_what_is_part_of_the_page_is_not_quoted(furniture: str) -> None:
    said = "Ten books may be borrowed at once."
    title = "The manual of the library"
    assert chosen("How many books?", said, furniture, nearest=1, title=title) == said
    assert chosen("How many books?", furniture, title=title) is None


def test_a_sentence_that_says_no_more_than_the_question_is_not_quoted() -> None:
    assert chosen("Which books may be borrowed at once?", "Borrowed books.", "Novels and maps, for a month.") == (
        "Novels and maps, for a month."
    )
    assert chosen("房屋的押金是多少？", "房屋的押金。", "不得超過兩個月的租金。") == "不得超過兩個月的租金。"


def test_a_number_is_more_than_the_question_said() -> None:
    assert chosen("How many books may be borrowed?", "Borrowed may be 10.", "Ask at the desk for more.") == (
        "Borrowed may be 10."
    )


def test_a_question_that_a_statement_announces_may_be_quoted() -> None:
    asks = "Every three months, ask three things: Which authors appear more than once?"
    assert chosen("What do I ask every three months?", "Looking back", asks, "What did I plan?", nearest=1) == asks


def test_a_sentence_with_far_more_of_the_question_is_quoted_in_place_of_the_nearest() -> None:
    row = "Daily | water and electricity bills | a year at most"
    note = "These are the years of an ordinary household."
    assert chosen("How long are water and electricity bills kept?", row, note, nearest=1) == row


@pytest.mark.parametrize(
    "aside", ["See also lintian(1).", "另請參考 lintian(1)。", "參見 lintian(1)。", "$ lintian -i\n$ exit"]
)
def test_what_leads_elsewhere_and_code_are_quoted_only_when_there_is_nothing_else(aside: str) -> None:
    said = "It looks for common mistakes in packages."
    assert chosen("What is lintian?", aside, said) == said
    assert chosen("What is lintian?", aside) == aside


def test_a_question_above_a_passage_tells_what_it_answers() -> None:
    asked = quotable.asked(QUESTION, ["\n".join(FAQ), "Debian is free."])
    assert quotable.heading_share(asked, FAQ) == 1
    assert quotable.heading_share(asked, ("Debian is free.",)) == 0


def test_a_short_heading_without_a_number_is_passed_over() -> None:
    assert chosen("How is bread baked?", "Baking bread at home", "Bake it at 230 degrees.") == "Bake it at 230 degrees."


@pytest.mark.parametrize(
    "row", ["• Novels for a month", "1. Novels for a month", "Novels | a month", "(二) 小說借一個月"]
)
def test_an_item_of_a_list_or_a_row_of_a_table_may_be_quoted(row: str) -> None:
    assert chosen("For how long?", row, "This is how it is.") == row


def test_a_passage_of_lines_alone_has_no_headings() -> None:
    assert chosen("For how long?", "Novels: one month", "Maps: a week") == "Novels: one month"


def around(*sentences: str, chosen: int) -> tuple[str, ...]:
    return sentences[slice(*quotable.around("Manual", sentences, chosen))]


def test_the_neighbours_are_shown_as_far_as_there_is_room() -> None:
    assert around("One is said.", "Two is said.", "Three is said.", "Four.", chosen=1) == (
        "One is said.",
        "Two is said.",
        "Three is said.",
    )
    long = "It is said at length. " * 12
    assert around("One is said.", long, "Three is said.", chosen=1) == (long,)


def test_no_part_of_the_page_is_shown_beside_it() -> None:
    assert around("Borrowing", "Ten books may be borrowed.", "2.4 Other things", chosen=1) == (
        "Ten books may be borrowed.",
    )


def test_a_list_that_is_announced_is_shown_with_it() -> None:
    items = [f"thing number {n}" for n in range(6)]
    assert around("There are:", *items, chosen=0) == ("There are:", *items)
