"""What the law does not let wait: it happens by itself, as soon as we are sure who asks (Art. 18(1)(d), 21(3))."""

from contextlib import suppress

from privacy.actors import SYSTEM, Actor
from privacy.jobs import engine
from privacy.restriction import AlreadyLifted
from rights_requests import rules, states
from rights_requests.models import RightsRequest, State
from rights_requests.services import stopping
from rights_requests.states import Event


def once_sure(request: RightsRequest, *, actor: Actor) -> RightsRequest:
    """In the transaction that accepts what shows who asks: uses that are objected to rest, advertising ends.

    Nothing happens while another check is open, or once the request is decided. Idempotent. Call it last.
    """
    if request.state not in {State.RECEIVED, State.WAITING} or not rules.is_identified(request):
        return request
    with suppress(AlreadyLifted):  # it had begun before, and somebody ended it since
        stopping.begin_at_once(request, actor=actor)
    return approve_by_itself(request)


def approve_by_itself(request: RightsRequest) -> RightsRequest:
    """In the caller's transaction: approve what nobody has to decide, and start its job; any other is as it was."""
    sure = rules.decides_itself(request) and rules.is_identified(request)
    if not sure or request.state != State.RECEIVED or not states.allows(request, Event.APPROVE):
        return request
    engine.enqueue(kind=request.right, about=request.pk)
    return states.advance(request_id=request.pk, event=Event.APPROVE, actor=SYSTEM)
