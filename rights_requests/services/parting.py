"""Refusing a part of a copy: one holding is left out, with its reason, and the rest is given (Art. 12(4), 15(4))."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from privacy import audit
from privacy.actors import Actor
from privacy.vocabulary import Right
from rights_requests import rules, states
from rights_requests.errors import NotFound, ReasonNeeded, WrongState
from rights_requests.models import Decision, RefusalReason, RightsRequest, State
from rights_requests.vocabulary import DecisionKind

# Of these a part can be left out; what an erasure keeps, and why, is declared beside the models.
COPIES = (Right.ACCESS, Right.PORTABILITY)


@transaction.atomic
def leave_out(*, request_id: UUID, actor: Actor, holding: str, reason: RefusalReason, text: str) -> Decision:
    """Decide that a holding (its slug in the plan) is not copied; told with the copy, in it, and on the page.

    Only before the copy is made. Raises NotFound also for a holding that is not in the plan, NotAllowed, OwnRequest,
    ReasonNeeded, WrongState, also when it was left out before.
    """
    rules.require_staff(actor)
    request = states.locked(request_id)
    rules.require_other_person(request, actor)
    if request.right not in COPIES or request.state != State.RECEIVED:
        raise WrongState
    if holding not in {item["slug"] for item in request.plan.get("items", ())}:
        raise NotFound
    if reason not in RefusalReason.values or not text.strip():
        raise ReasonNeeded
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                request=request,
                kind=DecisionKind.PARTIAL,
                reason=reason,
                text=text.strip(),
                holding=holding,
                decided_by_id=actor.user_id,
            )
    except IntegrityError as error:
        raise WrongState from error
    data = {"reason": RefusalReason(reason).value, "holding": holding}
    audit.record(
        event="request.part_refused", actor=actor, subject_digest=request.subject_digest, about=request, data=data
    )
    return decision


def left_out(request: RightsRequest) -> QuerySet[Decision, Decision]:
    """The parts that were refused, in the order in which that was decided."""
    return Decision.objects.filter(request=request, kind=DecisionKind.PARTIAL).order_by("decided_at")
