"""How long an approved request waits, so that whoever it is about can still say no (promise P7.2)."""

from datetime import datetime, timedelta

from django.conf import settings

from privacy import clock
from privacy.data_map.subject import left_addresses
from privacy.vocabulary import Right
from rights_requests import rules
from rights_requests.models import RightsRequest
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
    if request.right in CANNOT_BE_UNDONE and request.subject_user_id is not None:
        wait = timedelta(days=settings.EMAIL_CHANGE_COOLDOWN_DAYS)
        left = left_addresses(request.subject_user_id, clock.now() - wait)
        waits.extend(left_at + wait for left_at in left.values())
    return max((until for until in waits if until), default=None)
