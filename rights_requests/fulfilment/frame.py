"""What the jobs of several rights share: the first and the last step, and the ledger before anything is destroyed."""

from collections.abc import Callable, Collection

from privacy import ledger
from privacy.actors import SYSTEM
from privacy.jobs.context import JobContext, Later
from rights_requests import notifications, states
from rights_requests.models import State
from rights_requests.states import Event
from rights_requests.subjects import address_of
from rights_requests.vocabulary import OWN_CORRECTION

# How long an erasure waits for the operator while database and ledger disagree.
LEDGER_AGAIN_SECONDS = 30.0


def start(context: JobContext) -> None:
    """Show that work has begun; the job of a request that was ended meanwhile ends here, whatever rang for it."""
    with context.effect("start"):
        request = states.locked(context.about)
        if request.state not in {State.APPROVED, State.RUNNING}:
            context.cancel()
        elif request.state == State.APPROVED:
            states.advance(request_id=request.pk, event=Event.START, actor=SYSTEM)


def tell_done(context: JobContext) -> None:
    """Complete the request and queue the message that says so, in one transaction.

    None where nobody asked: the person corrected it by themselves, and recipients were told.
    """
    with context.effect("done"):
        request = states.locked(context.about)
        if request.requester_digest != OWN_CORRECTION:
            notifications.fulfilled(request, to=address_of(request))
        states.advance(request_id=request.pk, event=Event.FULFIL, actor=SYSTEM)


def written_down(
    context: JobContext,
    *,
    step: str,
    kind: ledger.LedgerKind,
    digests: Collection[str],
    scope: str,
    first: Callable[[], object] = lambda: None,
) -> None:
    """Have what is about to be destroyed in the ledger's file, outside the database, with the marker of the step.

    Once for the request, kind and scope, whatever dies: the row, the line and the marker each know whether they are
    there. `first` is called in the transaction of the row, and may raise. Raises Later while database and ledger
    disagree.
    """
    with context.transaction():
        first()
        row = ledger.note(kind=kind, request_id=context.about, digests=digests, scope=scope)
    try:
        ledger.write_out()
    except ledger.Closed as closed:
        raise Later(LEDGER_AGAIN_SECONDS) from closed
    row.refresh_from_db()
    with context.effect(step) as marker:
        marker.detail = dict(ledger.place_of(row))
