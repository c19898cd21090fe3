"""Becoming sure who asks (promise P7.2): staff accept or fail what was shown; only method, time and outcome stay."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from privacy import audit, clock
from privacy.actors import Actor
from rights_requests import rules, states
from rights_requests.errors import NotFound, WrongState
from rights_requests.models import CLOSED_STATES, IdentityCheck, RightsRequest, State
from rights_requests.people import Party
from rights_requests.selectors import open_question
from rights_requests.services import evidence
from rights_requests.services.heeding import once_sure
from rights_requests.states import Event
from rights_requests.vocabulary import Channel, EvidenceKind, IdentityMethod, Outcome


@transaction.atomic
def confirm(*, request_id: UUID, party: Party) -> RightsRequest:
    """The person says that a letter, call or e-mail was theirs: signed in, or with the code from their mailbox.

    Raises NotFound for an unknown or foreign request alike, and WrongState when there is nothing to confirm, or when
    only staff can be sure because a block keeps them from signing in.
    """
    request = states.locked(request_id)
    rules.require_requester(request, party.actor)
    if not awaits_word_of(request, party):
        raise WrongState
    _waiting_for_word(request).update(
        method=party.method, outcome=Outcome.PASSED, decided_at=clock.now(), decided_by=None
    )
    data = {"method": party.method, "outcome": Outcome.PASSED}
    audit.record(
        event="identity.decided", actor=party.actor, subject_digest=request.subject_digest, about=request, data=data
    )
    return once_sure(request, actor=party.actor)


def awaits_word_of(request: RightsRequest, party: Party) -> bool:
    """Whether this party is the person whose word we wait for."""
    own = request.subject_digest in party.subject.digests() and request.channel != Channel.PORTAL
    if not own or request.state in CLOSED_STATES or (party.user_id is None and request.subject_user_id is not None):
        return False
    return _waiting_for_word(request).exists()


def _waiting_for_word(request: RightsRequest) -> QuerySet[IdentityCheck]:
    return IdentityCheck.objects.filter(
        request=request, method=IdentityMethod.EMAIL_CODE, outcome=Outcome.OPEN, request__requester_role="self"
    )


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
    if request.state in CLOSED_STATES or check.outcome == Outcome.PASSED or _is_only_a_doubt(check):
        raise WrongState
    check.outcome = Outcome.PASSED if passed else Outcome.FAILED
    check.decided_by_id, check.decided_at = actor.user_id, clock.now()
    check.save(update_fields=["outcome", "decided_by", "decided_at"])
    evidence.destroy_of(request_id=request.pk, actor=actor, reason="decided", kinds=[EvidenceKind.IDENTITY])
    data = {"method": check.method, "outcome": check.outcome}
    audit.record(event="identity.decided", actor=actor, subject_digest=request.subject_digest, about=request, data=data)
    waits = request.state == State.WAITING and open_question(request) is None
    if check.method == IdentityMethod.DOCUMENT and waits:
        request = states.advance(request_id=request.pk, event=Event.ANSWER, actor=actor)
    return once_sure(request, actor=actor)


def _is_only_a_doubt(check: IdentityCheck) -> bool:
    return check.method == IdentityMethod.DOCUMENT and check.agreed_at is None
