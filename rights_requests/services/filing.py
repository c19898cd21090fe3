"""Filing a request: what the person asks is on record before anything answers."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from privacy import clock
from privacy.actors import Actor
from privacy.data_map.plan import plan
from privacy.data_map.subject import subject_of_user
from privacy.vocabulary import Right
from rights_requests import notifications, states
from rights_requests.deadlines import due_at
from rights_requests.errors import NotAllowed, PlanChanged, TooMany
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.references import new_reference

REFERENCE_TRIES = 5
# Keys come from browsers; inside this namespace and beside the person's digest nobody can meet another's key.
_KEYS = UUID("6d1f1b0e-7f3c-4f0c-9d7b-2a3a0c4b8e55")


@dataclass(frozen=True)
class FilingResult:
    """The request, and whether it is new; False means the person had asked before and this is that request.

    `same_key` tells a button pressed twice from a second request: the key given made this very request.
    """

    request: RightsRequest
    created: bool
    same_key: bool = False


@transaction.atomic
def file_request(
    *,
    actor: Actor,
    user: AbstractBaseUser,
    right: Right,
    message: str = "",
    idempotency_key: UUID | None = None,
    plan_hash: str | None = None,
) -> FilingResult:
    """Record a request of a signed-in person, with its due date, its plan, the audit entry and a first message.

    Idempotent twice over: the same key gives the request it made, whatever became of it; and while a request of the
    same right is open, that one is returned. Both answers have `created` False.
    Raises NotAllowed when the actor is not this person, TooMany when they filed settings.REQUESTS_PER_DAY requests in
    24 hours, and PlanChanged when an erasure would now do something else than the plan the person saw (`plan_hash`).
    """
    if actor.kind != "subject" or actor.user_id != user.pk:
        raise NotAllowed
    subject = subject_of_user(user.pk)
    key = uuid5(_KEYS, f"{subject.digest}:{idempotency_key}") if idempotency_key else None
    earlier = _earlier(subject.digest, right, key)
    if earlier is not None:
        return _found(earlier, key)
    _refuse_flood(subject.digest)
    intended = plan(subject, right)
    if right == Right.ERASURE and plan_hash is not None and plan_hash != intended.hash:
        raise PlanChanged
    request = RightsRequest(
        right=right,
        subject_user_id=user.pk,
        requester_id=user.pk,
        subject_digest=subject.digest,
        message=message.strip(),
        plan=intended.as_json(),
        plan_hash=intended.hash,
        idempotency_key=key,
        received_at=(received_at := clock.now()),
        due_at=due_at(received_at),
    )
    if not _insert(request):
        found = _earlier(subject.digest, right, key)
        if found is None:
            raise NotAllowed  # no such thing: five references in a row were taken
        return _found(found, key)
    notifications.received(request, to=getattr(user, "email", ""))
    states.begin(request, actor)
    return FilingResult(request, created=True)


def _found(request: RightsRequest, key: UUID | None) -> FilingResult:
    return FilingResult(request, created=False, same_key=key is not None and request.idempotency_key == key)


def _earlier(digest: str, right: Right, key: UUID | None) -> RightsRequest | None:
    mine = RightsRequest.objects.filter(subject_digest=digest)
    if key is not None and (same := mine.filter(idempotency_key=key).first()):
        return same
    return mine.filter(right=right).exclude(state__in=CLOSED_STATES).first()


def _refuse_flood(digest: str) -> None:
    since = clock.now() - timedelta(days=1)
    if RightsRequest.objects.filter(subject_digest=digest, received_at__gt=since).count() >= settings.REQUESTS_PER_DAY:
        raise TooMany


def _insert(request: RightsRequest) -> bool:
    """Insert under a free reference; False when the person's own request of this kind was faster."""
    for _try in range(REFERENCE_TRIES):
        request.reference = new_reference()
        try:
            with transaction.atomic():
                request.save(force_insert=True)
        except IntegrityError:
            if not RightsRequest.objects.filter(reference=request.reference).exists():
                return False
        else:
            return True
    return False
