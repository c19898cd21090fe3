"""Resuming a request whose job could not go on by itself."""

from uuid import UUID

from privacy.actors import Actor
from rights_requests.models import RightsRequest


def resume(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Let the job of a request that needs attention go on. Raises NotAllowed, OwnRequest, WrongState."""
    raise NotImplementedError
