"""Deletes what Customers told us of people whose enrolment ended long ago (promise P3.1)."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db import transaction

from accounts.models import Enrolment
from accounts.vocabulary import ENROLMENT_DAYS
from privacy import audit, clock, restriction
from privacy.actors import SYSTEM
from privacy.audit import Fact
from privacy.vocabulary import StopKind

# So many go in one transaction, since each is an entry in the audit, whose chain is held for that long.
AT_ONCE = 200


def forget() -> int:
    """Delete the enrolments that ended more than ENROLMENT_DAYS days ago, each on record; returns how many.

    What is restricted is stored until the restriction ends: the person may need it for a claim (Art. 18(1)(c) GDPR).
    Idempotent; a death costs the batch under way, which is done again.
    """
    old = Enrolment.objects.filter(ended_at__lt=clock.now() - timedelta(days=ENROLMENT_DAYS)).order_by("pk")
    forgotten, batch = 0, list(old[:AT_ONCE])
    while batch:
        forgotten += _forget(batch)
        batch = list(old.filter(pk__gt=batch[-1].pk)[:AT_ONCE])
    return forgotten


@transaction.atomic
def _forget(batch: Sequence[Enrolment]) -> int:
    # Read again under the lock: somebody may have claimed one, so that it is another's restriction that counts.
    locked = Enrolment.objects.select_for_update().filter(pk__in=[one.pk for one in batch], ended_at__isnull=False)
    found = list(locked.order_by("pk"))
    kept = _restricted({one.subject.digest for one in found})
    going = [one for one in found if one.subject.digest not in kept]
    facts = [Fact("enrolment.forgotten", one.subject.digest, one) for one in going]
    Enrolment.objects.filter(pk__in=[one.pk for one in going]).delete()
    if facts:
        audit.record_many(actor=SYSTEM, facts=facts)
    return len(going)


def _restricted(digests: Collection[str]) -> frozenset[str]:
    """Those under which we may only store (Art. 18 GDPR); a stop knows a person by all that we know them by."""
    stops = [stop for stop in restriction.stops_under(digests) if stop.kind == StopKind.RESTRICTION]
    return frozenset(named.digest for stop in stops for named in stop.digests.all())
