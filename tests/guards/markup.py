"""Pages work under the strict policy: no inline script or style, nothing from another host, and little script."""

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from tests.guards.sources import ROOT, Finding, files_ending, named

SCRIPT_BYTES = 10 * 1024
LOADING = {
    "script": "src",
    "link": "href",
    "img": "src",
    "source": "src",
    "iframe": "src",
    "use": "href",
    "form": "action",
}
FOREIGN = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
# Mail programs read no style sheet, and a package is one file opened from disk: there, style stands in the page.
OWN_STYLE = ("templates/emails/", "templates/package/")
# What a browser reads as data and never runs.
DATA = {"application/json", "application/ld+json"}
# A link to another site is made by {% outbound %} alone. These variables hold addresses of ours without {% url … as %}.
OWN_ADDRESSES = {
    "act.url",
    "back",
    "cancel_url",
    "cell.url",
    "choice.query_string",
    "choices_url",
    "cl.clear_all_filters_qs",
    "figure.url",
    "follow_url",
    "href",
    "login_url",
    "mail",
    "model.add_url",
    "model.admin_url",
    "one.url",
    "other.url",
    "page.url",
    "row.url",
    "signup_url",
    "site_url",
    "value.correct_url",
    "verify_url",
}
MADE_BY_URL = re.compile(r"\{%\s*url [^%]*? as (\w+)\s*%\}")
LEADS = re.compile(
    r"<a\b[^>]*?\bhref=[\"']\s*(?:(?P<foreign>(?:https?:)?//)|\{\{\s*(?P<variable>[\w.]+))", re.IGNORECASE
)
IN_CSS = re.compile(r"(?:@import\s*|url\(\s*)['\"]?(?:https?:)?//", re.IGNORECASE)
IN_SCRIPT = re.compile(r"\beval\(|new Function|\.(?:inner|outer)HTML\s*=|document\.write|insertAdjacentHTML")


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Everything in templates, style sheets and scripts that the policy would block or that asks another host."""
    for path in files_ending(".html", root=root):
        where = named(path, root)
        if "templates" in path.parts:
            yield from of_template(where, path.read_text(encoding="utf-8"))
    yield from _of_lines(root, ".css", IN_CSS, "a style sheet loads nothing from another host")
    yield from _of_lines(root, ".js", IN_SCRIPT, "no text becomes code or markup: create elements, set textContent")
    packed = sum(len(gzip.compress(path.read_bytes())) for path in files_ending(".js", root=root))
    if packed > SCRIPT_BYTES:
        yield Finding("static/js", 1, f"{packed} bytes of script, packed; at most {SCRIPT_BYTES} in all")


def of_template(where: str, template: str) -> Iterator[Finding]:
    """What is wrong in one template; `where` is its path from the project's folder."""
    reader = _Reader(where)
    reader.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}", "", template))
    yield from reader.found
    if not where.startswith(OWN_STYLE):
        yield from _ways_out(where, template)


def _ways_out(where: str, template: str) -> Iterator[Finding]:
    """Links that lead, or may lead, to another site without saying so."""
    ours = {*OWN_ADDRESSES, *MADE_BY_URL.findall(template)}
    for number, line in enumerate(template.splitlines(), start=1):
        for found in LEADS.finditer(line):
            if found["foreign"] or found["variable"] not in ours:
                yield Finding(
                    where, number, "a link to another site: {% outbound address label %} (ours: {% url … as %})"
                )


def _of_lines(root: Path, ending: str, pattern: re.Pattern[str], message: str) -> Iterator[Finding]:
    for path in files_ending(ending, root=root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if pattern.search(line):
                yield Finding(named(path, root), number, message)


class _Reader(HTMLParser):
    """Looks at each tag of a template."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where
        self.found: list[Finding] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge one tag by its name and attributes."""
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and "src" not in given and given.get("type") not in DATA:
            self._say("an inline script: put it into static/js")
        if not self.where.startswith(OWN_STYLE):
            if tag == "style":
                self._say("an inline style sheet: put it into static/css")
            if "style" in given:
                self._say("a style attribute: use a class")
        if any(name.startswith("on") for name in given):
            self._say("a handler attribute: listen in static/js")
        if any(value.strip().lower().startswith("javascript:") for value in given.values()):
            self._say("a script as address")
        if tag in LOADING and FOREIGN.match(given.get(LOADING[tag], "")):
            self._say("something from another host: keep a copy in static")

    def _say(self, message: str) -> None:
        self.found.append(Finding(self.where, self.getpos()[0], message))
