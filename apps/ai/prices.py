"""What a model's work costs, as far as it is known: prices change, and what the operator set wins."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings

MILLION = Decimal(1_000_000)
# US dollars for a million tokens read and written, by the beginning of the model's name, at Anthropic itself
# (https://docs.anthropic.com/en/docs/about-claude/pricing, November 2026; prompts above 100,000 tokens cost more).
_KNOWN = {
    "claude-haiku-5-5": (Decimal("0.10"), Decimal("0.50")),
    "claude-sonnet-5-5": (Decimal(2), Decimal(10)),
    "claude-opus-5-5": (Decimal(4), Decimal(20)),
}


def cost(model: str, input_tokens: int, output_tokens: int) -> Decimal | None:
    """US dollars, to a millionth; `None` for a model whose prices are not known, or when nothing was counted."""
    prices = _prices(model)
    if prices is None or not (input_tokens or output_tokens):
        return None
    return ((input_tokens * prices[0] + output_tokens * prices[1]) / MILLION).quantize(Decimal("0.000001"))


def _prices(model: str) -> tuple[Decimal, Decimal] | None:
    if settings.ANSWER_PRICES or settings.ANTHROPIC_BASE_URL:
        # Another server has prices of its own, and a model at home has none.
        found: tuple[Decimal, Decimal] | None = settings.ANSWER_PRICES
        return found
    return next((prices for name, prices in _KNOWN.items() if model.startswith(name)), None)
