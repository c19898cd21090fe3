"""Staff hold a deletion back for a while: of everybody's rows of a holding, or of one person's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import DateTimeField, Exists, Func, OuterRef, Q, QuerySet

from privacy import audit, clock
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.digests import renewed_all
from privacy.models import HeldBack, HeldBackDigest
from privacy.models.retention import LONGEST_HOLD_BACK
from privacy.retention.keepers import Keeper, register_keeper
from privacy.retention.rules import rule_named
from privacy.vocabulary import HeldBackReason, KeptBackBy

EVERY = "every"


class Clock(Func):
    """The database's present instant, as privacy.clock tells it, within a statement."""

    template = "clock_timestamp()"
    output_field = DateTimeField()


class NothingToHoldBack(ValueError):
    """Neither a holding with a term nor a person is named."""


class WrongEnd(ValueError):
    """It would end before it begins, or more than a year later."""


class AlreadyOver(Exception):
    """It has ended before: nothing is left to end."""


@transaction.atomic
def hold_back(
    *, actor: Actor, reason: HeldBackReason, until: datetime, holding: str = "", subject: Subject | None = None
) -> HeldBack:
    """Keep the sweep from deleting a holding's rows, or a person's, until an instant (promise P3.1); leaves an entry.

    Raises NothingToHoldBack and WrongEnd; the database refuses both too. Not idempotent: each call is one more.
    """
    if (holding and rule_named(holding) is None) or not (holding or subject):
        raise NothingToHoldBack
    since = clock.now()
    if not since < until <= since + LONGEST_HOLD_BACK:
        raise WrongEnd
    digest = subject.digest if subject else ""
    held = HeldBack.objects.create(holding=holding, subject_digest=digest, reason=reason, since=since, until=until)
    named = sorted(renewed_all(subject.digests())) if subject else []
    HeldBackDigest.objects.bulk_create(HeldBackDigest(held_back=held, digest=one) for one in named)
    _record("deletion.held_back", actor, held)
    return held


@transaction.atomic
def let_go(*, actor: Actor, held_back_id: int) -> None:
    """End it now: the next sweep takes what is over. Raises AlreadyOver, for the second of two who end it as well."""
    now = clock.now()
    held = HeldBack.objects.select_for_update().filter(pk=held_back_id, until__gt=now).first()
    if held is None:
        raise AlreadyOver
    held.until, held.ended_early = now, True
    held.save(update_fields=["until", "ended_early"])
    _record("deletion.let_go", actor, held)


def in_force() -> QuerySet[HeldBack]:
    """What is held back at this moment, newest first."""
    return HeldBack.objects.filter(until__gt=Clock())


def whole_holdings() -> frozenset[str]:
    """The holdings of which everybody's rows are held back."""
    return frozenset(in_force().filter(subject_digest="").values_list("holding", flat=True))


def held(digests: Collection[str], slug: str) -> frozenset[str]:
    """Those of many keyed digests whose rows of the holding are held back."""
    found = HeldBackDigest.objects.filter(held_back__in=_of_people(slug), digest__in=list(digests))
    return frozenset(found.values_list("digest", flat=True))


def _of_people(slug: str) -> QuerySet[HeldBack]:
    with_person = Exists(HeldBackDigest.objects.filter(held_back=OuterRef("pk")))
    return in_force().filter(with_person, Q(holding="") | Q(holding=slug)).order_by()


def _record(event: str, actor: Actor, held: HeldBack) -> None:
    data = {"holding": held.holding or EVERY, "reason": held.reason}
    audit.record(event=event, actor=actor, subject_digest=held.subject_digest, about=held, data=data)


register_keeper(Keeper(KeptBackBy.HELD_BACK, _of_people, held))
