"""Reads the whole site as one of its readers: every address of its own patterns, then every link found on the way."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

from tests.attacks.site_map import routes
from tests.audit.addresses import Contents, Link, contents_of
from tests.audit.fetching import Answer, Reader

SITEMAP = "sitemap.xml"
LOCATION = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")
# A page that the site does not have is a page that people see.
NOWHERE = "there-is-nothing-here/"
MOST_ADDRESSES = 5000
# Parameters that name a row: of the pages about rows of one kind, so many are looked at.
OF_A_ROW = re.compile(r"(?:^|_)(?:id|pk|reference|token|number|version|name)$")
ALIKE = 2


@dataclass
class Walk:
    """What one reader met: every answer by its address, what was on it, and by which page they came there."""

    role: str
    answers: dict[str, Answer] = field(default_factory=dict)
    contents: dict[str, Contents] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)

    def goes(self, reader: Reader, starts: Iterable[str]) -> "Walk":
        """Read from these addresses on until nothing new turns up."""
        waiting = deque(starts)
        read: set[str] = set()
        while waiting and len(self.answers) < MOST_ADDRESSES:
            address = waiting.popleft()
            if address in self.answers:
                continue
            answer = self.answers[address] = reader.asks(address)
            inside = contents_of(answer.text, answer.media_type, answer.landed)
            self.contents[address] = inside
            path = urlsplit(address).path
            # A list sorted in another way leads nowhere new, save to still more ways of sorting it.
            if path in read and urlsplit(address).query:
                continue
            read.add(path)
            waiting.extend(self._inside(reader, address, inside.links))
        return self

    def _inside(self, reader: Reader, at: str, links: list[Link]) -> Iterator[str]:
        for link in links:
            if link.address.startswith(f"{reader.base_url}/"):
                yield link.address
            elif link.address != reader.base_url:
                self.elsewhere.setdefault(link.address, at)


@dataclass(frozen=True)
class Page:
    """One page to look at: as whom, and in which language it is."""

    role: str
    language: str
    answer: Answer = field(repr=False)

    @property
    def address(self) -> str:
        """Where it is."""
        return self.answer.address

    def __str__(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.path}{'?' if parts.query else ''}{parts.query} ({self.role})"


def starts(base_url: str, sitemap: str) -> list[str]:
    """Home, every pattern without parameters and a page that is not there, in each language; then the site map's."""
    paths: dict[str, None] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            patterns = [route for route in routes() if not route.parameters and "(?P" not in route.pattern]
            found = [route.filled({}) for route in patterns]
        home = "/" if language == settings.LANGUAGE_CODE else f"/{language}/"
        paths |= dict.fromkeys([home, *found, home + NOWHERE])
    return [*(base_url + path for path in paths), *LOCATION.findall(sitemap)]


def pages_of(walks: Iterable[Walk]) -> list[Page]:
    """The pages to look at: each path once, as the first of the readers who may open it."""
    found: dict[str, Page] = {}
    for walk in walks:
        alike: dict[tuple[str, str], int] = {}
        for address, answer in walk.answers.items():
            path = urlsplit(address).path
            missing = path.endswith(NOWHERE) and answer.status == 404
            if path in found or not answer.is_page or not (answer.status == 200 or missing):
                continue
            language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
            kind = _kind(path, language)
            alike[language, kind] = alike.get((language, kind), 0) + 1
            if not kind or alike[language, kind] <= ALIKE:
                found[path] = Page(walk.role, language, answer)
    return list(found.values())


def _kind(path: str, language: str) -> str:
    """The pattern of pages that differ only in the row they are about; empty for all others."""
    try:
        with translation.override(language):
            match = resolve(path)
    except Resolver404:
        return ""
    return match.route if any(OF_A_ROW.search(name) for name in match.kwargs) else ""
