"""docs/reference/events.md: every event of the audit, what happened in words, and which service puts it on record.

The words of an event stand on the page itself, and what is made around them leaves them as they are; those that staff
read on a request come from the code.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from rights_requests.desk.happenings import TOLD_TO_STAFF
from tests.guards.reference.markdown import Page, code, table
from tests.guards.sources import ROOT, named, parsed, python_files

PAGE = "docs/reference/events.md"
EVENT = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
PERMISSION = re.compile(r"auth\.(view|add|change|delete)_")
FILES = ("sql", "json", "jsonl", "csv", "html", "txt", "sig", "zip")
ROW = re.compile(r"^\| `([a-z0-9_.]+)` \| (.*?) \| ")
OURS = ("privacy", "accounts", "consent", "rights_requests", "visitors")
SCREENS = "looked_event"
# The door itself, and what only says in words what others put on record.
NOT_ASKED = ("privacy/audit.py", "rights_requests/desk/", "visitors/mine/")
# Events that are put together: cases of three kinds, by the kind of entry that their service writes down.
CASES = (
    ("legal_hold", "privacy/holds.py"),
    ("legal_hold", "privacy/holds_reapplied.py"),
    ("disclosure", "privacy/disclosures.py"),
    ("breach", "privacy/breaches.py"),
)
LISTS = ("list.viewed", "privacy/admin_base.py", "LookRecordedMixin.changelist_view")

HEAD = """# The events of the audit

Made by `python -m tests.guards.reference` from the calls of `privacy.audit.record`. The column in the middle is \
written here by hand, and kept: a new event gets a row with an empty one, and `make check` wants its words. An \
entry holds the event, the instant, who acted, keyed digests and counts, and never clear personal data or free \
text (`privacy/audit.py`). An event that ends with `.viewed` is a look, and the person at whose data it was \
reads of it; a list names nobody. What the chain is anchored in: [the ledger](../explanation/the-ledger.md).

"""


def page(root: Path = ROOT) -> Page:
    """The page, and each event that nobody has told in words yet."""
    told, found = words(root), recorded(root)
    made = Page(HEAD)
    rows = []
    for event in sorted(found):
        said = str(TOLD_TO_STAFF.get(event, "")) or told.get(event, "")
        rows.append((code(event), said if said else " ", ", ".join(f"`{where}` {who}" for where, who in found[event])))
        if not said:
            made.lacking.append((PAGE, f"`{event}` has no words: write them into its row"))
    made.text += table(("event", "what happened", "put on record by"), rows).replace("| – |", "|  |")
    return made


def words(root: Path) -> dict[str, str]:
    """What the page says of each event now."""
    path = root / PAGE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = (ROW.match(line) for line in lines)
    return {row[1]: row[2].strip() for row in found if row and row[2].strip()}


def recorded(root: Path = ROOT) -> dict[str, list[tuple[str, str]]]:
    """Each event with the modules and functions that put it on record."""
    found: dict[str, list[tuple[str, str]]] = {}
    for event, where, who in (*_called(root), *_of_cases(root), LISTS):
        places = found.setdefault(event, [])
        places += [] if (where, who) in places else [(where, who)]
    return {event: sorted(places) for event, places in found.items()}


def _called(root: Path) -> Iterator[tuple[str, str, str]]:
    """Every constant that looks like an event, in each module that puts anything on record or looks at data."""
    for path in python_files(root):
        where = named(path, root)
        source = path.read_text(encoding="utf-8")
        asked = where.partition("/")[0] in OURS and not where.startswith(NOT_ASKED)
        if asked and ("audit" in source or SCREENS in source):
            for event, who in _constants(parsed(path), ""):
                if event.partition(".")[0] not in OURS and not event.endswith(FILES) and not PERMISSION.match(event):
                    yield event, where, who


def _constants(node: ast.AST, who: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        inner = who
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inner = f"{who}.{child.name}".strip(".")
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and EVENT.fullmatch(child.value):
            yield child.value, code(who)
        yield from _constants(child, inner)


def _of_cases(root: Path) -> Iterator[tuple[str, str, str]]:
    for noun, where in CASES:
        path = root / where
        for function in ast.walk(parsed(path)) if path.exists() else ():
            if isinstance(function, ast.FunctionDef):
                for kind in re.findall(r"EntryKind\.([A-Z_]+)", ast.unparse(function)):
                    yield f"{noun}.{kind.lower()}", where, code(function.name)
