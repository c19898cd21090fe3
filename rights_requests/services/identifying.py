"""Becoming sure who asks (promise P7.2): staff accept or fail what was shown; only method, time and outcome stay."""

from uuid import UUID

from django.db import transaction

from privacy import audit, clock
from privacy.actors import Actor
from rights_requests import rules, states
from rights_requests.errors import NotFound, WrongState
from rights_requests.models import CLOSED_STATES, IdentityCheck, RightsRequest
from rights_requests.services import evidence
from rights_requests.vocabulary import EvidenceKind, Outcome


@transaction.atomic
def settle(*, check_id: UUID, actor: Actor, passed: bool) -> RightsRequest:
    """Accept or fail a check; documents of identity are destroyed with it, at once.

    Raises NotFound, NotAllowed, OwnRequest, and WrongState when the request is over or the check was accepted before.
    """
    rules.require_staff(actor)
    found = IdentityCheck.objects.filter(pk=check_id).values_list("request_id", flat=True).first()
    if found is None:
        raise NotFound
    request = states.locked(found)
    rules.require_other_person(request, actor)
    check = IdentityCheck.objects.select_for_update().get(pk=check_id)
    if request.state in CLOSED_STATES or check.outcome == Outcome.PASSED:
        raise WrongState
    check.outcome = Outcome.PASSED if passed else Outcome.FAILED
    check.decided_by_id, check.decided_at = actor.user_id, clock.now()
    check.save(update_fields=["outcome", "decided_by", "decided_at"])
    evidence.destroy_of(request_id=request.pk, actor=actor, reason="decided", kinds=[EvidenceKind.IDENTITY])
    data = {"method": check.method, "outcome": check.outcome}
    audit.record(event="identity.decided", actor=actor, subject_digest=request.subject_digest, about=request, data=data)
    return request
