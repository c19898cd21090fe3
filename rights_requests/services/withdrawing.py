"""Withdrawing a request: the person changed their mind, and whatever was running stops."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from privacy.actors import Actor
from privacy.jobs import engine
from privacy.vocabulary import Right
from rights_requests import notifications, rules, states
from rights_requests.errors import WrongState
from rights_requests.models import RightsRequest
from rights_requests.states import Event


@transaction.atomic
def withdraw(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Withdraw one's own request and stop its job; a new one may be filed at once.

    Raises NotFound for an unknown or foreign request alike, WrongState when it is too late (an erasure that runs).
    """
    for right in Right:  # jobs are locked before requests everywhere, so that no two transactions wait on each other
        engine.cancel(kind=right, about=request_id)
    request = states.locked(request_id)
    rules.require_requester(request, actor)
    if not states.allows(request, Event.WITHDRAW):
        raise WrongState
    accounts = get_user_model().objects.filter(pk=actor.user_id)  # type: ignore[misc] # None finds nobody
    address = accounts.values_list("email", flat=True).first()
    notifications.withdrawn(request, to=str(address))
    changes = {"contact_sealed": None}
    return states.advance(request_id=request_id, event=Event.WITHDRAW, actor=actor, changes=changes)
