"""What a page leads to: every address in its HTML or in a style sheet, and every place in it that a link can name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

# By attribute, the elements that lead or load; "*" stands for all.
LEADS: dict[str, set[str]] = {
    "href": {"*"},
    "src": {"*"},
    "poster": {"video"},
    "data": {"object"},
    "action": {"form"},
    "formaction": {"button", "input"},
    "cite": {"blockquote", "q", "del", "ins"},
}
SETS = {"srcset", "imagesrcset"}
IN_CSS = re.compile(r"""url\(\s*(['"]?)(.+?)\1\s*\)|@import\s+(['"])(.+?)\3""")
# Addresses that open a program or stand for themselves.
NOT_FETCHED = ("mailto:", "tel:", "data:", "about:", "blob:")


@dataclass(frozen=True)
class Link:
    """An address as it stands on a page, and where it leads from there; `fragment` is the place on that page."""

    written: str
    address: str
    fragment: str


@dataclass
class Contents:
    """What was read out of one document."""

    links: list[Link] = field(default_factory=list)
    places: set[str] = field(default_factory=set)


def contents_of(text: str, media_type: str, at: str) -> Contents:
    """The links and places of a document that lies at an address; none in anything but HTML, SVG and CSS."""
    if media_type == "text/css":
        found = [match[2] or match[4] for match in IN_CSS.finditer(text)]
        return Contents(list(_links(found, at)))
    if media_type in {"text/html", "image/svg+xml", "application/xhtml+xml"}:
        reader = _Reader()
        reader.feed(text)
        return Contents(list(_links(reader.written, urljoin(at, reader.base))), reader.places)
    return Contents()


def _links(written: list[str], at: str) -> Iterator[Link]:
    for one in written:
        if not one.strip().lower().startswith(NOT_FETCHED):
            address, fragment = urldefrag(urljoin(at, one.strip()))
            yield Link(one, address, fragment)


class _Reader(HTMLParser):
    """Collects addresses and places, tag by tag."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self.places: set[str] = set()
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        given = {name.removeprefix("xlink:"): value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if name in given and (name == "id" or tag == "a")}
        if tag == "base":
            self.base = given.get("href", "")
        # What is sent by POST changes something: only a person presses that.
        if tag == "form" and given.get("method", "get").lower() != "get":
            given.pop("action", None)
        if tag in {"button", "input"} and given.get("formmethod", "").lower() != "get":
            given.pop("formaction", None)
        for name, elements in LEADS.items():
            if name in given and ("*" in elements or tag in elements):
                self.written.append(given[name])
        for name in SETS & given.keys():
            self.written += [part.split()[0] for part in given[name].split(",") if part.strip()]
