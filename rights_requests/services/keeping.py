"""Keeping with an account what was asked under an address that its person leaves: whoever has it next is another."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet

from privacy import audit
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.digests import forms, keyed_digests
from privacy.vocabulary import Right
from rights_requests.models import CLOSED_STATES, RightsRequest, State
from rights_requests.vocabulary import STAND_IN, RequesterRole


@transaction.atomic
def keep_with_account(*, user_id: UUID, address: str) -> int:
    """What was asked under the address becomes the account's, which is leaving it; returns how many requests.

    From then on an erasure of the account reaches them, and answers go to where the person is. What an earlier erasure
    under the address has emptied is left alone. Idempotent; an audit entry each.
    """
    digests, account = keyed_digests("email", address), Subject(user_id=user_id)
    asked = RightsRequest.objects.filter(
        requester_digest__in=digests, requester__isnull=True, requester_role__in=STAND_IN
    )
    asked.update(requester_id=user_id)
    found = list(
        _under(digests).exclude(Q(prepared_by=user_id) | Q(approved_by=user_id)).select_for_update(of=("self",))
    )
    for request in found:
        request.subject_user_id, request.subject_sealed = user_id, None
        if request.requester_role == RequesterRole.SELF:
            request.requester_id = user_id
        if not _meets_another(request, account):
            request.subject_digest = account.digest
        request.save(update_fields=["subject_user", "subject_sealed", "requester", "subject_digest"])
    for request in found:
        audit.record(event="request.kept", actor=SYSTEM, subject_digest=account.digest, about=request)
    return len(found)


def _under(digests: Collection[str]) -> QuerySet[RightsRequest]:
    """What was asked under an address alone, after the last erasure there.

    Each counts from when it was first completed: an appeal that a part stayed opens and closes the request once more.
    """
    under = RightsRequest.objects.filter(subject_digest__in=digests, subject_user__isnull=True)
    first = Min("transitions__occurred_at", filter=Q(transitions__to_state=State.COMPLETED))
    erased = under.filter(right=Right.ERASURE).annotate(first=first).aggregate(at=Max("first"))["at"]
    return under.filter(received_at__gt=erased) if erased else under


def _meets_another(request: RightsRequest, account: Subject) -> bool:
    """Whether the account has an open request of the same kind, beside which this one could not stand."""
    if request.state in CLOSED_STATES:
        return False
    askers = forms(request.requester_digest)
    same = RightsRequest.objects.filter(right=request.right, requester_digest__in=askers)
    return same.filter(subject_digest__in=account.same_digests).exclude(state__in=CLOSED_STATES).exists()
