"""Withdrawing a request: the person changed their mind, and whatever was running stops."""

from contextlib import suppress
from uuid import UUID

from django.db import transaction

from privacy import clock
from privacy.actors import Actor
from privacy.jobs import engine
from privacy.models import Job, JobState
from privacy.vocabulary import Right
from rights_requests import letters_to_subject, notifications, rules, states
from rights_requests.errors import WordsNeeded, WrongState
from rights_requests.models import IdentityCheck, Message, Package, RightsRequest, Transfer
from rights_requests.services import evidence, expiring, stopping, transferring
from rights_requests.states import Event
from rights_requests.subjects import address_of
from rights_requests.vocabulary import IdentityMethod, MessageKind, Outcome, RequesterRole

# A request is approved once between two looks at it; a third time would mean that it keeps moving.
TRIES = 3


class _ApprovedMeanwhile(Exception):
    """The request was approved while we waited for it, so that its job was not there yet to be stopped."""


def withdraw(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Withdraw one's own request and stop its job, in one transaction; a new one may be filed at once.

    The data subject whom somebody else asked for can do it too: then the mandate has failed, and the asker is told.

    Raises NotFound for an unknown or foreign request alike, WrongState when it is too late (an erasure that runs).
    """
    return _once_it_stands_still(request_id, actor, "")


def note_withdrawal(*, request_id: UUID, actor: Actor, text: str) -> RightsRequest:
    """A member of staff withdraws it for whoever asked, who said so by letter, call or e-mail; `text` says how.

    Whoever asked is told as if they had done it on the page. Raises NotFound, NotAllowed, OwnRequest, WordsNeeded, and
    WrongState as `withdraw` does.
    """
    if not text.strip():
        raise WordsNeeded
    return _once_it_stands_still(request_id, actor, text.strip())


def can_withdraw(request: RightsRequest) -> bool:
    """Whether it can be withdrawn as it stands.

    Who was reported as a child asked for nothing; that they are none they say through the link in our letter.
    """
    return states.allows(request, Event.WITHDRAW) and request.requester_role != RequesterRole.REPORTER


def _once_it_stands_still(request_id: UUID, actor: Actor, heard: str) -> RightsRequest:
    for _try in range(TRIES):
        with suppress(_ApprovedMeanwhile):
            return _withdraw(request_id, actor, heard)
    raise WrongState


@transaction.atomic
def _withdraw(request_id: UUID, actor: Actor, heard: str) -> RightsRequest:
    for right in Right:  # jobs are locked before requests everywhere, so that no two transactions wait on each other
        engine.cancel(kind=right, about=request_id)
    request = rules.locked_for_staff(request_id, actor) if heard else states.locked(request_id)
    if not heard:
        rules.require_requester(request, actor)
    if not can_withdraw(request):
        raise WrongState
    # An approval that held the request until now has put its job there since: begin again, to lock the job first.
    if Job.objects.filter(about=request_id).exclude(state__in=(JobState.DONE, JobState.CANCELLED)).exists():
        raise _ApprovedMeanwhile
    if heard:
        Message.objects.create(request=request, kind=MessageKind.NOTE, author=str(actor), text=heard)
    _tell(request, by_asker=bool(heard) or rules.is_asker(request, actor))
    stopping.end_of_weighing(request, actor=actor)
    changes = {"contact_sealed": None}
    for package_id in Package.objects.filter(request=request).values_list("pk", flat=True):
        # Built already, only not announced yet: a copy that nobody wants is not kept.
        expiring.destroy(package_id=package_id, actor=actor, reason="withdrawn")
    transferring.forget_secrets(Transfer.objects.filter(request=request))
    evidence.destroy_of(request_id=request_id, actor=actor, reason="withdrawn")
    return states.advance(request_id=request_id, event=Event.WITHDRAW, actor=actor, changes=changes)


def _tell(request: RightsRequest, *, by_asker: bool) -> None:
    """Tell whoever asked, and the data subject where it was they who said no."""
    if by_asker:
        notifications.withdrawn(request, to=address_of(request))
        return
    mandates = IdentityCheck.objects.filter(
        request=request, method__in=(IdentityMethod.MANDATE, IdentityMethod.GUARDIANSHIP)
    )
    mandates.update(outcome=Outcome.FAILED, decided_at=clock.now(), decided_by=None)
    notifications.stopped(request, to=address_of(request))
    letters_to_subject.stopped(request)
