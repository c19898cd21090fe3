"""How long an approved request waits, so that whoever it is about can still say no (promise P7.2)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from privacy import clock
from privacy.data_map.subject import left_addresses
from privacy.jobs import engine
from privacy.vocabulary import Right
from rights_requests import rules
from rights_requests.errors import AddressUnsettled
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.vocabulary import RequesterRole

# What cannot be taken back once it is done: data that is gone, and data that is in somebody's hands.
CANNOT_BE_UNDONE = (Right.ERASURE, Right.ACCESS, Right.PORTABILITY)


def not_before(request: RightsRequest) -> datetime | None:
    """The instant before which an approved request does not begin; None when it begins at once.

    An erasure waits until the person has had time to change their mind. What somebody else asked for waits
    settings.SUBJECT_MAY_STOP_HOURS hours more, in which its data subject can stop it with one click; an erasure that a
    reporter set off, until the person had settings.ADULT_MAY_SAY_SO_HOURS hours to say that they are no child; and
    what cannot be undone, until the account's last change of address is settings.EMAIL_CHANGE_COOLDOWN_DAYS days past.
    """
    waits = [request.cooling_until]
    if request.requester_role == RequesterRole.REPORTER:
        waits.append(request.received_at + timedelta(hours=settings.ADULT_MAY_SAY_SO_HOURS))
    if rules.stands_in(request) and request.right in CANNOT_BE_UNDONE:
        waits.append(clock.now() + timedelta(hours=settings.SUBJECT_MAY_STOP_HOURS))
    if request.right in CANNOT_BE_UNDONE:
        waits.append(settles_at(request.subject_user_id))
    return max((until for until in waits if until), default=None)


def settles_at(user_id: UUID | None) -> datetime | None:
    """When an account's last change of address is settled, so that nobody takes it back any more; None when it is."""
    if user_id is None:
        return None
    wait = timedelta(days=settings.EMAIL_CHANGE_COOLDOWN_DAYS)
    return max((left_at + wait for left_at in left_addresses(user_id, clock.now() - wait).values()), default=None)


def refuse_unsettled(request: RightsRequest) -> None:
    """Raise AddressUnsettled while no copy is handed out, since the account's address was changed a short while ago."""
    until = settles_at(request.subject_user_id)
    if until is not None:
        raise AddressUnsettled(until)


@transaction.atomic
def put_off(*, user_id: UUID) -> int:
    """In the transaction in which an account leaves an address: what cannot be undone begins no sooner than it settles.

    Also what was approved before; what is being done at this moment goes on. Idempotent; returns how many jobs wait
    longer. No audit entry: that of the changed address says it.
    """
    until = settles_at(user_id)
    open_ = RightsRequest.objects.filter(subject_user_id=user_id, right__in=CANNOT_BE_UNDONE)
    found = open_.exclude(state__in=CLOSED_STATES).values_list("right", "pk")
    return sum(engine.put_off(kind=right, about=pk, until=until) for right, pk in found) if until else 0
