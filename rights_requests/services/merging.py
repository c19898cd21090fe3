"""Linking a request that says the same as another: the work goes on under the first, and the person is told so."""

from uuid import UUID

from django.db import transaction

from privacy.actors import Actor
from privacy.vocabulary import Right
from rights_requests import notifications, rules, states
from rights_requests.errors import NotTheSame, NotTheSamePerson, WrongState
from rights_requests.models import CLOSED_STATES, Message, RightsRequest
from rights_requests.references import normalised
from rights_requests.services import stopping
from rights_requests.states import Event
from rights_requests.subjects import address_of, known, subject_of
from rights_requests.vocabulary import MessageKind


@transaction.atomic
def link_duplicate(*, request_id: UUID, actor: Actor, reference: str, known_how: str = "") -> RightsRequest:
    """Close a request as a duplicate of an open one of the same right, named by its reference as typed or heard.

    Whoever asked is told under which reference it goes on; nothing of theirs is lost, both stay linked. `known_how` are
    the words of staff on how they know that two addresses are one person's; a note keeps them. Raises NotFound,
    NotAllowed, OwnRequest, NotTheSame when the other is closed, of another right, this very one, or does not object to
    all that this one does, NotTheSamePerson when no identifier and no word of staff says that it is, and WrongState.
    """
    request = rules.locked_for_staff(request_id, actor)
    if not states.allows(request, Event.MERGE) or not known(request):
        raise WrongState
    first = RightsRequest.objects.filter(reference=normalised(reference), right=request.right).first()
    if first is None or first.pk == request.pk or not _says_as_much(first, request):
        raise NotTheSame
    rules.require_other_person(first, actor)
    if not subject_of(first).digests() & subject_of(request).digests():
        if not known_how.strip():
            raise NotTheSamePerson
        text = known_how.strip()
        Message.objects.create(request=request, kind=MessageKind.NOTE, author=str(actor), text=text)
    rest_ends = stopping.end_of_weighing(request, actor=actor, goes_on_as=first)
    notifications.merged(request, to=address_of(request), first=first.reference, rest_ends=rest_ends)
    changes = {"duplicate_of_id": first.pk}
    return states.advance(request_id=request_id, event=Event.MERGE, actor=actor, changes=changes)


def _says_as_much(first: RightsRequest, request: RightsRequest) -> bool:
    """Whether all that a request asks is asked by the other too, which is open and whose person is known."""
    if first.state in CLOSED_STATES or not known(first):
        return False
    if request.right != Right.OBJECTION:
        return True
    return first.ground == request.ground and set(request.purposes) <= set(first.purposes)
