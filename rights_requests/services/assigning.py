"""Assigning a request to a member of staff."""

from uuid import UUID

from privacy.actors import Actor
from rights_requests.models import RightsRequest


def assign(*, request_id: UUID, actor: Actor, to: UUID | None) -> RightsRequest:
    """Hand an open request to a member of staff, or to nobody. Raises NotAllowed, OwnRequest, WrongState."""
    raise NotImplementedError
