"""Noting that somebody who is reached by post was told that their request is here: a mail notes that by itself."""

from uuid import UUID

from django.db import transaction

from privacy import audit, clock
from privacy.actors import Actor
from rights_requests import rules
from rights_requests.errors import WrongState
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.subjects import is_by_post


def is_owed(request: RightsRequest) -> bool:
    """Whether staff must still post the letter that confirms receipt."""
    return request.acknowledged_at is None and request.state not in CLOSED_STATES and is_by_post(request)


@transaction.atomic
def note_posted(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Note that the letter was posted, or the person called, now. Doing it twice changes nothing more.

    Raises NotFound, NotAllowed, OwnRequest, and WrongState where no letter is owed.
    """
    request = rules.locked_for_staff(request_id, actor)
    if request.acknowledged_at is None:
        if not is_owed(request):
            raise WrongState
        request.acknowledged_at = clock.now()
        request.save(update_fields=["acknowledged_at"])
        digest = request.subject_digest
        audit.record(event="request.acknowledged", actor=actor, subject_digest=digest, about=request)
    return request
