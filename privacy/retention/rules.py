"""The rules of retention, read from the data map and from nowhere else: whose rows are over, and which those are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from privacy.data_map.registry import Registry, registry
from privacy.data_map.relations import Reference, references_to
from privacy.data_map.routes import Route, route
from privacy.vocabulary import Profile

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding


@dataclass(frozen=True)
class Rule:
    """The rule of one holding that has a term: its rows are over `days` days after the instant at the path `after`."""

    holding: type[Holding]

    @property
    def slug(self) -> str:
        """The holding's stable name, under which a run counts."""
        return self.holding.slug()

    @property
    def model(self) -> type[models.Model]:
        """The model whose rows go."""
        return self.holding.model()

    @property
    def profile(self) -> Profile:
        """The kind of person of whom the rule speaks."""
        return self.holding.retain.profile

    @property
    def title(self) -> str:
        """What the holding is, as the person is told, in the active language."""
        return str(self.holding.title)

    @property
    def way(self) -> Route:
        """The path to the instant from which the term counts."""
        return route(self.model, "", self.holding.retain.after)

    @property
    def is_plain(self) -> bool:
        """Whether an instant of the row's own decides, and nothing hangs on it: then it goes with one plain DELETE."""
        return _is_plain(self)

    def cut(self, now: datetime) -> datetime | date:
        """What the instant must lie before at `now`; a date where the column holds one, by the site's own calendar."""
        days = timedelta(days=self.holding.retain.days)
        field = self.way.field
        if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
            return timezone.localdate(now) - days
        return now - days

    def over(self, now: datetime) -> QuerySet[Any]:
        """The rows whose term is over at `now` and on which nothing hangs that must stay; lazy, each once."""
        return self.aged(now).filter(*(~Exists(hanging) for hanging in self._hanging()))

    def aged(self, now: datetime) -> QuerySet[Any]:
        """The rows whose term is over at `now`, those that wait for what hangs on them included; lazy, each once."""
        after, cut = self.holding.retain.after, self.cut(now)
        everything = self.model._base_manager.order_by()
        found = everything.filter(**self.holding.over_when)
        if not any(hop.many for hop in self.way.hops):
            return found.filter(**{f"{after}__lt": cut})
        younger = everything.filter(**{f"{after}__gte": cut})
        old = everything.filter(**{f"{after}__lt": cut})
        return found.filter(pk__in=old.values("pk")).exclude(pk__in=younger.values("pk"))

    def oldest(self, rows: QuerySet[Any]) -> tuple[int, datetime | date | None]:
        """How many rows these are, and the instant of the oldest; one query."""
        after = self.holding.retain.after
        many = any(hop.many for hop in self.way.hops)
        found = rows.aggregate(count=Count("pk", distinct=many), oldest=Min(after))
        return found["count"], found["oldest"]

    def _hanging(self) -> Iterator[QuerySet[Any]]:
        for reference in references_to(self.model, self.holding.registry):
            if stays(reference, self):
                rows = reference.child._base_manager.order_by()
                yield rows.filter(**{reference.field.attname: OuterRef(reference.field.target_field.attname)})


def stays(reference: Reference, rule: Rule) -> bool:
    """Whether rows that point here keep the row they point at: they have a term of their own, or are protected.

    What the rule's own path leads through goes along, and so does whatever lives only with the row.
    """
    if reference.on_delete is models.SET_NULL or not reference.enforced:
        return False
    if reference.child in {hop.to_model for hop in rule.way.hops}:
        return False
    holding = rule.holding.registry.holding_of(reference.child)
    return reference.on_delete is not models.CASCADE or (holding is not None and bool(holding.retain.after))


def rules(declared: Registry = registry) -> list[Rule]:
    """Every rule that has a term; what keeps a row comes before the row, so that both go in one night."""
    return list(_rules(declared, tuple(declared.holdings.values())))


def rule_named(slug: str, declared: Registry = registry) -> Rule | None:
    """The rule of a holding; None where it has no term, or no longer exists."""
    return next((rule for rule in rules(declared) if rule.slug == slug), None)


@lru_cache(maxsize=256)
def _is_plain(rule: Rule) -> bool:
    hangs = any(reference.enforced for reference in references_to(rule.model, rule.holding.registry))
    return isinstance(rule.way.field, models.DateTimeField) and not (rule.way.hops or rule.holding.over_when or hangs)


@lru_cache(maxsize=64)
def _rules(declared: Registry, registered: tuple[type[Holding], ...]) -> tuple[Rule, ...]:
    found = {holding.model(): Rule(holding) for holding in registered if holding.retain.after}
    before: dict[Rule, list[Rule]] = {rule: [] for rule in sorted(found.values(), key=lambda rule: rule.slug)}
    for rule, earlier in before.items():
        hanging = {reference.child for reference in references_to(rule.model, declared) if stays(reference, rule)}
        earlier += [found[child] for child in sorted(hanging & found.keys(), key=str) if found[child] is not rule]
        for hop in rule.way.hops:  # found through a row that goes at the same instant: looked for before that row goes
            if hop.many and hop.to_model in found:
                before[found[hop.to_model]].append(rule)
    return tuple(TopologicalSorter(before).static_order())
