"""Withdrawing a request: the person changed their mind, and whatever was running stops."""

from uuid import UUID

from privacy.actors import Actor
from rights_requests.models import RightsRequest


def withdraw(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Withdraw one's own request. Raises NotFound for a foreign one, WrongState when it is too late."""
    raise NotImplementedError
