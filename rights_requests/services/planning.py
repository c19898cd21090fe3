"""Which parts of a request were refused, and the plan of an erasure as it is now: the data map’s, less these."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from privacy import audit
from privacy.actors import SYSTEM
from privacy.data_map.held import held_parts, holdable
from privacy.data_map.plan import Plan, plan
from privacy.data_map.subject import Subject
from privacy.vocabulary import Action, Right
from rights_requests import states
from rights_requests.models import CLOSED_STATES, Decision, RightsRequest, State
from rights_requests.states import Event
from rights_requests.subjects import subject_of
from rights_requests.vocabulary import DecisionKind, RefusalReason


def left_out(request_id: UUID) -> QuerySet[Decision, Decision]:
    """The parts of a request that were refused, in the order in which that was decided."""
    return Decision.objects.filter(request=request_id, kind=DecisionKind.PARTIAL).order_by("decided_at")


def spared(request_id: UUID) -> Mapping[str, str]:
    """The holdings, by slug, that an erasure leaves as they are, each with the exception of the law, in words."""
    return _reasons(left_out(request_id))


def erasure_plan(request: RightsRequest, subject: Subject) -> Plan:
    """What the erasure would do now."""
    return plan(subject, Right.ERASURE, spared=spared(request.pk))


def stored(request: RightsRequest) -> Plan:
    """The plan that is kept with the request, in the active language with all its reasons; empty where there is none.

    What happens and the counts stay what they were; that of an erasure says why a part stays as `spared` does.
    """
    right = Right(request.right)
    kept = Plan.from_json(request.plan) if request.plan else Plan(right, (), "")
    if right is not Right.ERASURE:
        return kept
    return kept.sparing(
        {
            **_held_reasons(request, kept),
            **_reasons(made for made in request.decisions.all() if made.kind == DecisionKind.PARTIAL),
        }
    )


def _held_reasons(request: RightsRequest, planned: Plan) -> dict[str, str]:
    """Why holds keep what the stored plan keeps for them, in the active language; of a request that is still open."""
    if request.state in CLOSED_STATES:
        return {}
    kept = {item.slug for item in planned.items if item.action is Action.KEEP} & {one.slug() for one in holdable()}
    parts = held_parts({request.subject_digest}) if kept else {}
    return {slug: str(part.ground.label) for slug, part in parts.items() if slug in kept}


def keep_what_is_held(request: RightsRequest, subject: Subject, now: Plan) -> None:
    """Write down, as the work begins, which parts of the plan legal holds keep: parts like those that staff refuse.

    In the caller's transaction, which holds the request and has waited for whoever opens a hold. Idempotent.
    """
    planned = {item.slug for item in now.items}
    known = set(left_out(request.pk).values_list("holding", flat=True))
    Decision.objects.bulk_create(
        Decision(
            request=request,
            kind=DecisionKind.PARTIAL,
            reason=RefusalReason(part.ground.value),
            holding=slug,
            hold_id=part.hold_id,
        )
        for slug, part in held_parts(subject.digests()).items()
        if slug in planned - known
    )


def _reasons(parts: Iterable[Decision]) -> dict[str, str]:
    return {part.holding: str(part.get_reason_display()) for part in parts if part.lifted_at is None}


def renew(request: RightsRequest) -> None:
    """Store what the request would do now, whatever its right, in the caller's transaction, which holds the request."""
    if request.right == Right.ERASURE:
        replanned(request, None)
        return
    now = plan(subject_of(request), Right(request.right))
    changes = {"plan": now.as_json() if now.items else {}, "plan_hash": now.hash}
    RightsRequest.objects.filter(pk=request.pk).update(**changes)


def replanned(request: RightsRequest, seen_hash: str | None) -> bool:
    """Whether an erasure would now do something else than what was seen; the new plan is then stored.

    A recommendation of the old one is void. In the caller's transaction, which holds the request.
    """
    now = erasure_plan(request, subject_of(request))
    if now.hash == request.plan_hash:
        return seen_hash is not None and seen_hash != request.plan_hash
    changes = {"plan": now.as_json(), "plan_hash": now.hash, "prepared_by_id": None}
    if request.state == State.PREPARED:
        states.advance(request_id=request.pk, event=Event.PLAN_CHANGED, actor=SYSTEM, changes=changes)
        return True
    RightsRequest.objects.filter(pk=request.pk).update(**changes)
    audit.record(event="request.replanned", actor=SYSTEM, subject_digest=request.subject_digest, about=request)
    return True
