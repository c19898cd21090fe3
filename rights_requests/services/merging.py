"""Linking a request that says the same as another: the work goes on under the first, and the person is told so."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from privacy import audit
from privacy.actors import Actor
from privacy.vocabulary import Right
from rights_requests import notifications, rules, states
from rights_requests.contact import open_person, seal_person
from rights_requests.errors import FirstAtWork, LinkTheOther, NotTheSame, NotTheSamePerson, WrongState
from rights_requests.models import CLOSED_STATES, IdentityCheck, Message, RightsRequest, State
from rights_requests.references import normalised
from rights_requests.services import planning, redacting, stopping
from rights_requests.states import Event
from rights_requests.subjects import address_of, both, known, subject_of
from rights_requests.vocabulary import MessageKind, Outcome, RequesterRole

# Before the work is approved: what it reaches can still be looked at.
_NOT_APPROVED = (State.RECEIVED, State.WAITING, State.PREPARED)


@transaction.atomic
def link_duplicate(*, request_id: UUID, actor: Actor, reference: str, known_how: str = "") -> RightsRequest:
    """Close a request as a duplicate of an open one of the same right, named by its reference as typed or heard.

    Whoever asked is told under which reference it goes on; nothing of theirs is lost: both stay linked, and where it is
    sure of both who asked, the first covers the identifiers of this one too. `known_how` are the words of staff on how
    they know that two addresses are one person's; a note keeps them. Raises NotFound, NotAllowed, OwnRequest,
    NotTheSame when the other is closed, of another right, this very one, or does not object to all that this one does,
    NotTheSamePerson when no identifier and no word of staff says that it is, WrongState, and where the first can not
    cover this one, LinkTheOther or FirstAtWork.
    """
    rules.require_staff(actor)
    named = RightsRequest.objects.filter(Q(pk=request_id) | Q(reference=normalised(reference)))
    # Both are locked in one order, whichever is closed as a duplicate of which.
    found = {filed.pk: filed for filed in named.select_for_update(of=("self",)).order_by("pk")}
    request = rules.locked_for_staff(request_id, actor)
    if not states.allows(request, Event.MERGE) or not known(request):
        raise WrongState
    others = (filed for filed in found.values() if filed.right == request.right)
    first = next((filed for filed in others if filed.pk != request_id), None)
    if first is None or not _says_as_much(first, request):
        raise NotTheSame
    rules.require_other_person(first, actor)
    if not subject_of(first).digests() & subject_of(request).digests():
        if not known_how.strip():
            raise NotTheSamePerson
        text = known_how.strip()
        Message.objects.create(request=request, kind=MessageKind.NOTE, author=str(actor), text=text)
    _let_cover(first, request, actor)
    redacting.carry_over(request, first, actor)
    rest_ends = stopping.end_of_weighing(request, actor=actor, goes_on_as=first)
    notifications.merged(request, to=address_of(request), first=first.reference, rest_ends=rest_ends)
    changes = {"duplicate_of_id": first.pk}
    return states.advance(request_id=request_id, event=Event.MERGE, actor=actor, changes=changes)


def _let_cover(first: RightsRequest, request: RightsRequest, actor: Actor) -> None:
    """Let the first request reach what the second reaches, in the caller's transaction, which holds both.

    Only where both were asked by the person themselves, who has shown that: nobody gets by a link what they did not
    show to be theirs. An account is never opened by a mailbox.
    """
    theirs, ours = subject_of(request), subject_of(first)
    if both(ours, theirs) == ours and theirs.user_id in {None, ours.user_id}:
        return
    if not (_is_their_own(first) and _is_their_own(request)):
        return
    if theirs.user_id not in {None, ours.user_id}:
        raise LinkTheOther
    if first.state not in _NOT_APPROVED:
        raise FirstAtWork
    kept = open_person(first.subject_sealed, first.pk) if first.subject_sealed is not None else None
    added = replace(theirs, user_id=None) if first.subject_user_id is not None else theirs
    first.subject_sealed = seal_person(both(kept, added) if kept is not None else added, first.pk)
    first.save(update_fields=["subject_sealed"])
    planning.renew(first)
    audit.record(event="request.widened", actor=actor, subject_digest=first.subject_digest, about=first)


def _is_their_own(request: RightsRequest) -> bool:
    """Whether the person asked for themselves and has shown who they are."""
    shown = IdentityCheck.objects.filter(request=request, outcome=Outcome.PASSED).exists()
    return request.requester_role == RequesterRole.SELF and shown and rules.is_identified(request)


def _says_as_much(first: RightsRequest, request: RightsRequest) -> bool:
    """Whether all that a request asks is asked by the other too, which is open and whose person is known."""
    if first.state in CLOSED_STATES or not known(first):
        return False
    if request.right != Right.OBJECTION:
        return True
    return first.ground == request.ground and set(request.purposes) <= set(first.purposes)
