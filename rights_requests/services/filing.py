"""Filing a request: what the person asks is on record before anything answers."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from privacy.actors import Actor
from privacy.vocabulary import Right
from rights_requests.models import RightsRequest


@dataclass(frozen=True)
class FilingResult:
    """The request, and whether it is new; False means the person had asked before and this is that request."""

    request: RightsRequest
    created: bool


def file_request(
    *,
    actor: Actor,
    user: AbstractBaseUser,
    right: Right,
    message: str = "",
    idempotency_key: UUID | None = None,
    plan_hash: str | None = None,
) -> FilingResult:
    """Record a request of a signed-in person."""
    raise NotImplementedError
