"""Deciding on a request: prepared by one person, approved by another where data will die, or refused with a reason."""

from uuid import UUID

from privacy.actors import Actor
from rights_requests.models import RefusalReason, RightsRequest


def prepare(*, request_id: UUID, actor: Actor, plan_hash: str | None = None) -> RightsRequest:
    """First pair of eyes on an erasure. Raises NotAllowed, OwnRequest, WrongState, PlanChanged."""
    raise NotImplementedError


def approve(*, request_id: UUID, actor: Actor, plan_hash: str | None = None) -> RightsRequest:
    """Approve a request and start its job. Raises NotAllowed, OwnRequest, SameEyes, WrongState, PlanChanged."""
    raise NotImplementedError


def refuse(*, request_id: UUID, actor: Actor, reason: RefusalReason, text: str) -> RightsRequest:
    """Refuse a request. Raises NotAllowed, OwnRequest, ReasonNeeded, WrongState."""
    raise NotImplementedError
