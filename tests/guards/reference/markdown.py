"""Small pieces of Markdown that every made page is put together from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
MADE = "Made by `python -m tests.guards.reference` from"
ENDING = re.compile(r"(?<=[.!?])\s+(?=[^a-z0-9])")


@dataclass
class Page:
    """A made page: what it says, and what of the code has no words yet, each with where to write them."""

    text: str
    lacking: list[tuple[str, str]] = field(default_factory=list)


def cell(text: object) -> str:
    """A value as it may stand in a table: on one line, its bars escaped."""
    return " ".join(str(text).split()).replace("|", "\\|") or "–"


def code(text: object) -> str:
    """As code, or nothing."""
    return f"`{text}`" if str(text) else ""


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table, with a line break at its end."""
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def first_sentence(text: str | None) -> str:
    """The first sentence of a docstring or a paragraph, on one line."""
    paragraph = " ".join((text or "").strip().partition("\n\n")[0].split())
    return ENDING.split(paragraph)[0] if paragraph else ""


def plain(text: str) -> str:
    """Words without their links: what is relative to another page would lead nowhere here."""
    return LINK.sub(r"\1", text)
