"""Reads the colour tokens out of the style sheet and computes the contrast of two of them (WCAG 2.2)."""

import re
from pathlib import Path

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
DARK = "@media screen and (prefers-color-scheme: dark)"
TOKEN = re.compile(r"--((?:color|picture)-[a-z-]+):\s*(#[0-9a-f]{6});")
LINEAR_UP_TO = 0.04045


def themes(sheet: str) -> dict[str, dict[str, str]]:
    """The colours of both themes by token name; a token the dark theme does not set keeps its light value."""
    before, _, after = sheet.partition(DARK)
    light = dict(TOKEN.findall(before))
    return {"light": light, "dark": light | dict(TOKEN.findall(after))}


def luminance(colour: str) -> float:
    """The relative luminance of a colour written as #rrggbb."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= LINEAR_UP_TO else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def too_weak(sheet: str, pairs: dict[tuple[str, str], float]) -> list[str]:
    """Every pair of tokens whose contrast is below what it needs, in either theme, in words."""
    return [
        f"{theme}: {front} on {back} is {ratio:.2f}, needs {needed}"
        for theme, colours in themes(sheet).items()
        for (front, back), needed in pairs.items()
        if (ratio := contrast(colours[front], colours[back])) < needed
    ]
