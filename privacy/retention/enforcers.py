"""Who enforces each rule of retention: the sweep, unless a part of the site that knows more is named for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models

from privacy.data_map.registry import Registry, registry
from privacy.data_map.relations import references_to
from privacy.jobs.registry import chores
from privacy.retention.rules import Rule, rules

Note = Callable[[Sequence[models.Model]], None]
# Where each row is noted, so many go at once: an entry in the audit holds its chain until the batch is over.
NOTED_AT_ONCE = 200
# A trigger before a whole DELETE (not one that looks at each row) lets none of it through: bits of pg_trigger.tgtype.
_REFUSING = """
SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND tgtype & 8 = 8 AND tgtype & 1 = 0 AND tgenabled <> 'D' AND relname = ANY(%s)
ORDER BY relname"""


@dataclass(frozen=True)
class Owner:
    """What deletes the rows of a holding instead of the sweep, because more than rows must go, or sooner than at night.

    Either the `chore` of this name does, or the sweep calls `run`, which returns how many rows it deleted and is called
    until it returns 0. Rows may stay `grace` longer than their own term, where days are let go of whole. `dies_on_time`
    are keys and codes, which nobody keeps back; whoever deletes any other rows asks privacy.retention.staying.
    """

    chore: str = ""
    run: Callable[[], int] | None = None
    grace: timedelta = timedelta(0)
    dies_on_time: bool = False


_owners: dict[str, Owner] = {}
_notes: dict[str, Note] = {}


def owned(slug: str, owner: Owner) -> None:
    """Name the owner of a holding's rule; raises ImproperlyConfigured when it has one."""
    if slug in _owners:
        raise ImproperlyConfigured(f"retention of {slug} has two owners")
    _owners[slug] = owner


def noted(slug: str, note: Note) -> None:
    """Have `note` called with the rows of a holding in the transaction in which the sweep deletes them, before it does.

    Raises ImproperlyConfigured when the holding has a note.
    """
    if slug in _notes:
        raise ImproperlyConfigured(f"retention of {slug} is noted twice")
    _notes[slug] = note


def owner_of(rule: Rule) -> Owner | None:
    """Who enforces the rule instead of the sweep; None where the sweep does."""
    return _owners.get(rule.slug)


def note_of(rule: Rule) -> Note | None:
    """What is to be written down of each row that goes; None where the run's counts are enough."""
    return _notes.get(rule.slug)


def faults(declared: Registry = registry, owners: dict[str, Owner] | None = None) -> Iterator[tuple[str, str]]:
    """Each rule that nobody enforces, with why; and each owner of nothing."""
    named = _owners if owners is None else owners
    known = {chore.name for chore in chores()}
    with_term = {rule.slug: rule for rule in rules(declared)}
    for slug, owner in named.items():
        if slug not in with_term:
            yield slug, "it has no term, but an owner"
        elif owner.run is None and owner.chore not in known:
            yield slug, f"its owner, the chore {owner.chore!r}, does not exist"
    for slug, rule in with_term.items():
        if slug not in named:
            yield from ((slug, why) for why in _out_of_reach(rule))
    yield from _without_end(declared)


def refusing_tables(declared: Registry = registry) -> list[str]:
    """The tables of rules with a term that refuse every deletion, read from PostgreSQL's catalogue; sorted."""
    tables = [declared.table_of(rule.holding) for rule in rules(declared)]
    with connection.cursor() as cursor:
        cursor.execute(_REFUSING, [tables])
        return [row[0] for row in cursor.fetchall()]


def _out_of_reach(rule: Rule) -> Iterator[str]:
    """Why the sweep could never delete a row of this rule."""
    for reference in references_to(rule.model, rule.holding.registry):
        holding = rule.holding.registry.holding_of(reference.child)
        if reference.on_delete not in {models.CASCADE, models.SET_NULL} and reference.enforced and holding is None:
            yield f"rows of {reference.child._meta.label}, which never go, point at its rows"


def _without_end(declared: Registry) -> Iterator[tuple[str, str]]:
    """What has neither a term, nor an account to live with, nor a reason to be kept for good."""
    for holding in declared.holdings.values():
        retain: Any = holding.retain
        if retain.after or retain.for_good:
            continue
        if retain.days or "user" not in holding.reached_by:
            yield holding.slug(), "it says neither from when its term counts nor whose account it lives with"
