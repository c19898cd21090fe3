"""Foreign keys as erasure sees them: what hangs on a row that goes, and in which order holdings are erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from privacy.data_map.declarations import Erase
from privacy.data_map.registry import Registry, registry
from privacy.data_map.routes import BrokenPath, routes

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding


@dataclass(frozen=True)
class Reference:
    """One foreign key: rows of `child` point at rows of `parent`."""

    child: type[models.Model]
    field: Any
    parent: type[models.Model]

    @property
    def on_delete(self) -> Any:
        """Django's handler: CASCADE, SET_NULL, ..."""
        return self.field.remote_field.on_delete

    @property
    def enforced(self) -> bool:
        """Whether the database itself refuses a reference to a row that is gone."""
        return bool(self.field.db_constraint)

    @property
    def target(self) -> str:
        """The parent's column that the key points at; the primary key nearly always."""
        return str(self.field.target_field.column)


def references(declared: Registry) -> Iterator[Reference]:
    """Every foreign key between the installed models, those of automatic many-to-many tables included."""
    for child in declared.models():
        for field in child._meta.local_concrete_fields:
            if isinstance(field, models.ForeignKey) and isinstance(field.remote_field.model, type):
                parent = field.remote_field.model._meta.concrete_model
                yield Reference(child, field, parent or field.remote_field.model)


def references_to(parent: type[models.Model], declared: Registry) -> list[Reference]:
    """The foreign keys that point at one model."""
    return [found for found in references(declared) if found.parent is parent]


def goes(model: type[models.Model], declared: Registry) -> bool:
    """Whether an erasure deletes rows of this model."""
    holding = declared.holding_of(model)
    return holding is not None and getattr(holding, "erase", None) is Erase.DELETE_ROW


def can_stay(holding: type[Holding], declared: Registry = registry) -> bool:
    """Whether rows of this holding may stay where the law asks for it while all the others of a person go.

    Only rows that an erasure would delete, that are no by-product of a request, and that stand alone: they hang on no
    row that goes, apart from a reference that becomes empty, and no row that goes hangs on them.
    """
    if holding.erase is not Erase.DELETE_ROW or holding.by_product:
        return False
    model = holding.model()
    upwards = [found for found in references(declared) if found.child is model and goes(found.parent, declared)]
    downwards = [found for found in references_to(model, declared) if goes(found.child, declared)]
    return not downwards and all(reference.on_delete is models.SET_NULL for reference in upwards)


def erase_order(declared: Registry = registry) -> list[type[Holding]]:
    """Every holding in the order of erasure: whatever is found through another holding comes before it.

    Three rules, the first two hard: a holding goes before any model that its paths pass through; a holding reached by
    an identifier goes before the one that says what that identifier is; children go before their parents. Raises
    ImproperlyConfigured if the hard rules go round in a circle.
    """
    return list(_ordered(declared, tuple(declared.holdings.values())))


def _slug(holding: type[Holding]) -> str:
    return holding.slug()


@lru_cache(maxsize=64)
def _ordered(declared: Registry, registered: tuple[type[Holding], ...]) -> tuple[type[Holding], ...]:
    holdings = sorted(registered, key=_slug)
    before: dict[type[Holding], set[type[Holding]]] = {holding: set() for holding in holdings}
    for first in holdings:
        for later in _found_through(first, declared):
            before[later].add(first)
    for reference in references(declared):
        child, parent = declared.holding_of(reference.child), declared.holding_of(reference.parent)
        if child and parent and child is not parent and not _precedes(parent, child, before):
            before[parent].add(child)
    try:
        # In the order of their names, so that every process has the same one of the orders that the rules leave open.
        return tuple(TopologicalSorter({one: sorted(before[one], key=_slug) for one in holdings}).static_order())
    except CycleError as error:
        circle = " → ".join(holding.slug() for holding in error.args[1])
        raise ImproperlyConfigured(f"holdings are reached through each other: {circle}") from error


def _found_through(holding: type[Holding], declared: Registry) -> set[type[Holding]]:
    """The holdings that must still be whole when this one is looked for."""
    later: set[type[Holding]] = set()
    try:
        models_passed = {hop.to_model for way in routes(holding) for hop in way.hops}
    except (BrokenPath, LookupError):
        models_passed = set()  # a check of its own reports it
    for model in models_passed:
        found = declared.holding_of(model)
        if found and found is not holding:
            later.add(found)
    if not _identifying_kinds(holding):
        kinds = {kind for kind, _path in holding.paths()}
        later |= {other for other in declared.holdings.values() if kinds & _identifying_kinds(other)}
    return later - {holding}


def _identifying_kinds(holding: type[Holding]) -> set[str]:
    kinds = {rule.identifies for rule in holding.rules().values() if rule.identifies}
    if holding.model_label.lower() == settings.AUTH_USER_MODEL.lower():
        kinds.add("user")
    return kinds


def _precedes(first: type[Holding], later: type[Holding], before: dict[type[Holding], set[type[Holding]]]) -> bool:
    """Whether `first` already comes before `later`, directly or through others."""
    open_ends, seen = [later], {later}
    while open_ends:
        for earlier in before[open_ends.pop()]:
            if earlier is first:
                return True
            if earlier not in seen:
                seen.add(earlier)
                open_ends.append(earlier)
    return False
