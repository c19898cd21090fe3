"""One click without signing in: the data subject stops what somebody asks in their name (promise P7.2)."""

from uuid import UUID

from privacy.actors import Actor
from rights_requests import states
from rights_requests.errors import NotFound
from rights_requests.models import RightsRequest, State
from rights_requests.services import withdrawing
from rights_requests.states import Event
from rights_requests.stop_links import StopPurpose, stoppable


def named_by(token: str, purpose: StopPurpose) -> RightsRequest:
    """The request of a link; raises NotFound alike for a forged, old or foreign link."""
    request = RightsRequest.objects.filter(pk=stoppable(token, purpose)).first()  # type: ignore[misc] # None: nothing
    if request is None:
        raise NotFound
    return request


def can_stop(request: RightsRequest) -> bool:
    """Whether there still is something to stop."""
    return states.allows(request, Event.WITHDRAW)


def was_stopped(request: RightsRequest) -> bool:
    """Whether nothing happens any more, by this link or another way."""
    return request.state == State.WITHDRAWN


def stop(*, request_id: UUID) -> RightsRequest:
    """Withdraw the request in the name of the data subject, whose mailbox the link came from; once.

    Raises NotFound, and WrongState when it is over or too late.
    """
    request = RightsRequest.objects.filter(pk=request_id).first()
    if request is None:
        raise NotFound
    actor = Actor.subject(request.subject_user_id, request.subject_digest)
    return withdrawing.withdraw(request_id=request_id, actor=actor)
