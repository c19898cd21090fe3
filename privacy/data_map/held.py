"""What legal holds keep of people, each asked in one query: by the plan, the erasure, the retention sweep, the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, models
from django.db.models import Q, QuerySet, Value

from privacy.case_words import HoldGround, HoldScope
from privacy.data_map.declarations import Erase
from privacy.data_map.registry import Registry, registry
from privacy.data_map.relations import goes, references
from privacy.data_map.routes import routes
from privacy.digests import every_form
from privacy.models import HeldDigest, LegalHold

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding

# The holds' own advisory lock; any constant would do as long as nothing else in this database uses it.
HOLDS_LOCK = 7_264_931_008_114_238
_ALL = "*"


@dataclass(frozen=True)
class HeldPart:
    """That a holding of a person is under hold: by which one, and on which exception of the law."""

    hold_id: int
    ground: HoldGround


def held(digests: Collection[str], holding: str | None = None) -> frozenset[str]:
    """Those of many keyed digests under a hold in force: on the holding (its slug), or on anything at all; one query.

    A hold on everybody's rows of a holding has all of them held.
    """
    wanted = set(digests)
    named = HeldDigest.objects.filter(digest__in=wanted, hold__ended_at__isnull=True)
    everybody = in_force().filter(scope=HoldScope.EVERYBODY)
    if holding is not None:
        named = named.filter(Q(hold__slugs=[]) | Q(hold__slugs__contains=[holding]))
        everybody = everybody.filter(slugs__contains=[holding])
    found = set(
        named.order_by()
        .values_list("digest", flat=True)
        .union(everybody.order_by().annotate(digest=Value(_ALL)).values_list("digest", flat=True))
    )
    return frozenset(wanted if _ALL in found else found)


def held_parts(digests: Iterable[str], declared: Registry = registry) -> Mapping[str, HeldPart]:
    """The holdings, by slug, that stay of whoever has these keyed digests, each with its hold; one query.

    Of several holds the one of which the person is told most counts, then the oldest.
    """
    named = Q(pk__in=HeldDigest.objects.filter(digest__in=every_form(digests)).values("hold_id"))
    found = list(in_force().filter(named | Q(scope=HoldScope.EVERYBODY)))
    if not found:
        return {}
    parts: dict[str, HeldPart] = {}
    every = [holding.slug() for holding in holdable(declared)]
    for hold in sorted(found, key=lambda one: (one.ground is HoldGround.LEGAL_OBLIGATION, one.pk)):
        for slug in hold.slugs or every:
            parts.setdefault(slug, HeldPart(hold.pk, hold.ground))
    return parts


def in_force() -> QuerySet[LegalHold]:
    """The holds that nobody has ended."""
    return LegalHold.objects.filter(ended_at__isnull=True)


def holdable(declared: Registry = registry) -> list[type[Holding]]:
    """The holdings that a hold can keep: what an erasure would delete or blank, and no by-product of a visit."""
    return [one for one in declared.holdings.values() if one.erase is not Erase.KEEP_ROW and not one.by_product]


def with_what_they_hang_on(slugs: Iterable[str], declared: Registry = registry) -> list[str]:
    """These holdings and those without which their rows could not stay or be found: sorted slugs."""
    by_model = {one.model(): one for one in declared.holdings.values()}
    open_ends = [one for one in map(declared.holding_named, slugs) if one is not None]
    found = set(open_ends)
    while open_ends:
        holding = open_ends.pop()
        above = {hop.to_model for way in routes(holding) for hop in way.hops} | _parents(holding.model(), declared)
        more = {by_model[model] for model in above if model in by_model} - found
        found |= {one for one in more if one.erase is not Erase.KEEP_ROW}
        open_ends += [one for one in more if one.erase is not Erase.KEEP_ROW]
    return sorted(one.slug() for one in found)


def _parents(model: type[models.Model], declared: Registry) -> set[type[models.Model]]:
    return {found.parent for found in references(declared) if found.child is model and goes(found.parent, declared)}


def wait_for_others(*, opening: bool) -> None:
    """Until the caller's transaction ends: whoever opens a hold and whoever begins to erase wait for each other."""
    shared = "" if opening else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s)", [HOLDS_LOCK])
