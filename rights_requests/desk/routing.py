"""The desk's part about whose data it is: the Customers that answer themselves, and passing the request on to them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from rights_requests.desk import gathering
from rights_requests.desk.act import Act, Given, Staff
from rights_requests.models import RightsRequest, State
from rights_requests.services import handing_over
from rights_requests.services.handing_over import Routing
from rights_requests.subjects import known

_UNDECIDED = frozenset({State.RECEIVED, State.WAITING, State.PREPARED})


def panel(request: RightsRequest, _user: Staff) -> Mapping[str, Any] | None:
    """Whose the data is; None where it is ours alone, or the request is decided on."""
    routing = _routing(request)
    if not routing.theirs:
        return None
    return {"theirs": routing.theirs, "ours": routing.ours, "named": request.handed_to}


def _routing(request: RightsRequest) -> Routing:
    """Asked once for a page: it takes a query for each kind of data that can be another's."""
    if request.state not in _UNDECIDED:
        return Routing((), ours=True)
    if "routing" not in request.__dict__:
        about = gathering.subject(request) if known(request) else None
        request.__dict__["routing"] = handing_over.routing_of(request, about)
    found: Routing = request.__dict__["routing"]
    return found


def is_theirs_too(request: RightsRequest) -> bool:
    """Whether Customers decide about some of the data, and the request is not over."""
    return bool(_routing(request).theirs)


def _hand_over(request_id: UUID, actor: Actor, _given: Given) -> RightsRequest:
    return handing_over.hand_over(request_id=request_id, actor=actor)


def _name(request_id: UUID, actor: Actor, _given: Given) -> RightsRequest:
    return handing_over.name_customers(request_id=request_id, actor=actor)


def _is_all_theirs(filed: RightsRequest, _user: Staff) -> bool:
    return filed.state == State.RECEIVED and bool(_routing(filed).theirs) and not _routing(filed).ours


def _is_partly_theirs(filed: RightsRequest, _user: Staff) -> bool:
    routing = _routing(filed)
    return filed.state == State.RECEIVED and bool(routing.theirs) and routing.ours and not filed.handed_to


HAND_OVER = Act(
    "hand-over",
    _("Hand over to the Customer"),
    _hand_over,
    _("Handed over. The person knows who answers, and the Customer knows that it must."),
    _is_all_theirs,
)
NAME = Act(
    "name-customer",
    _("Name the Customer for its part"),
    _name,
    _("The person knows who answers for that part. Go on with ours."),
    _is_partly_theirs,
)
