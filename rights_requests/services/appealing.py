"""Appealing a refusal: somebody who did not refuse it looks at it again (Art. 12(4); promise P7.3)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy import clock
from privacy.actors import Actor
from privacy.digests import forms
from privacy.models import ProcessingStop
from privacy.vocabulary import StopKind
from rights_requests import notifications, rules, states
from rights_requests.deadlines import columns, term_for
from rights_requests.errors import AnotherIsOpen, SameEyes, TooLateToAppeal, WordsNeeded, WrongState
from rights_requests.models import CLOSED_STATES, Decision, Message, RightsRequest, State, Transfer
from rights_requests.services import stopping, transferring
from rights_requests.states import Event
from rights_requests.subjects import address_of, known
from rights_requests.vocabulary import MessageKind

# So many requests are forgotten in one transaction; the rest follow an hour later.
AT_ONCE = 100
SECOND_PERSON = _("You refused this request. A second person must decide on the appeal.")


def can_appeal(request: RightsRequest) -> bool:
    """Whether the person can appeal now: once per refusal, within settings.APPEAL_DAYS."""
    if request.state != State.REFUSED or request.appealed_at is not None or not known(request):
        return False
    return request.closed_at is not None and clock.now() - request.closed_at <= timedelta(days=settings.APPEAL_DAYS)


@transaction.atomic
def appeal(*, request_id: UUID, actor: Actor, text: str) -> RightsRequest:
    """Open a refused request again for a second person, with a term of its own from today; the person is told.

    Raises NotFound for an unknown or foreign request alike, WordsNeeded, TooLateToAppeal, and AnotherIsOpen when
    whoever asked has asked for the same again meanwhile.
    """
    request = states.locked(request_id)
    rules.require_requester(request, actor)
    return _appeal(request, actor, text)


@transaction.atomic
def note_appeal(*, request_id: UUID, actor: Actor, text: str) -> RightsRequest:
    """A member of staff takes in an appeal that came by letter, call or e-mail, as whoever asked could make it here.

    Whoever refused may take it in; somebody else decides. Raises NotFound, NotAllowed, OwnRequest, and as `appeal`.
    """
    return _appeal(rules.locked_for_staff(request_id, actor), actor, text)


def _appeal(request: RightsRequest, actor: Actor, text: str) -> RightsRequest:
    if not can_appeal(request):
        raise TooLateToAppeal
    if not text.strip():
        raise WordsNeeded
    now = clock.now()
    words = {"appealed_at": now, "appeal_text": text.strip(), "appeal_decided_by_id": None}
    changes = {**words, **opened_again(request, since=now)}
    request = states.advance(request_id=request.pk, event=Event.APPEAL, actor=actor, changes=changes)
    notifications.appealed(request, to=address_of(request))
    return request


def opened_again(request: RightsRequest, *, since: datetime) -> dict[str, Any]:
    """The columns of an answered request, locked by the caller, that is to open again: a term of its own from then on.

    Raises AnotherIsOpen when whoever asked has asked for the same again meanwhile.
    """
    same = {"right": request.right, "requester_digest__in": forms(request.requester_digest)}
    others = RightsRequest.objects.filter(subject_digest__in=forms(request.subject_digest), **same).exclude(
        pk=request.pk
    )
    if others.exclude(state__in=CLOSED_STATES).exists():
        raise AnotherIsOpen
    term = term_for(received_at=since, country=request.country, right=request.right, minor=request.minor)
    # No law gives an appeal a term: we do.
    return {"extended_at": None, "extended_from": None, **columns(replace(term, law=False))}


@transaction.atomic
def uphold(*, request_id: UUID, actor: Actor, text: str) -> RightsRequest:
    """Say that the refusal stands, and why; the person reads it and is told of authority and court.

    Raises NotFound, NotAllowed, OwnRequest, SameEyes for whoever refused, WordsNeeded, WrongState.
    """
    request = _second_look(request_id, actor, text)
    changes = {"appeal_decided_by_id": actor.user_id}
    request = states.advance(request_id=request_id, event=Event.UPHOLD, actor=actor, changes=changes)
    stopping.end_of_weighing(request, actor=actor)
    notifications.refusal_upheld(request, text=text.strip(), to=address_of(request))
    return request


@transaction.atomic
def overturn(*, request_id: UUID, actor: Actor, text: str) -> RightsRequest:
    """Take the refusal back: the request is decided anew from the start, and the person is told.

    Raises as `uphold` does.
    """
    request = _second_look(request_id, actor, text)
    changes = {
        "appeal_decided_by_id": actor.user_id,
        "refused_by_id": None,
        "refusal_reason": "",
        "refusal_text": "",
        "appealed_at": None,
    }
    request = states.advance(request_id=request_id, event=Event.OVERTURN, actor=actor, changes=changes)
    notifications.refusal_overturned(request, to=address_of(request))
    return request


@transaction.atomic
def forget_people() -> int:
    """Forget who is behind requests that were answered longer than settings.APPEAL_DAYS ago; returns how many.

    Whoever asked for somebody else is forgotten too, and the secret of an address where nothing will be sent. Whoever
    has a restriction in force must still be reached before it ends (Art. 18(3)), and what a legal hold keeps must still
    be found when it ends. Safe to run at any time.
    """
    before = clock.now() - timedelta(days=settings.APPEAL_DAYS)
    transferring.forget_secrets(Transfer.objects.filter(request__closed_at__lt=before))
    restricted = ProcessingStop.objects.filter(
        kind=StopKind.RESTRICTION, lifted_at__isnull=True, request_id__isnull=False
    )
    sealed = Q(subject_sealed__isnull=False) | Q(requester_sealed__isnull=False) | Q(contact_sealed__isnull=False)
    held = Decision.objects.filter(hold_id__isnull=False, lifted_at__isnull=True)
    over = RightsRequest.objects.filter(sealed, closed_at__lt=before).exclude(pk__in=restricted.values("request_id"))
    over = over.exclude(pk__in=held.values("request_id"))
    forgotten = list(over.order_by("closed_at").values_list("pk", flat=True)[:AT_ONCE])
    return RightsRequest.objects.filter(pk__in=forgotten).update(
        subject_sealed=None, requester_sealed=None, contact_sealed=None
    )


def _second_look(request_id: UUID, actor: Actor, text: str) -> RightsRequest:
    """The locked request, for staff who did not refuse it; their words for the person are written down."""
    request = rules.locked_for_staff(request_id, actor)
    if request.state != State.APPEALED or not known(request):
        raise WrongState
    if request.refused_by_id == actor.user_id:
        raise SameEyes(SECOND_PERSON)
    if not text.strip():
        raise WordsNeeded
    Message.objects.create(request=request, kind=MessageKind.TO_PERSON, author=str(actor), text=text.strip())
    return request
