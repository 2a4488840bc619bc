"""The colours of the look can be told apart, in both themes (WCAG 2.2 AA)."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

TOKENS = (settings.ROOT / "static" / "css" / "tokens.css").read_text()
COLOURS = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)}
GROUNDS = ["paper", "sheet", "sunken", "hover", "seal-wash"]
WORDS = ["ink", "ink-soft", "ink-faint", "seal", "good", "warn", "bad"]
TEXT, EDGE = 4.5, 3.0


def brightness(colour: str) -> float:
    """Relative luminance of `#rrggbb`, as WCAG defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, theme: int) -> float:
    dark, light = sorted((brightness(COLOURS[one][theme]), brightness(COLOURS[other][theme])))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("words", WORDS)
def test_words_can_be_read(words: str, ground: str, theme: int) -> None:
    assert contrast(words, ground, theme) >= TEXT


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_what_is_marked_can_be_read(theme: int) -> None:
    assert contrast("ink", "mark", theme) >= TEXT


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["seal", "seal-deep"])
def test_words_on_the_accent_can_be_read(ground: str, theme: int) -> None:
    assert contrast("on-seal", ground, theme) >= TEXT


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sheet", "sunken"])
@pytest.mark.parametrize("edge", ["edge", "seal"])
def test_fields_and_focus_can_be_seen(edge: str, ground: str, theme: int) -> None:
    assert contrast(edge, ground, theme) >= EDGE


def on_a_page(colour: str, theme: int) -> str:
    """What a colour becomes on the picture of a page: both are multiplied with the light that falls on it."""
    (own,) = re.findall(rf"--{colour}: (#\w{{6}});", TOKENS)
    light = COLOURS["leaf-light"][theme]
    parts = (int(own[at : at + 2], 16) * int(light[at : at + 2], 16) // 255 for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_what_is_marked_on_a_page_can_be_seen_and_read(theme: int) -> None:
    def apart(one: str, other: str) -> float:
        dark, light = sorted((brightness(on_a_page(one, theme)), brightness(on_a_page(other, theme))))
        return (light + 0.05) / (dark + 0.05)

    assert apart("leaf-edge", "leaf") >= EDGE
    for ground in ("leaf", "leaf-mark", "leaf-pick"):
        assert apart("on-leaf", ground) >= TEXT
