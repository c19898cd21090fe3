"""The commands of a page of the docs, taken out of it, so that page and drill cannot say different things."""

import re
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One block of commands, and the heading it stands under."""

    heading: str
    text: str


def blocks(page: Path) -> list[Block]:
    """All of them, in their order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(text):
        before = BLOCK.sub("", text[: match.start()])
        headings = HEADING.findall(before)
        found.append(Block(headings[-1] if headings else "", match[1]))
    return found
