"""Assigning a request to a member of staff."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from privacy import audit
from privacy.actors import Actor
from rights_requests import rules
from rights_requests.errors import HasAnother, NotAllowed, WrongState
from rights_requests.models import CLOSED_STATES, RightsRequest


@transaction.atomic
def assign(*, request_id: UUID, actor: Actor, to: UUID | None) -> RightsRequest:
    """Hand an open request to a member of staff, or to nobody; doing it twice changes nothing more.

    Raises NotFound, NotAllowed (also when `to` is not active staff, or is the person the request is about), OwnRequest,
    WrongState for a closed request.
    """
    request = rules.locked_for_staff(request_id, actor)
    if request.state in CLOSED_STATES:
        raise WrongState
    if to is not None and not _may_work_on(request, to):
        raise NotAllowed(_("Choose an active member of staff whom the request is not about."))
    request.assignee_id = to
    request.save(update_fields=["assignee"])
    data = {"to": f"staff:{to}" if to else "nobody"}
    audit.record(event="request.assigned", actor=actor, subject_digest=request.subject_digest, about=request, data=data)
    return request


@transaction.atomic
def take(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Take a request that nobody has in hand; doing it twice changes nothing more.

    Raises HasAnother when a colleague was quicker, and what `assign` raises.
    """
    request = rules.locked_for_staff(request_id, actor)
    if request.assignee is not None and request.assignee_id != actor.user_id:
        raise HasAnother(str(request.assignee))
    return assign(request_id=request_id, actor=actor, to=actor.user_id)


def _may_work_on(request: RightsRequest, to: UUID) -> bool:
    if to in {request.subject_user_id, request.requester_id}:
        return False
    return get_user_model().objects.filter(pk=to, is_staff=True, is_active=True).exists()
