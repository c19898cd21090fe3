"""Refusing a part: one holding is not copied, or not erased, with its reason, and the rest is (Art. 12(4), 17(3))."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from privacy import audit
from privacy.actors import Actor
from privacy.data_map.plan import planned_titles
from privacy.data_map.registry import registry
from privacy.data_map.relations import can_stay
from privacy.vocabulary import Right
from rights_requests import notifications, rules
from rights_requests.errors import CannotStay, NotFound, ReasonNeeded, WrongState
from rights_requests.models import Decision, RefusalReason, RightsRequest, State
from rights_requests.services import planning
from rights_requests.subjects import address_of, known
from rights_requests.vocabulary import DecisionKind

_NOT_COPIED = (RefusalReason.RIGHTS_OF_OTHERS, RefusalReason.UNFOUNDED, RefusalReason.EXCESSIVE)
# Why a part of these rights can be refused; what an erasure keeps of everybody is declared beside the models.
REASONS: Mapping[Right, tuple[RefusalReason, ...]] = {
    Right.ACCESS: _NOT_COPIED,
    Right.PORTABILITY: _NOT_COPIED,
    Right.ERASURE: (
        RefusalReason.LEGAL_CLAIMS,
        RefusalReason.LEGAL_OBLIGATION,
        RefusalReason.EXPRESSION,
        RefusalReason.ARCHIVING,
    ),
}


@transaction.atomic
def leave_out(*, request_id: UUID, actor: Actor, holding: str, reason: RefusalReason, text: str) -> Decision:
    """Decide that a holding (its slug in the plan) is not copied, or that an erasure leaves it as it is.

    Of a copy the person is told with it, in it, and on the page. Of an erasure they are told at once and on the page,
    the plan is made anew, and a recommendation of the old one is void.

    Only before the work has been approved. Raises NotFound also for a holding that is not in the plan, NotAllowed,
    OwnRequest, CannotStay, ReasonNeeded, WrongState, also when it was left out before.
    """
    request = rules.locked_for_staff(request_id, actor)
    if not is_open_to_it(request) or not known(request):
        raise WrongState
    if holding not in {item["slug"] for item in request.plan.get("items", ())}:
        raise NotFound
    if request.right == Right.ERASURE and holding not in _that_can_stay():
        raise CannotStay
    if reason not in REASONS[Right(request.right)] or not text.strip():
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
    if request.right == Right.ERASURE:
        planning.replanned(request, None)
        notifications.part_stays(request, decision, to=address_of(request))
    return decision


def is_open_to_it(request: RightsRequest) -> bool:
    """Whether the work on it has not been approved yet, and it is of a right of which a part can be refused."""
    before = {State.RECEIVED, State.PREPARED} if request.right == Right.ERASURE else {State.RECEIVED}
    return request.right in REASONS and request.state in before


def parts(request: RightsRequest) -> Mapping[str, str]:
    """The holdings of the plan of which that can still be decided: their titles by slug."""
    gone = {made.holding for made in request.decisions.all() if made.kind == DecisionKind.PARTIAL}
    found = {slug: title for slug, title in planned_titles(request.plan).items() if slug not in gone}
    if request.right != Right.ERASURE:
        return found
    stay = _that_can_stay()
    return {slug: title for slug, title in found.items() if slug in stay}


def _that_can_stay() -> set[str]:
    return {holding.slug() for holding in registry.holdings.values() if can_stay(holding)}
