"""The first and the last step that the jobs of several rights share."""

from privacy.actors import SYSTEM
from privacy.jobs.context import JobContext
from rights_requests import notifications, states
from rights_requests.models import State
from rights_requests.states import Event
from rights_requests.subjects import address_of


def start(context: JobContext) -> None:
    """Show that work has begun; the job of a request that was ended meanwhile ends here, whatever rang for it."""
    with context.effect("start"):
        request = states.locked(context.about)
        if request.state not in {State.APPROVED, State.RUNNING}:
            context.cancel()
        elif request.state == State.APPROVED:
            states.advance(request_id=request.pk, event=Event.START, actor=SYSTEM)


def tell_done(context: JobContext) -> None:
    """Complete the request and queue the message that says so, in one transaction."""
    with context.effect("done"):
        request = states.locked(context.about)
        notifications.fulfilled(request, to=address_of(request))
        states.advance(request_id=request.pk, event=Event.FULFIL, actor=SYSTEM)
