"""What the privacy centre says beside the labels: who receives what, how long, which authority."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from privacy.data_map.registry import registry
from privacy.package.contents import described
from privacy.policy.transfers import safeguard
from privacy.vocabulary import Profile
from rights_requests import term_words
from rights_requests.authority import authority_for
from rights_requests.regimes import REGIMES, Authority, Regime, regime_for
from rights_requests.regimes.places import in_order, name_of
from rights_requests.selectors import receiving_now


@dataclass(frozen=True)
class Receiver:
    """Somebody who gets data from us: a kind of people that the declarations name, or a company of the register."""

    name: str
    what_for: str
    country: str
    receives: tuple[str, ...]
    safeguard: str = ""


@dataclass(frozen=True)
class KeptFor:
    """How long things are kept of one kind of people: each thing, with the words of its declaration."""

    anchor: str
    profile: str
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Place:
    """Where somebody lives: the authority there, whether it is one of its own, and the term of the law there."""

    code: str
    name: str
    authority: Authority
    own: bool
    law: str
    term: str
    is_law: bool
    source: Any


def titles() -> dict[str, str]:
    """What we hold, by slug, in words."""
    return {holding.slug(): described(holding).title for holding in registry.holdings.values()}


def declared_receivers() -> list[Receiver]:
    """Everyone whom the declarations name as seeing something, with what; in the order of the declarations."""
    found: dict[str, list[str]] = {}
    for label in map(described, registry.holdings.values()):
        for name in label.recipients:
            found.setdefault(capfirst(name), []).append(label.title)
    return [Receiver(name, "", "", tuple(receives)) for name, receives in found.items()]


def registered_receivers() -> list[Receiver]:
    """The companies of the register to whom data goes now, by name (Art. 13(1)(e) GDPR); one query."""
    known = titles()
    return [
        Receiver(
            one.name,
            one.what_for,
            name_of(one.country),
            tuple(known[slug] for slug in one.slugs if slug in known),
            safeguard(one.country, one.safeguard),
        )
        for one in receiving_now()
    ]


def kept_by_profile() -> list[KeptFor]:
    """The retention rules, by the kind of people they speak of (P3.1), in the order of the vocabulary."""
    found: dict[Profile, list[tuple[str, str]]] = {}
    for label in map(described, registry.holdings.values()):
        rule = label.retention
        found.setdefault(Profile(rule["profile"]), []).append((label.title, capfirst(rule["text"])))
    return [KeptFor(word.value, capfirst(str(word.label)), tuple(found[word])) for word in Profile if word in found]


def places() -> list[Place]:
    """Every place whose law we know, by name."""
    found = (_place(code, regime) for regime in REGIMES for code in regime.countries)
    return sorted(found, key=lambda one: in_order(one.name))


def place(code: str) -> Place | None:
    """The place of this code ("DE", "US-CA"), also where we know no law of it; None for what is no place at all."""
    return _place(code, regime_for(code)) if name_of(code) else None


def _place(code: str, regime: Regime | None) -> Place:
    return Place(
        code=code,
        name=name_of(code),
        authority=authority_for(code),
        own=bool(regime and regime.authority),
        law=capfirst(str(regime.law)) if regime else "",
        term=term_words.length(regime.clock.answer) if regime else "",
        is_law=bool(regime and regime.clock.is_law),
        source=regime.clock.source if regime else None,
    )
