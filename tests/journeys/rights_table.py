"""Which right is walked for which kind of person, and by which test; as a program it prints the page of the docs."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from privacy.vocabulary import Right

# In words for the page; the kinds are those of tests.journeys.cast.
PEOPLE = {
    "account": "signed in",
    "enrolled": "enrolled by a Customer, no account",
    "stranger": "once wrote to us",
    "agent": "agent with a mandate",
    "guardian": "guardian",
    "child": "a child, reported by anyone",
    "once a child": "“I was under 18 then”",
    "by letter": "by letter, taken in by staff",
}
MAIN_STORY = "test_main_story.py"


@dataclass(frozen=True)
class Row:
    """One journey; `person` is a kind of tests.journeys.cast, `scripts` says whether their browser runs JavaScript."""

    right: Right
    person: str
    scripts: bool

    @property
    def name(self) -> str:
        """The id of the test."""
        return f"{self.person}-{self.right}-{'scripts' if self.scripts else 'plain'}"


# With EVERY_RIGHT=1 the rest is walked too; it takes minutes more.
EVERY_RIGHT = bool(os.environ.get("EVERY_RIGHT"))
# Each person walks several rights in one browser; the erasure comes last, since nobody is left after it.
ROWS = (
    Row(Right.RECTIFICATION, "account", scripts=False),
    Row(Right.RESTRICTION, "account", scripts=False),
    Row(Right.OBJECTION, "account", scripts=False),
    Row(Right.PORTABILITY, "account", scripts=True),
    Row(Right.ACCESS, "enrolled", scripts=False),
    Row(Right.PORTABILITY, "enrolled", scripts=False),
    Row(Right.RESTRICTION, "enrolled", scripts=False),
    Row(Right.OBJECTION, "enrolled", scripts=False),
    Row(Right.ERASURE, "enrolled", scripts=False),
    Row(Right.ACCESS, "stranger", scripts=True),
    Row(Right.RECTIFICATION, "stranger", scripts=True),
    Row(Right.RESTRICTION, "stranger", scripts=True),
    Row(Right.OBJECTION, "stranger", scripts=True),
    Row(Right.ERASURE, "stranger", scripts=True),
    Row(Right.ACCESS, "agent", scripts=True),
    Row(Right.OBJECTION, "agent", scripts=False),
    Row(Right.ERASURE, "guardian", scripts=False),
    Row(Right.ERASURE, "child", scripts=False),
    Row(Right.ERASURE, "once a child", scripts=True),
    Row(Right.ACCESS, "by letter", scripts=False),
)
# Of these combinations the pages are those of the same right and of the same person in other rows.
SELDOM = (
    Row(Right.RECTIFICATION, "enrolled", scripts=True),
    Row(Right.PORTABILITY, "stranger", scripts=False),
    Row(Right.RESTRICTION, "agent", scripts=True),
    Row(Right.ERASURE, "agent", scripts=True),
    Row(Right.ACCESS, "guardian", scripts=True),
    Row(Right.RESTRICTION, "guardian", scripts=True),
    Row(Right.OBJECTION, "guardian", scripts=True),
    Row(Right.RECTIFICATION, "by letter", scripts=True),
    Row(Right.PORTABILITY, "by letter", scripts=True),
    Row(Right.RESTRICTION, "by letter", scripts=True),
    Row(Right.OBJECTION, "by letter", scripts=True),
    Row(Right.ERASURE, "by letter", scripts=True),
)
WALKED = (*ROWS, *SELDOM) if EVERY_RIGHT else ROWS
# Walked with scripts and without, in every detail, by tests of their own.
BY_THE_MAIN_STORY = {(Right.ACCESS, "account"), (Right.ERASURE, "account")}
# What cannot be asked, and why.
NOT_ASKED = {
    **{(right, "agent"): "by the person only" for right in (Right.RECTIFICATION, Right.PORTABILITY)},
    **{(right, "guardian"): "by the person only" for right in (Right.RECTIFICATION, Right.PORTABILITY)},
    **{(right, who): "–" for right in Right if right != Right.ERASURE for who in ("child", "once a child")},
}
HEAD = """\
# Journeys: each right, for each kind of person

`tests/journeys/test_every_right.py` walks them in a real Chromium over the running site, from the question to the
answer: the person asks, staff decide in the admin, the worker does the work, and the person sees what came of it. A
package is opened and checked, a receipt is verified at the public page, staff see the warning of a stop, a corrected
value stands on the profile, a transfer arrives at a server or its link is taken once. “plain” is a browser without
JavaScript.

A cell in italics is walked with `EVERY_RIGHT=1 make test ARGS="tests/journeys/test_every_right.py"`, and not in every
run: its pages are those of the same right and those of the same person in other cells, and the rules are tested
without a browser in `tests/rights_requests`. “–” is what nobody asks in this way.

Printed by `.venv/bin/python -m tests.journeys.rights_table`; a test compares it with what is run.
"""


def page() -> str:
    """The page of the docs."""
    return "\n".join([HEAD, *_lines(), ""])


def _lines() -> Iterator[str]:
    yield "| person | " + " | ".join(right.value for right in Right) + " |"
    yield "|---" * (len(Right) + 1) + "|"
    for person, words in PEOPLE.items():
        yield f"| {words} | " + " | ".join(_cell(right, person) for right in Right) + " |"


def _cell(right: Right, person: str) -> str:
    if (right, person) in BY_THE_MAIN_STORY:
        return f"`{MAIN_STORY}`, both"
    found = [f"`{row.name}`" for row in ROWS if (row.right, row.person) == (right, person)]
    found += [f"*`{row.name}`*" for row in SELDOM if (row.right, row.person) == (right, person)]
    return ", ".join(found) or NOT_ASKED[right, person]


if __name__ == "__main__":
    sys.stdout.write(page())
