"""Colours of a picture in the page's two themes: greys follow them, and colours can be seen in both."""

import re
from functools import cache

THEMES = (("#222832", "#ffffff"), ("#ced6dd", "#121212"))  # ink and paper of the page, light and dark
TEXT, LINE = 4.6, 3.0  # contrasts
GREYEST_TEXT = 70  # per cent of ink, for the contrast of a text
INK, PAPER = "currentColor", "var(--descent-paper)"
HEX = re.compile(r"#[0-9a-f]{6}")


def parts(colour: str) -> list[float]:
    """Return red, green and blue of ``#rrggbb``, each from 0 to 1."""
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def brightness(rgb: list[float]) -> float:
    """Return the relative luminance of a colour, from 0 to 1."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(colour: str, ink: str, share: float) -> list[float]:
    """Return ``share`` of ``colour`` and the rest of ``ink``, as a browser mixes them."""
    return [share * c + (1 - share) * i for c, i in zip(parts(colour), parts(ink), strict=True)]


def contrast(one: list[float], other: list[float]) -> float:
    """Return the contrast of two colours as WCAG counts it, from 1 to 21."""
    darker, lighter = sorted(map(brightness, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


@cache
def seen(colour: str, wanted: float) -> str:
    """Return ``colour`` with as little ink as gives it the ``wanted`` contrast on light and on dark paper."""
    for share in range(100, 0, -5):
        if all(contrast(mixed(colour, ink, share / 100), parts(paper)) >= wanted for ink, paper in THEMES):
            break
    return colour if share == 100 else f"color-mix(in srgb,{colour} {share}%,{INK})"


def themed(colour: str, *, is_text: bool, is_line: bool) -> str:
    """Return a colour as the page's theme has it.

    White that is written or drawn stays white: it stands on a colour. A white face is paper.
    """
    if not HEX.fullmatch(colour):
        return colour
    red, green, blue = parts(colour)
    if not red == green == blue:
        return seen(colour, TEXT if is_text else LINE) if is_text or is_line else colour
    share = round(100 - 100 * red)
    if share == 0:
        return "#fff" if is_text or is_line else PAPER
    share = max(share, GREYEST_TEXT) if is_text else share
    return INK if share == 100 else f"color-mix(in srgb,{INK} {share}%,{PAPER})"
