"""The last rung (promise P7.2, Art. 12(6)): a document, on a recorded doubt and never by one person alone."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from privacy import audit, clock
from privacy.actors import Actor
from privacy.uploads.clean import Cleaned
from rights_requests import deadlines, notifications, rules, states
from rights_requests.errors import AccountIsProof, NoPaperFromChildren, SameEyes, WordsNeeded, WrongState
from rights_requests.models import Decision, Evidence, IdentityCheck, RightsRequest, State
from rights_requests.people import Party
from rights_requests.selectors import open_question
from rights_requests.services import evidence
from rights_requests.states import Event
from rights_requests.subjects import address_of, known
from rights_requests.vocabulary import (
    AskReason,
    DecisionKind,
    EvidenceKind,
    IdentityMethod,
    Outcome,
    RequesterRole,
)

_SECOND = _("You wrote down this doubt yourself. A second person must agree before anybody is asked.")


@transaction.atomic
def doubt(*, request_id: UUID, actor: Actor, text: str, despite: str = "") -> IdentityCheck:
    """Write down why we are not sure who asks; nobody is asked for anything until a second person agrees.

    `despite` is what outweighs that the person signed in and gave the password again. Raises NotFound, NotAllowed,
    OwnRequest, WordsNeeded, NoPaperFromChildren, AccountIsProof, and WrongState while another doubt stands or when the
    request is past its first look.
    """
    request = rules.locked_for_staff(request_id, actor)
    if request.minor or request.requester_role == RequesterRole.REPORTER:
        raise NoPaperFromChildren
    if not text.strip():
        raise WordsNeeded
    passed = IdentityCheck.objects.filter(request=request, outcome=Outcome.PASSED)
    if passed.filter(method=IdentityMethod.ACCOUNT).exists() and not despite.strip():
        raise AccountIsProof
    if request.state != State.RECEIVED or not known(request) or standing(request) is not None:
        raise WrongState
    words = "\n\n".join(part.strip() for part in (text, despite) if part.strip())
    check = IdentityCheck.objects.create(
        request=request, method=IdentityMethod.DOCUMENT, doubt=words[:1000], asked_by_id=actor.user_id
    )
    _record("identity.doubted", actor, request)
    return check


@transaction.atomic
def agree(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """A second person agrees: the person is asked for a document, and told why and until when it is kept.

    Raises NotFound, NotAllowed, OwnRequest, SameEyes, NoPaperFromChildren, and WrongState without a doubt.
    """
    request, check = _doubted(request_id, actor)
    if request.minor:
        raise NoPaperFromChildren
    if check.asked_by_id == actor.user_id:
        raise SameEyes(_SECOND)
    check.agreed_by_id, check.agreed_at = actor.user_id, clock.now()
    check.save(update_fields=["agreed_by", "agreed_at"])
    Decision.objects.create(
        request=request,
        kind=DecisionKind.ASK,
        reason=AskReason.IDENTITY,
        text=check.doubt,
        decided_by_id=check.asked_by_id,
        second_by_id=actor.user_id,
    )
    notifications.document_asked(request, check.pk, to=address_of(request))
    _record("identity.document_asked", actor, request)
    changes = deadlines.columns_of_question(request, clock.now())
    return states.advance(request_id=request.pk, event=Event.ASK, actor=actor, changes=changes)


@transaction.atomic
def drop(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Nobody is asked: the doubt goes, and only the audit knows that there was one. Raises as `agree` does."""
    request, check = _doubted(request_id, actor)
    check.delete()
    _record("identity.doubt_dropped", actor, request)
    return request


@transaction.atomic
def show(*, request_id: UUID, party: Party, file: Cleaned) -> Evidence:
    """Take the document that was asked for, sealed; the work on the request goes on.

    Raises NotFound for an unknown or foreign request alike, WrongState when none was asked for, TooManyFiles, OSError.
    """
    request = states.locked(request_id)
    rules.require_requester(request, party.actor)
    check = asked_of(request)
    if check is None:
        raise WrongState
    kept = evidence.keep(
        request_id=request_id, actor=party.actor, kind=EvidenceKind.IDENTITY, file=file, check_of=check
    )
    Decision.objects.filter(request=request, reason=AskReason.IDENTITY, answered_at__isnull=True).update(
        answered_at=clock.now()
    )
    states.advance(request_id=request_id, event=Event.ANSWER, actor=party.actor)
    return kept


def standing(request: RightsRequest) -> IdentityCheck | None:
    """The doubt or the document that is not decided yet."""
    return IdentityCheck.objects.filter(request=request, method=IdentityMethod.DOCUMENT, outcome=Outcome.OPEN).first()


def asked_of(request: RightsRequest) -> IdentityCheck | None:
    """The document that the person was asked for and has not sent yet."""
    found = standing(request)
    waits = request.state == State.WAITING and open_question(request) is None
    return found if found is not None and found.agreed_at and waits else None


def _doubted(request_id: UUID, actor: Actor) -> tuple[RightsRequest, IdentityCheck]:
    request = rules.locked_for_staff(request_id, actor)
    check = standing(request)
    if check is None or check.agreed_at is not None or request.state != State.RECEIVED:
        raise WrongState
    return request, check


def _record(event: str, actor: Actor, request: RightsRequest) -> None:
    audit.record(event=event, actor=actor, subject_digest=request.subject_digest, about=request)
