"""docs/README.md and docs/decisions/README.md: what lies where, with every page."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.guards.reference.markdown import Page, first_sentence, plain
from tests.guards.sources import ROOT

PAGE = "docs/README.md"
LONGEST = 200
PARTS = {
    "tutorial": ("Learn it", "A first walk, step by step, on your own machine."),
    "how-to": ("Do something", "One task a page, for whoever knows what they want."),
    "reference": ("Look something up", "Complete and dry; most of it is made from the code."),
    "explanation": ("Understand it", "How the parts work together, and why so."),
}
HEAD = """# What lies where

Four kinds of pages, by what you came for. New here: read [the house](explanation/the-house.md), then take [the \
tour](tutorial/ten-minute-tour.md). This list is made by `python -m tests.guards.reference` from the pages \
themselves.
"""
DECISIONS = """# Decisions

Why the project is built as it is, one page each. A rule that makes the code worse is argued here, not bent. This \
list is made by `python -m tests.guards.reference` from the pages.

"""
MISSING = """
There is no {numbers}. A number is given out when a piece of work begins; where no decision came of it, or one \
that another page already tells, the number is not used again.
"""
NUMBER = re.compile(r"^(\d{4})-")


def pages_of(folder: Path) -> list[Path]:
    """The pages of a folder by their titles."""
    found = (path for path in folder.glob("*.md") if path.name != "README.md")
    return sorted(found, key=lambda path: title(path).lower())


def title(path: Path) -> str:
    """What a page calls itself; its name where it has no heading."""
    line = path.read_text(encoding="utf-8").partition("\n")[0]
    return line.removeprefix("# ").strip() if line.startswith("# ") else path.stem


def docs(root: Path = ROOT) -> Page:
    """The list of all pages but the decisions, which have one of their own."""
    made = Page(HEAD)
    for folder, (heading, words) in PARTS.items():
        made.text += f"\n## {heading}\n\n{words}\n\n" + "".join(_lines(root / "docs" / folder, f"{folder}/"))
    made.text += "\n## Know why\n\n- [The decisions](decisions/README.md): one page for each choice that was open.\n"
    return made


def _lines(folder: Path, prefix: str) -> Iterator[str]:
    for path in pages_of(folder):
        body = path.read_text(encoding="utf-8").partition("\n")[2].strip()
        said = plain(first_sentence(body)) if body[:1].isalpha() else ""
        fits = said and not said.startswith("Made by") and len(said) <= LONGEST
        yield f"- [{title(path)}]({prefix}{path.name})" + (f": {said.rstrip('.:')}." if fits else "") + "\n"


def decisions(root: Path = ROOT) -> Page:
    """The decisions in their order, and which numbers there are none of."""
    folder = root / "docs" / "decisions"
    found = {int(number[1]): path for path in sorted(folder.glob("*.md")) if (number := NUMBER.match(path.name))}
    made = Page(DECISIONS + "".join(f"- [{_numbered(one)}]({one.name})\n" for _number, one in sorted(found.items())))
    missing = [f"{number:04}" for number in range(1, max(found, default=0)) if number not in found]
    if missing:
        made.text += MISSING.format(numbers=", ".join(missing))
    for path in found.values():
        if not title(path).startswith(path.name[:4]):
            made.lacking.append((path.relative_to(root).as_posix(), f"its heading does not begin with {path.name[:4]}"))
    return made


def _numbered(path: Path) -> str:
    return f"{path.name[:4]} {title(path).removeprefix(path.name[:4]).lstrip('. :—-')}"
