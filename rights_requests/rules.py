"""Rules about who may act on a request, told in plain words before a database constraint has to say no."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import F, Q

from privacy.actors import Actor
from privacy.data_map.subject import subject_of_user
from privacy.digests import keyed_digests
from privacy.vocabulary import Right
from rights_requests import regimes, states
from rights_requests.contact import open_contact
from rights_requests.errors import NotAllowed, NotFound, NotIdentified, OwnRequest, SameEyes
from rights_requests.models import IdentityCheck, RightsRequest
from rights_requests.regimes import Source
from rights_requests.vocabulary import STAND_IN, ObjectionGround, Outcome

DECIDE = "rights_requests.change_rightsrequest"
# Finer than to decide: who agrees to what cannot be undone, and who sees proofs of identity and what came with letters.
APPROVE_ERASURE = "rights_requests.approve_erasure"
SEE_EVIDENCE = "rights_requests.see_evidence"


def require_staff(actor: Actor, permission: str = DECIDE) -> None:
    """Raise NotAllowed unless the actor is active staff with the permission; to decide, if none is named."""
    if actor.kind != "staff":
        raise NotAllowed
    staff = get_user_model().objects.filter(is_active=True, is_staff=True)
    user = staff.filter(pk=actor.user_id).first()  # type: ignore[misc] # None finds nobody
    if user is None or not user.has_perm(permission):
        raise NotAllowed


def require_other_person(request: RightsRequest, actor: Actor) -> None:
    """Raise OwnRequest when the request is about the actor or was filed by them."""
    if actor.user_id is not None and actor.user_id in {request.subject_user_id, request.requester_id}:
        raise OwnRequest


def locked_for_staff(request_id: UUID, actor: Actor) -> RightsRequest:
    """The request, locked until the transaction ends, for a member of staff who may decide on it.

    Raises NotAllowed, NotFound, and OwnRequest when it is about the actor or was filed by them.
    """
    require_staff(actor)
    request = states.locked(request_id)
    require_other_person(request, actor)
    return request


def require_second_person(request: RightsRequest, actor: Actor) -> None:
    """Raise SameEyes when two decide, and the actor is the one who prepared the request."""
    if states.takes_two(request) and request.prepared_by_id == actor.user_id:
        raise SameEyes if request.right == Right.ERASURE else SameEyes(SameEyes.OF_ANY)


def is_party(request: RightsRequest, actor: Actor) -> bool:
    """Whether the actor is the data subject or whoever asked for them, with an account or by a proven address."""
    if actor.kind != "subject":
        return False
    theirs = about(actor.user_id, _digests(actor)) | asked_by(actor.user_id, _digests(actor))
    return RightsRequest.objects.filter(theirs, pk=request.pk).exists() or is_answered_at(request, actor)


def is_answered_at(request: RightsRequest, actor: Actor) -> bool:
    """Whether the actor has shown that an address is theirs to which the answer to an erasure goes, or went.

    Their account is gone, so a code to the address is all that they can show; whoever has an account there by now may
    be somebody else.
    """
    if actor.user_id is not None or request.subject_user_id is not None or request.contact_sealed is None:
        return False
    addresses = open_contact(request.contact_sealed, request.pk).split()
    return request.right == Right.ERASURE and actor.digest in {
        digest for address in addresses for digest in keyed_digests("email", address.strip().lower())
    }


def about(user_id: UUID | None, digests: Collection[str]) -> Q:
    """The requests whose data subject this is: by their account, or by an address that they have shown to be theirs.

    A mailbox alone does not open what an account asked for itself, even where a block keeps its owner from signing in.
    """
    by_itself = Q(subject_user__isnull=False, requester=F("subject_user"))
    found = Q(subject_digest__in=digests) & ~by_itself
    return found | Q(subject_user=user_id) if user_id is not None else found


def asked_by(user_id: UUID | None, digests: Collection[str]) -> Q:
    """The requests that this person made for somebody else; those of an account are the account's alone.

    Whoever has an agent's mailbox one day is not the agent.
    """
    found = Q(requester_digest__in=digests, requester__isnull=True)
    return found | Q(requester=user_id) if user_id is not None else found


def _digests(actor: Actor) -> frozenset[str]:
    if actor.user_id is not None:
        return subject_of_user(actor.user_id).digests()
    return frozenset({actor.digest, *actor.former_digests} - {""})


def stands_in(request: RightsRequest) -> bool:
    """Whether an agent or a guardian asks for the data subject."""
    return request.requester_role in STAND_IN


def is_asker(request: RightsRequest, actor: Actor) -> bool:
    """Whether this party is the one who asked; the data subject whom somebody else asked for is not."""
    if not stands_in(request):
        return is_party(request, actor)
    mine = asked_by(actor.user_id, _digests(actor))
    return actor.kind == "subject" and RightsRequest.objects.filter(mine, pk=request.pk).exists()


def is_identified(request: RightsRequest) -> bool:
    """Whether no check of who asks is open or has failed."""
    return not IdentityCheck.objects.filter(request=request).exclude(outcome=Outcome.PASSED).exists()


def require_identified(request: RightsRequest) -> None:
    """Raise NotIdentified while a check of who asks is open or has failed (promise P7.2)."""
    if not is_identified(request):
        raise NotIdentified


def require_requester(request: RightsRequest, actor: Actor) -> None:
    """Raise NotFound, as for an unknown request, unless the actor asked for it or it is about them."""
    if not is_party(request, actor):
        raise NotFound


def decides_itself(request: RightsRequest) -> bool:
    """Whether nobody has to decide: an objection to advertising is heeded without any weighing (Art. 21(3))."""
    return request.right == Right.OBJECTION and request.ground == ObjectionGround.MARKETING


def free_by_law(request: RightsRequest) -> Source | None:
    """Where the law of the person's place says that the answer is free without exception; None where it does not.

    Of an unknown place nothing is said: then the Regulation counts, which knows a fee (Art. 12(5)).
    """
    regime = regimes.regime_named(request.regime)
    return regime.free_for(request.right) if regime is not None else None
