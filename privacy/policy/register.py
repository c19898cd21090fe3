"""What higher floors know and the policy says: trackers, processors, facts for its sentences, whom to tell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from privacy.data_map.subject import Subject


@dataclass(frozen=True)
class Tracker:
    """One cookie or similar that the site may set: what for, upon what, and until when, in whole sentences.

    `purpose` is a word of consent.vocabulary.PurposeCode. `needed` says that the site does not work without it. Words
    come lazily.
    """

    name: str
    purpose: str
    what_for: Any
    set_when: Any
    lasts: Any
    needed: bool


@dataclass(frozen=True)
class ForeignTracker:
    """What another company sets, or reads, once somebody agreed: staff keep the list, in words of every language."""

    name: str
    party: str
    what_for: str
    lasts: str


@dataclass(frozen=True)
class Processor:
    """A company that receives personal data for us: `country` as a code, `receives` as slugs of holdings.

    `safeguard` is a word of privacy.vocabulary.Safeguard; "" follows from the country.
    """

    name: str
    what_for: str
    country: str
    receives: Sequence[str]
    safeguard: str = ""


@dataclass(frozen=True)
class Addressee:
    """Somebody to tell of a new version: `key` orders and names them in their audience, `language` may be empty."""

    key: str
    email: str
    subject: Subject
    language: str = ""
    # The address of the page by which they end it; "" for those who have an account.
    end_url: str = ""


# Up to `limit` people of an audience in the order of their keys, from after the given key ("" for the first ones).
People = Callable[[str, int], Sequence[Addressee]]


@dataclass(frozen=True)
class Audience:
    """People who are told of new versions: `every_version` for those who asked for all, else of material changes."""

    name: str
    people: People
    every_version: bool


class Register:
    """What was registered; one for the site, and one of its own for each test that needs another."""

    def __init__(self) -> None:
        self.trackers: dict[str, Tracker] = {}
        self.foreign_trackers: list[Callable[[], Iterable[ForeignTracker]]] = []
        self.processors: list[Callable[[], Iterable[Processor]]] = []
        self.facts: dict[str, Callable[[], Any]] = {}
        self.audiences: dict[str, Audience] = {}
        self.address_of: Callable[[int], str] | None = None

    def add_tracker(self, tracker: Tracker) -> None:
        """Say that the site sets a cookie or similar; raises ImproperlyConfigured when its name is taken."""
        _refuse_twice(self.trackers, tracker.name)
        self.trackers[tracker.name] = tracker

    def add_foreign_trackers(self, find: Callable[[], Iterable[ForeignTracker]]) -> None:
        """Say where to look up what other companies set; the words come in the active language."""
        self.foreign_trackers.append(find)

    def add_processors(self, find: Callable[[], Iterable[Processor]]) -> None:
        """Say where to look up who receives personal data for us."""
        self.processors.append(find)

    def add_fact(self, name: str, find: Callable[[], Any]) -> None:
        """Say what the texts of the policy may call `{{ name }}`; raises ImproperlyConfigured when it is taken."""
        _refuse_twice(self.facts, name)
        self.facts[name] = find

    def add_audience(self, name: str, people: People, *, every_version: bool) -> None:
        """Say whom to tell of new versions; raises ImproperlyConfigured when the name is taken."""
        _refuse_twice(self.audiences, name)
        self.audiences[name] = Audience(name, people, every_version)

    def add_address(self, find: Callable[[int], str]) -> None:
        """Say where a version, by number, can be read; raises ImproperlyConfigured when it was said before."""
        if self.address_of is not None:
            raise ImproperlyConfigured("the policy has two addresses")
        self.address_of = find

    def address(self, number: int) -> str:
        """Where a version can be read in the active language, from the site's root; the root where nobody said."""
        return self.address_of(number) if self.address_of else "/"


def _refuse_twice(known: Mapping[str, Any], name: str) -> None:
    if name in known:
        raise ImproperlyConfigured(f"{name} is registered twice for the policy")


register = Register()
