"""Every page of the docs is found from the README, every link in them leads somewhere, and every file they name exists.

What is on another site is not asked; a test needs no network.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tests.guards.sources import ROOT, Finding, files_ending, named, project_files

FENCE = re.compile(r"^\s*(```|~~~)")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
CODE = re.compile(r"`[^`]+`")
HEADING = re.compile(r"^#{1,6} +(.*?) *#*$")
# A file of ours, as pages name it; what holds a `<`, a `*` or a `…` is a pattern.
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|html|txt|json|sh|css|js|toml|service|conf|yaml|yml))(?:::\w+)?`")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:|^//")
START = "README.md"
FOLDER = "docs/"


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Each dead link, each anchor that is not there, each page that nobody finds, each file that does not exist."""
    pages = {named(path, root): path for path in files_ending(".md", root=root)}
    files = {named(path, root) for path in project_files(root)}
    folders = {name.partition("/")[0] for name in files if "/" in name}
    leads: dict[str, set[str]] = {}
    for where, path in pages.items():
        leads[where] = set()
        for number, line in _prose(path):
            for target in LINK.findall(CODE.sub("", line)):
                found, fault = _led(where, target, root)
                leads[where].add(found)
                if fault:
                    yield Finding(where, number, fault)
            for file in NAMED.findall(line):
                if file.partition("/")[0] in folders and file not in files:
                    yield Finding(where, number, f"there is no {file}")
    reached = _reached(leads)
    for name in sorted(files):
        if name.startswith(FOLDER) and name not in reached:
            yield Finding(name, 1, f"no link leads here from {START}: write it into a page, or renew docs/README.md")


def _prose(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a page that are no example."""
    fenced = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def _led(where: str, target: str, root: Path) -> tuple[str, str]:
    """Which file a link leads to, and what is wrong about it."""
    if ELSEWHERE.match(target):
        return "", ""
    place, _hash, anchor = unquote(target).partition("#")
    path = ((root / where).parent / place).resolve() if place else root / where
    if not path.is_relative_to(root) or not path.exists():
        return "", f"the link to {target} leads nowhere"
    if anchor and path.suffix == ".md" and anchor not in anchors(path):
        return named(path, root), f"{named(path, root)} has no heading for #{anchor}"
    return named(path, root), ""


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    for _number, line in _prose(path):
        if heading := HEADING.match(line):
            words = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
            name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            found[name] = found.get(name, -1) + 1
    return {f"{name}-{count}" if count else name for name, most in found.items() for count in range(most + 1)}


def _reached(leads: dict[str, set[str]]) -> set[str]:
    """Every file that links lead to, from page to page."""
    reached, waiting = {START}, [START]
    while waiting:
        for found in leads.get(waiting.pop(), set()) - reached:
            reached.add(found)
            waiting.append(found)
    return reached
