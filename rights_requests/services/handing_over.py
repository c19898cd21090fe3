"""Routing to the Customer that decides about the data (Art. 4(7), 28(3)(e) GDPR): all of it, or named for its part."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from privacy import audit
from privacy.actors import Actor
from privacy.data_map.controllers import controllers_of
from privacy.data_map.plan import counts_of
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject
from rights_requests import notifications, rules, states
from rights_requests.errors import WrongState
from rights_requests.models import RightsRequest, State
from rights_requests.services import stopping
from rights_requests.states import Event
from rights_requests.subjects import address_of, known, subject_of

_LONGEST = 200


@dataclass(frozen=True)
class Theirs:
    """A Customer that answers itself, where it takes requests, and how many records about the person are its own."""

    name: str
    contact: str
    count: int


@dataclass(frozen=True)
class Routing:
    """Who answers: the Customers for what is theirs, and we, where `ours` says that there is anything else."""

    theirs: tuple[Theirs, ...]
    ours: bool


def routing_of(request: RightsRequest, about: Subject | None = None) -> Routing:
    """Whose the data is; empty when nobody is known any more. A few queries, by index; `about` spares looking it up."""
    if not known(request):
        return Routing((), ours=True)
    subject = about or subject_of(request)
    found: dict[tuple[str, str], int] = {}
    for controller in controllers_of(subject):
        key = (controller.name, controller.contact)
        found[key] = found.get(key, 0) + controller.count
    if not found:
        return Routing((), ours=True)
    lasting = [holding for holding in registry.holdings.values() if not holding.by_product]
    rest = sum(counts_of(subject, lasting).values()) - sum(found.values())
    theirs = tuple(Theirs(name, contact, count) for (name, contact), count in sorted(found.items()))
    return Routing(theirs, ours=rest > 0)


@transaction.atomic
def hand_over(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Pass the request on where all we hold is the Customers': they answer it, and each is told that they must.

    The person gets a letter that names each with its address, and says when our own rest ends where an objection was
    weighed. Raises NotFound, NotAllowed, OwnRequest, NotIdentified, and WrongState when nothing, or not everything, is
    a Customer's.
    """
    request, routing = _routed(request_id, actor)
    if routing.ours:
        raise WrongState
    rest_ends = stopping.end_of_weighing(request, actor=actor)
    notifications.handed_over(request, routing.theirs, to=address_of(request), rest_ends=rest_ends)
    names = ", ".join(their.name for their in routing.theirs)
    changes = {"handed_to": names[:_LONGEST]}
    return states.advance(request_id=request_id, event=Event.HAND_OVER, actor=actor, changes=changes)


@transaction.atomic
def name_customers(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Tell the person which Customers answer for their part, and those that they must; we go on with ours.

    Idempotent: each is told once. Raises NotFound, NotAllowed, OwnRequest, NotIdentified, and WrongState when no part
    is a Customer's.
    """
    request, routing = _routed(request_id, actor)
    notifications.part_is_theirs(request, routing.theirs, to=address_of(request))
    RightsRequest.objects.filter(pk=request.pk).update(handed_to=", ".join(t.name for t in routing.theirs)[:_LONGEST])
    audit.record(event="request.part_routed", actor=actor, subject_digest=request.subject_digest, about=request)
    return request


def _routed(request_id: UUID, actor: Actor) -> tuple[RightsRequest, Routing]:
    request = rules.locked_for_staff(request_id, actor)
    rules.require_identified(request)
    routing = routing_of(request)
    if request.state != State.RECEIVED or not routing.theirs:
        raise WrongState
    return request, routing
