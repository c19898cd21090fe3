"""Which pages are made, and whether they are as the code is."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from accounts import role_words
from rights_requests.regimes import table as regimes
from tests.guards.reference import api, commands, events, holdings, index, jobs, settings, system_checks
from tests.guards.reference.markdown import Page
from tests.guards.sources import ROOT, Finding

RENEW = "`python -m tests.guards.reference` writes it anew"
# The indexes last: they tell what the others are called.
PAGES: Mapping[str, Callable[[Path], Page]] = {
    "docs/reference/settings.md": settings.page,
    "docs/reference/checks.md": system_checks.page,
    events.PAGE: events.page,
    "docs/reference/holdings.md": holdings.page,
    "docs/reference/commands.md": commands.page,
    "docs/reference/jobs.md": jobs.page,
    "docs/reference/api.md": api.page,
    "docs/reference/roles.md": lambda _root: Page(role_words.as_markdown()),
    "docs/reference/regimes.md": lambda _root: Page(regimes.markdown()),
    "docs/decisions/README.md": index.decisions,
    index.PAGE: index.docs,
}


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Each page that says other than the code, and each thing of the code that has no words."""
    for where, make in PAGES.items():
        made = make(root)
        for place, message in made.lacking:
            yield Finding(place, 1, message)
        written = root / where
        if not written.exists() or written.read_text(encoding="utf-8") != made.text:
            yield Finding(where, 1, f"says other than the code: {RENEW}")


def write(root: Path = ROOT) -> None:
    """Write every page anew; what has no words yet, `findings` says afterwards."""
    for where, make in PAGES.items():
        (root / where).write_text(make(root).text, encoding="utf-8")
