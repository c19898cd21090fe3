"""Linking a request that says the same as another: the work goes on under the first, and the person is told so."""

from uuid import UUID

from django.db import transaction

from privacy.actors import Actor
from rights_requests import notifications, rules, states
from rights_requests.errors import NotTheSame, WrongState
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.references import normalised
from rights_requests.states import Event
from rights_requests.subjects import address_of, known


@transaction.atomic
def link_duplicate(*, request_id: UUID, actor: Actor, reference: str) -> RightsRequest:
    """Close a request as a duplicate of an open one of the same right, named by its reference as typed or heard.

    Whoever asked is told under which reference it goes on; nothing of theirs is lost, both stay linked. Raises
    NotFound, NotAllowed, OwnRequest, NotTheSame when the other is closed, of another right, or this very one, and
    WrongState.
    """
    rules.require_staff(actor)
    request = states.locked(request_id)
    rules.require_other_person(request, actor)
    if not states.allows(request, Event.MERGE) or not known(request):
        raise WrongState
    first = RightsRequest.objects.filter(reference=normalised(reference), right=request.right).first()
    if first is None or first.pk == request.pk or first.state in CLOSED_STATES:
        raise NotTheSame
    notifications.merged(request, to=address_of(request), first=first.reference)
    changes = {"duplicate_of_id": first.pk}
    return states.advance(request_id=request_id, event=Event.MERGE, actor=actor, changes=changes)
