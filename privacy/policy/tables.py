"""The tables of the policy, made of the data map and the registers; each row has a key that no language changes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_countries import countries

from privacy.data_map.declarations import Holding
from privacy.data_map.plan import retention
from privacy.data_map.registry import Registry
from privacy.data_map.registry import registry as data_map
from privacy.policy.register import Processor, Register
from privacy.policy.register import register as site_register
from privacy.policy.transfers import safeguard
from privacy.vocabulary import Category, Profile, Purpose


@dataclass(frozen=True)
class Row:
    """One line of a table: the key names what it is about, in code and for ever; the first cell says it in words."""

    key: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table in one language."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        """As a version keeps it."""
        rows = [{"key": row.key, "cells": list(row.cells)} for row in self.rows]
        return {"title": self.title, "columns": list(self.columns), "rows": rows}


def tables(*, declared: Registry = data_map, register: Register = site_register) -> dict[str, Table]:
    """Every table of the policy in the active language, by its name."""
    made: dict[str, Callable[[Registry, Register], Table]] = {
        "collected": _collected,
        "purposes": _purposes,
        "retention": _retention,
        "places": _places,
        "recipients": _recipients,
        "processors": _processors,
        "trackers": _trackers,
        "foreign_trackers": _foreign_trackers,
    }
    return {name: make(declared, register) for name, make in made.items()}


def _collected(declared: Registry, register: Register) -> Table:
    rows = (
        Row(
            holding.slug(),
            (
                str(holding.title),
                _listed(_categories(holding)),
                _sentence(holding.source),
                _sentence(retention(holding)),
            ),
        )
        for holding in declared.holdings.values()
    )
    columns = (_("What"), _("Kinds of data"), _("Where we have it from"), _("How long"))
    return Table(_("What we hold"), columns, tuple(rows))


def _purposes(declared: Registry, register: Register) -> Table:
    by_purpose: dict[Purpose, list[type[Holding]]] = defaultdict(list)
    for holding in declared.holdings.values():
        for purpose in holding.purposes:
            by_purpose[purpose].append(holding)
    rows = (
        Row(
            purpose.value,
            (
                _sentence(purpose.label),
                _listed(str(holding.title) for holding in by_purpose[purpose]) or _("Nothing at present"),
                _listed(dict.fromkeys(str(holding.basis.label) for holding in by_purpose[purpose])) or "–",
            ),
        )
        for purpose in Purpose
    )
    return Table(_("What we use it for"), (_("Purpose"), _("What we use"), _("What allows it")), tuple(rows))


def _retention(declared: Registry, register: Register) -> Table:
    order = {profile: number for number, profile in enumerate(Profile)}
    holdings = sorted(declared.holdings.values(), key=lambda holding: order[holding.retain.profile])
    rows = (
        Row(
            holding.slug(),
            (_sentence(holding.retain.profile.label), str(holding.title), _sentence(retention(holding))),
        )
        for holding in holdings
    )
    columns = (_("Who you are"), _("What"), _("How long we keep it"))
    return Table(_("How long, by who you are"), columns, tuple(rows))


def _places(declared: Registry, register: Register) -> Table:
    columns = (_("Place"), _("Country"), _("What lies there, and how it is protected"))
    return Table(_("Where it is stored"), columns, tuple(places(declared)))


def places(declared: Registry) -> Iterator[Row]:
    """Where we store data ourselves: name, country, and what lies there; the registers say the same (promise P3.2)."""
    country = str(countries.name(settings.STORAGE_COUNTRY))
    everything = _("Everything in the table “What we hold”, unless another place is named here.")
    yield Row("database", (_("Our database"), country, everything))
    for store in declared.stores.values():
        yield Row(store.name, (str(store.title), country, str(store.because)))


def _recipients(declared: Registry, register: Register) -> Table:
    receives: dict[str, list[str]] = defaultdict(list)
    for holding in declared.holdings.values():
        for receiver in holding.receivers():
            receives[receiver].append(str(holding.title))
    rows = (Row(name, (_sentence(_(name)), _listed(titles))) for name, titles in receives.items())
    return Table(_("Who sees it"), (_("Who"), _("What they see")), tuple(rows))


def _processors(declared: Registry, register: Register) -> Table:
    titles = {holding.slug(): str(holding.title) for holding in declared.holdings.values()}
    found = sorted((one for find in register.processors for one in find()), key=lambda one: one.name)
    rows = (Row(one.name, _processor(one, titles)) for one in found)
    columns = (_("Company"), _("What it does for us"), _("What it receives"), _("Country"), _("Safeguard"))
    return Table(_("Companies that receive data for us"), columns, tuple(rows))


def _processor(one: Processor, titles: dict[str, str]) -> tuple[str, ...]:
    return (
        one.name,
        _sentence(one.what_for),
        _listed(titles.get(slug, slug) for slug in one.receives) or "–",
        str(countries.name(one.country[:2])) or "–",
        safeguard(one.country, one.safeguard),
    )


def _trackers(declared: Registry, register: Register) -> Table:
    rows = (
        Row(
            tracker.name,
            (
                tracker.name,
                _("Occicor"),
                str(tracker.what_for),
                str(tracker.set_when),
                str(tracker.lasts),
                _("No: the site needs it") if tracker.needed else _("Yes: only if you choose it"),
            ),
        )
        for tracker in register.trackers.values()
    )
    columns = (_("Name"), _("Set by"), _("What for"), _("Set when"), _("How long"), _("Asks for your consent"))
    return Table(_("Cookies and the like"), columns, tuple(rows))


def _foreign_trackers(declared: Registry, register: Register) -> Table:
    found = sorted((one for find in register.foreign_trackers for one in find()), key=lambda one: one.name)
    rows = (Row(one.name, (one.name, one.party, _sentence(one.what_for), _sentence(one.lasts))) for one in found)
    columns = (_("Name"), _("Set by"), _("What for"), _("How long"))
    return Table(_("What other companies set, if you agree"), columns, tuple(rows))


def _categories(holding: type[Holding]) -> Iterator[str]:
    found = dict.fromkeys(rule.category for _name, rule in holding.exported())
    return (
        (str(Category(category).label) for category in found)
        if found
        else iter((_("codes and numbers of our own software"),))
    )


def _listed(words: Iterable[str]) -> str:
    return _sentence("; ".join(words))


def _sentence(words: Any) -> str:
    return capfirst(str(words))
