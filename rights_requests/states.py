"""The one table of what may happen to a request, and the one function that makes it happen."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from privacy import audit, clock
from privacy.actors import Actor
from privacy.vocabulary import Right
from rights_requests import deadlines
from rights_requests.errors import NotFound, WrongState
from rights_requests.models import CLOSED_STATES, RightsRequest, State, Transition


class Event(StrEnum):
    """What can happen to a request; the audit knows each as `request.<past participle>`."""

    FILE = "file"
    ASK = "ask"
    ANSWER = "answer"
    PREPARE = "prepare"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    START = "start"
    FULFIL = "fulfil"
    FAIL = "fail"
    RESUME = "resume"
    PLAN_CHANGED = "plan_changed"
    HAND_OVER = "hand_over"
    MERGE = "merge"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    APPEAL_PART = "appeal_part"
    UPHOLD_PART = "uphold_part"
    GRANT_PART = "grant_part"
    LAPSE_PART = "lapse_part"
    END_HOLD = "end_hold"
    REAPPLY = "reapply"


AUDIT_EVENTS = MappingProxyType(
    {
        Event.FILE: "request.filed",
        Event.ASK: "request.asked",
        Event.ANSWER: "request.completed_by_person",
        Event.PREPARE: "request.prepared",
        Event.APPROVE: "request.approved",
        Event.REFUSE: "request.refused",
        Event.WITHDRAW: "request.withdrawn",
        Event.LAPSE: "request.lapsed",
        Event.START: "request.started",
        Event.FULFIL: "request.fulfilled",
        Event.FAIL: "request.failed",
        Event.RESUME: "request.resumed",
        Event.PLAN_CHANGED: "request.returned",
        Event.HAND_OVER: "request.handed_over",
        Event.MERGE: "request.merged",
        Event.APPEAL: "request.appealed",
        Event.UPHOLD: "request.refusal_upheld",
        Event.OVERTURN: "request.refusal_overturned",
        Event.APPEAL_PART: "request.part_appealed",
        Event.UPHOLD_PART: "request.part_upheld",
        Event.GRANT_PART: "request.part_granted",
        Event.LAPSE_PART: "request.part_lapsed",
        Event.END_HOLD: "request.hold_ended",
        Event.REAPPLY: "request.reapplied",
    }
)

Edges = Mapping[tuple[State, Event], State]

# What every right shares: the question to the person, refusal and appeal, handing over, the way through the job.
_SHARED: Edges = {
    (State.RECEIVED, Event.ASK): State.WAITING,
    (State.RECEIVED, Event.REFUSE): State.REFUSED,
    (State.RECEIVED, Event.WITHDRAW): State.WITHDRAWN,
    (State.RECEIVED, Event.HAND_OVER): State.HANDED_OVER,
    (State.RECEIVED, Event.MERGE): State.WITHDRAWN,
    (State.WAITING, Event.ANSWER): State.RECEIVED,
    (State.WAITING, Event.MERGE): State.WITHDRAWN,
    (State.WAITING, Event.REFUSE): State.REFUSED,
    (State.WAITING, Event.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Event.START): State.RUNNING,
    (State.APPROVED, Event.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Event.FAIL): State.NEEDS_ATTENTION,
    (State.RUNNING, Event.FULFIL): State.COMPLETED,
    (State.RUNNING, Event.FAIL): State.NEEDS_ATTENTION,
    (State.NEEDS_ATTENTION, Event.RESUME): State.RUNNING,
    (State.REFUSED, Event.APPEAL): State.APPEALED,
    (State.APPEALED, Event.UPHOLD): State.REFUSED,
    (State.APPEALED, Event.OVERTURN): State.RECEIVED,
    (State.APPEALED, Event.WITHDRAW): State.WITHDRAWN,
}
# What an erasure does to whatever else was asked about the same person, by themselves or by somebody for them.
_LAPSES: Edges = {
    (State.RECEIVED, Event.LAPSE): State.WITHDRAWN,
    (State.WAITING, Event.LAPSE): State.WITHDRAWN,
    (State.APPROVED, Event.LAPSE): State.WITHDRAWN,
    (State.RUNNING, Event.LAPSE): State.WITHDRAWN,
    (State.NEEDS_ATTENTION, Event.LAPSE): State.WITHDRAWN,
    (State.APPEALED, Event.LAPSE): State.WITHDRAWN,
}
# One person decides.
_BY_ONE: Edges = {**_SHARED, **_LAPSES, (State.RECEIVED, Event.APPROVE): State.APPROVED}
# What was decided on has changed before anything was: staff decide again.
_CORRECTION: Edges = {**_BY_ONE, (State.RUNNING, Event.PLAN_CHANGED): State.RECEIVED}
# A copy can be given up at any point: nothing is lost by it.
_COPY: Edges = {
    **_BY_ONE,
    (State.RUNNING, Event.WITHDRAW): State.WITHDRAWN,
    (State.NEEDS_ATTENTION, Event.WITHDRAW): State.WITHDRAWN,
}
# Two persons stand before an erasure; once it runs it can only be finished: half an erasure helps nobody.
_ERASURE: Edges = {
    **_SHARED,
    **_LAPSES,
    (State.PREPARED, Event.LAPSE): State.WITHDRAWN,
    (State.RECEIVED, Event.PREPARE): State.PREPARED,
    (State.PREPARED, Event.APPROVE): State.APPROVED,
    (State.PREPARED, Event.REFUSE): State.REFUSED,
    (State.PREPARED, Event.WITHDRAW): State.WITHDRAWN,
    (State.PREPARED, Event.PLAN_CHANGED): State.RECEIVED,
    (State.APPROVED, Event.PLAN_CHANGED): State.RECEIVED,
    # Only its first step finds that out, before anything is erased.
    (State.RUNNING, Event.PLAN_CHANGED): State.RECEIVED,
    # A part was kept, and the person says that it must go too: answered already, it opens for a second person, and
    # what they grant is done by the same job.
    (State.COMPLETED, Event.APPEAL_PART): State.PART_APPEALED,
    (State.PART_APPEALED, Event.UPHOLD_PART): State.COMPLETED,
    (State.PART_APPEALED, Event.GRANT_PART): State.RUNNING,
    # A legal hold had kept a part, and was ended: what it kept goes by the same job.
    (State.COMPLETED, Event.END_HOLD): State.RUNNING,
    # Another erasure of the same person ends what was opened again; what was answered stays answered.
    (State.PART_APPEALED, Event.LAPSE_PART): State.COMPLETED,
    (State.RUNNING, Event.LAPSE_PART): State.COMPLETED,
    (State.NEEDS_ATTENTION, Event.LAPSE_PART): State.COMPLETED,
    # An old backup brought the request back open, and the ledger had the person erased again.
    **{(state, Event.REAPPLY): State.COMPLETED for state in State if state not in CLOSED_STATES},
}
# What a second person adds to a right that one could decide: what is recommended waits, and nothing is approved before.
_WITH_A_SECOND: Edges = {
    (State.RECEIVED, Event.PREPARE): State.PREPARED,
    (State.PREPARED, Event.APPROVE): State.APPROVED,
    (State.PREPARED, Event.REFUSE): State.REFUSED,
    (State.PREPARED, Event.WITHDRAW): State.WITHDRAWN,
    (State.PREPARED, Event.LAPSE): State.WITHDRAWN,
    (State.PREPARED, Event.PLAN_CHANGED): State.RECEIVED,
}
TABLE: Mapping[str, Edges] = MappingProxyType(
    {
        Right.ACCESS: _COPY,
        Right.RECTIFICATION: _CORRECTION,
        Right.ERASURE: _ERASURE,
        Right.RESTRICTION: _BY_ONE,
        Right.PORTABILITY: _COPY,
        Right.OBJECTION: _BY_ONE,
    }
)


def _by_two(edges: Edges) -> Edges:
    alone = (State.RECEIVED, Event.APPROVE)
    return {**{edge: target for edge, target in edges.items() if edge != alone}, **_WITH_A_SECOND}


# Of an erasure two decide in any case.
TABLE_OF_TWO: Mapping[str, Edges] = MappingProxyType(
    {right: edges if right == Right.ERASURE else _by_two(edges) for right, edges in TABLE.items()}
)


def edges_of(request: RightsRequest) -> Edges:
    """What can happen to this request: the table of its right, by one person or by two."""
    return (TABLE_OF_TWO if request.by_two else TABLE)[request.right]


def takes_two(request: RightsRequest) -> bool:
    """Whether a second person approves it."""
    return request.by_two or request.right == Right.ERASURE


def allows(request: RightsRequest, event: Event) -> bool:
    """Whether the event exists for this request as it stands; for showing or hiding a button, never for deciding."""
    return (State(request.state), event) in edges_of(request)


def locked(request_id: UUID) -> RightsRequest:
    """The request, locked until the transaction ends; raises NotFound. Lock its job first where both are needed."""
    try:
        return RightsRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    except RightsRequest.DoesNotExist:
        raise NotFound from None


def begin(request: RightsRequest, actor: Actor) -> None:
    """Write the first transition of a request that was just inserted, and its audit entry (call last)."""
    _write(request, Event.FILE, "", actor, "")


@transaction.atomic
def advance(
    *, request_id: UUID, event: Event, actor: Actor, reason: str = "", changes: Mapping[str, Any] | None = None
) -> RightsRequest:
    """Move a request by one event: row lock, table, state column, transition and audit entry in one transaction.

    `changes` are other columns that change with the state. Raises WrongState when the table does not know the event
    for the state the row is really in, NotFound for an unknown id. It is the only writer of `state`; call it last in a
    transaction, since the audit entry takes the chain's lock.
    """
    request = locked(request_id)
    target = edges_of(request).get((State(request.state), event))
    if target is None:
        raise WrongState
    before, request.state = request.state, target
    # Whatever ends the waiting ends the pause of the clock with it.
    resumed = deadlines.columns_after_pause(request, clock.now()) if before == State.WAITING else {}
    changed = {**resumed, **(changes or {})}
    fields = {"state", *changed}
    for name, value in changed.items():
        setattr(request, name, value)
    if before != target and (before in CLOSED_STATES or target in CLOSED_STATES):
        request.closed_at = Now() if target in CLOSED_STATES else None
        fields.add("closed_at")
    request.save(update_fields=fields)
    if target in CLOSED_STATES:
        request.refresh_from_db(fields=["closed_at"])
    _write(request, event, before, actor, reason)
    return request


def _write(request: RightsRequest, event: Event, before: str, actor: Actor, reason: str) -> None:
    Transition.objects.create(
        request=request, event=event, from_state=before, to_state=request.state, actor=str(actor), reason=reason
    )
    data = {"right": request.right, "to": request.state, **({"reason": reason} if reason else {})}
    audit.record(
        event=AUDIT_EVENTS[event], actor=actor, subject_digest=request.subject_digest, about=request, data=data
    )
