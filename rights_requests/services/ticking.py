"""Ticking a step of the checklist that only a person can do."""

from uuid import UUID

from django.db import transaction

from privacy import audit
from privacy.actors import Actor
from rights_requests import rules
from rights_requests.errors import WrongState
from rights_requests.models import CLOSED_STATES, RightsRequest, Tick
from rights_requests.vocabulary import HandStep


@transaction.atomic
def tick(*, request_id: UUID, actor: Actor, step: HandStep) -> RightsRequest:
    """Keep that a member of staff has done this step, beside the plan as it is now; twice is once.

    Raises NotFound, NotAllowed, OwnRequest, and WrongState for a closed request.
    """
    request = rules.locked_for_staff(request_id, actor)
    if request.state in CLOSED_STATES:
        raise WrongState
    where = {"request": request, "step": HandStep(step), "plan_hash": request.plan_hash}
    _tick, new = Tick.objects.get_or_create(**where, defaults={"ticked_by_id": actor.user_id})
    if new:
        data = {"step": HandStep(step).value}
        digest = request.subject_digest
        audit.record(event="request.step_checked", actor=actor, subject_digest=digest, about=request, data=data)
    return request
