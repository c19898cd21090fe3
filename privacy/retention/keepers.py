"""Who may keep rows back from retention: each part of the site that has a reason registers how it is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import QuerySet

from privacy.data_map.routes import route
from privacy.digests import every_form, keyed_digests
from privacy.models import ProcessingStop, StoppedDigest
from privacy.retention.rules import Rule
from privacy.vocabulary import KeptBackBy, StopKind

# By which kind of keyed digest a person is known, for each kind of path; a digest is what it is.
DIGEST_OF = {"user": "user", "email": "email", "left": "email", "phone": "phone", "visitor": "visitor"}

# Stands for whoever a row is about that names nobody: who keeps everybody's rows back keeps it too.
SOMEBODY = frozenset({""})
Held = Callable[[Collection[str], str], frozenset[str]]


@dataclass(frozen=True)
class Keeper:
    """One reason to keep: `in_force` are the rows by which anything of a holding, by slug, is kept at this moment.

    Whether there are any is asked with each batch, of all keepers together: let it be found by index, and by the
    database's clock, for the question is written once for many batches. `held` returns those of many keyed digests
    whose rows of the holding stay.
    """

    reason: KeptBackBy
    in_force: Callable[[str], QuerySet[Any]]
    held: Held


_keepers: dict[KeptBackBy, Keeper] = {}


def register_keeper(keeper: Keeper) -> None:
    """Have the sweep ask this keeper too; raises ImproperlyConfigured when its reason has one."""
    if keeper.reason in _keepers:
        raise ImproperlyConfigured(f"two parts keep rows back because of {keeper.reason}")
    _keepers[keeper.reason] = keeper


def kept_back(rule: Rule, keys: Sequence[Any]) -> dict[Any, KeptBackBy]:
    """Those of a batch's rows that stay, with the first reason; inside the caller's transaction, the rows locked.

    Whose rows they are is looked up only while a keeper keeps anything at all.
    """
    if not any_in_force(rule):
        return {}
    whose = digests_of(rule, keys)
    whose = {key: whose.get(key) or SOMEBODY for key in keys}
    everyone = frozenset().union(*whose.values())
    found: dict[Any, KeptBackBy] = {}
    for keeper in _keepers.values():
        held = keeper.held(everyone, rule.slug)
        found |= {key: keeper.reason for key, digests in whose.items() if digests & held and key not in found}
    return found


def any_in_force(rule: Rule) -> bool:
    """Whether somebody keeps anything of this holding back, in one query; else rows need not be read before they go."""
    asked, params = in_force_sql(rule)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}", params)
        return bool(cursor.fetchone()[0])


def in_force_sql(rule: Rule) -> tuple[str, list[Any]]:
    """The same as a condition within a statement, so that nobody can begin to keep something between two."""
    asked = [keeper.in_force(rule.slug).order_by().values("pk").query.sql_with_params() for keeper in _keepers.values()]
    each = " OR ".join(f"EXISTS ({sql})" for sql, _params in asked) or "false"
    return each, [value for _sql, params in asked for value in params]


def digests_of(rule: Rule, keys: Sequence[Any]) -> dict[Any, frozenset[str]]:
    """The keyed digests of everybody whom each row is about, by its primary key; a query for each path."""
    found: dict[Any, set[str]] = defaultdict(set)
    rows = rule.model._base_manager.order_by().filter(pk__in=keys)
    for kind, path in rule.holding.paths():
        for key, value in rows.values_list("pk", _column(rule, path)):
            if value:
                found[key] |= _digests(kind, value)
    return {key: frozenset(digests) for key, digests in found.items()}


def restricted(digests: Collection[str], _slug: str) -> frozenset[str]:
    """Those whose data we may only store (Art. 18 GDPR): they may need it for a claim."""
    stops = StoppedDigest.objects.filter(stop__kind=StopKind.RESTRICTION, stop__lifted_at__isnull=True)
    return frozenset(stops.filter(digest__in=list(digests)).values_list("digest", flat=True))


def _restrictions(_slug: str) -> QuerySet[ProcessingStop]:
    return ProcessingStop.objects.filter(kind=StopKind.RESTRICTION, lifted_at__isnull=True)


def _column(rule: Rule, path: str) -> str:
    """The path as it is asked for; raises BrokenPath where it leads nowhere."""
    route(rule.model, "", path)
    return path


def _digests(kind: str, value: Any) -> frozenset[str]:
    """As what somebody may stand in the rows of those who keep: under every key."""
    return every_form([str(value)]) if kind == "digest" else frozenset(keyed_digests(DIGEST_OF[kind], str(value)))


def reasons(found: Iterable[KeptBackBy]) -> dict[str, int]:
    """How many rows each reason kept."""
    counted: dict[str, int] = {}
    for reason in found:
        counted[reason.value] = counted.get(reason.value, 0) + 1
    return counted


register_keeper(Keeper(KeptBackBy.RESTRICTION, _restrictions, restricted))
