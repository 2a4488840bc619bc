"""What an answer cost, where it is known."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.conf import LazySettings

from apps.ai.prices import cost
from apps.core.templatetags.interface import dollars


@pytest.fixture(autouse=True)
def at_anthropic(settings: LazySettings) -> None:
    settings.ANTHROPIC_BASE_URL, settings.ANSWER_PRICES = "", None


@pytest.mark.parametrize(
    ("model", "dollars"),
    [("claude-haiku-5-5", "0.0015"), ("claude-haiku-5-5-20261001", "0.0015"), ("claude-opus-5-5", "0.06")],
)
def test_the_prices_of_known_models_are_known(model: str, dollars: str) -> None:
    assert cost(model, 10_000, 1_000) == Decimal(dollars)


def test_those_of_others_are_not() -> None:
    assert cost("llama", 10_000, 1_000) is None


def test_nothing_counted_costs_nothing_known() -> None:
    assert cost("claude-haiku-5-5", 0, 0) is None


def test_another_server_has_prices_of_its_own(settings: LazySettings) -> None:
    settings.ANTHROPIC_BASE_URL = "http://127.0.0.1:8080"
    assert cost("claude-haiku-5-5", 10_000, 1_000) is None
    settings.ANSWER_PRICES = (Decimal("0.5"), Decimal(2))
    assert cost("anything", 10_000, 1_000) == Decimal("0.007")


@pytest.mark.parametrize(
    ("amount", "words"),
    [("0.00001", "< $0.0001"), ("0.0021", "$0.0021"), ("0.5", "$0.5000"), ("12.345", "$12.34"), ("0", "$0.0000")],
)
def test_small_sums_are_written_small(amount: str, words: str) -> None:
    assert dollars(Decimal(amount)) == words
