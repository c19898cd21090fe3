"""Appealing that a part stays when the rest is erased: somebody who did not keep it decides (Art. 12(4), 17(3))."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy import audit, clock
from privacy.actors import SYSTEM, Actor
from privacy.data_map.held import held_parts
from privacy.data_map.subject import Subject
from privacy.jobs import engine
from privacy.vocabulary import Right
from rights_requests import letters_to_staff, notifications, rules, states
from rights_requests.contact import seal_person
from rights_requests.errors import NotFound, SameEyes, TooLateToAppeal, WordsNeeded, WrongState
from rights_requests.models import Decision, RightsRequest, State
from rights_requests.services import appealing, planning
from rights_requests.states import AUDIT_EVENTS, Event
from rights_requests.subjects import address_of, everything_of, known
from rights_requests.vocabulary import Answer, DecisionKind

SECOND_PERSON = _("You took part in keeping this. Somebody who did not must decide on the appeal.")
AT_WORK = _("The erasure is at work. Decide on the appeal when it is done: the request comes back to you then.")
UNDER_HOLD = _("A legal hold keeps this. The data protection officers must end it before this can go.")
# While the work is approved or under way nothing is decided: what it spares must not change below its hands.
_AT_WORK = (State.APPROVED, State.RUNNING, State.NEEDS_ATTENTION)
_DECIDABLE = (State.RECEIVED, State.WAITING, State.PREPARED, State.PART_APPEALED)


def can_appeal(request: RightsRequest, part: Decision) -> bool:
    """Whether it can be appealed now that this part stays: once, and within settings.APPEAL_DAYS.

    They are counted from when the request was closed, which is the last time where another part was appealed before.
    """
    if request.right != Right.ERASURE or part.appealed_at is not None or part.lifted_at is not None:
        return False
    # While the work runs the address is enough; after it, nobody could erase a part of a person who is forgotten.
    if not known(request) and (request.state == State.COMPLETED or request.contact_sealed is None):
        return False
    if request.state != State.COMPLETED:
        return request.state in (*_DECIDABLE, *_AT_WORK)
    return request.closed_at is not None and clock.now() - request.closed_at <= timedelta(days=settings.APPEAL_DAYS)


def waiting(request: RightsRequest) -> list[Decision]:
    """The parts of which the appeal is not decided, in the order in which they were kept."""
    parts = (made for made in request.decisions.all() if made.kind == DecisionKind.PARTIAL)
    return [part for part in parts if part.appealed_at is not None and part.answered_at is None]


def decidable(request: RightsRequest) -> list[Decision]:
    """Those of them that can be decided as the request stands."""
    return waiting(request) if request.state in _DECIDABLE else []


def keepers(request: RightsRequest, part: Decision) -> set[UUID | None]:
    """Who took part in keeping it: whoever said so, and who recommended or approved the plan in which it stays."""
    return {part.decided_by_id, request.prepared_by_id, request.approved_by_id} - {None}


@transaction.atomic
def appeal(*, request_id: UUID, actor: Actor, holding: str, text: str) -> RightsRequest:
    """Take the person's word that a part must go too; the person and the team are told.

    An answered request opens again, with a term of its own from today. Raises NotFound for an unknown or foreign
    request alike and for what was not kept, TooLateToAppeal, also for a second appeal of the part, WordsNeeded, and
    AnotherIsOpen when whoever asked has asked for the same again meanwhile.
    """
    request = states.locked(request_id)
    rules.require_requester(request, actor)
    part = planning.left_out(request.pk).filter(holding=holding).first()
    if part is None:
        raise NotFound
    if not can_appeal(request, part):
        raise TooLateToAppeal
    if not text.strip():
        raise WordsNeeded
    part.appealed_at, part.appeal_text = clock.now(), text.strip()
    part.save(update_fields=["appealed_at", "appeal_text"])
    if request.state == State.COMPLETED:
        request = _opened(request, part.appealed_at, actor)
    else:
        _record(request, Event.APPEAL_PART, actor)
    notifications.part_appealed(request, part, to=address_of(request))
    letters_to_staff.part_appealed(request, part)
    return request


@transaction.atomic
def uphold(*, request_id: UUID, actor: Actor, holding: str, text: str) -> RightsRequest:
    """Say that the part stays, and why; the person reads it and is told of authority and court.

    Raises NotFound, NotAllowed, OwnRequest, SameEyes for whoever took part in keeping it, WordsNeeded, WrongState.
    """
    request, part = _second_look(request_id, actor, holding, text)
    _decide(part, actor, Answer.DECLINED)
    notifications.part_upheld(request, part, text=text.strip(), to=address_of(request))
    if request.state != State.PART_APPEALED or waiting(request):
        _record(request, Event.UPHOLD_PART, actor)
        return request
    return states.advance(
        request_id=request_id, event=Event.UPHOLD_PART, actor=actor, changes=forgotten(request, at_once=True)
    )


@transaction.atomic
def grant(*, request_id: UUID, actor: Actor, holding: str, text: str) -> RightsRequest:
    """Say that the part goes too. Before the work, the plan is made anew; after it, the job of the erasure goes on.

    Raises as `uphold` does.
    """
    rules.require_staff(actor)
    goes_on = engine.go_on(kind=Right.ERASURE, about=request_id)
    request, part = _second_look(request_id, actor, holding, text)
    if part.holding in _held(request):
        raise WrongState(UNDER_HOLD)
    if goes_on != (request.state == State.PART_APPEALED):
        raise WrongState
    _decide(part, actor, Answer.ACCEPTED)
    if goes_on:
        return states.advance(request_id=request_id, event=Event.GRANT_PART, actor=actor)
    part.lifted_at = part.answered_at
    part.save(update_fields=["lifted_at"])
    _record(request, Event.GRANT_PART, actor)
    planning.replanned(request, None)
    notifications.part_granted(request, part, text=text.strip(), to=address_of(request))
    return states.locked(request_id)


def _held(request: RightsRequest) -> Collection[str]:
    """What legal holds keep of the person by now, whyever it was kept at first."""
    person = everything_of(request)
    return held_parts(person.digests() if person else {request.subject_digest})


def settle(request: RightsRequest, erased: Subject) -> None:
    """At the end of an erasure, in its transaction: remember, sealed, whom it was about while a part can be appealed.

    An appeal that came while the work ran opens the request again.
    """
    if not planning.spared(request.pk):
        return
    RightsRequest.objects.filter(pk=request.pk).update(subject_sealed=seal_person(erased, request.pk))
    reopen(request)


def reopen(request: RightsRequest) -> None:
    """Open a request that was just completed again where an appeal waits, in the caller's transaction."""
    if since := min((part.appealed_at for part in waiting(request) if part.appealed_at), default=None):
        _opened(request, since, SYSTEM)


def forgotten(request: RightsRequest, *, at_once: bool) -> Mapping[str, Any]:
    """The columns that forget whom an erasure was about, where no part can be appealed or goes later; empty before.

    `at_once` forgets the address too: the last message has its own copy of it.
    """
    waits = Q(answered_at__isnull=True) | Q(hold_id__isnull=False)
    if planning.left_out(request.pk).filter(waits, lifted_at__isnull=True).exists():
        return {}
    return {"subject_sealed": None, **({"contact_sealed": None} if at_once else {})}


def _opened(request: RightsRequest, since: datetime, actor: Actor) -> RightsRequest:
    changes = appealing.opened_again(request, since=since)
    return states.advance(request_id=request.pk, event=Event.APPEAL_PART, actor=actor, changes=changes)


def _second_look(request_id: UUID, actor: Actor, holding: str, text: str) -> tuple[RightsRequest, Decision]:
    """The locked request and the part, for staff who took no part in keeping it."""
    request = rules.locked_for_staff(request_id, actor)
    part = next((found for found in waiting(request) if found.holding == holding), None)
    if part is None:
        raise WrongState
    if request.state not in _DECIDABLE:
        raise WrongState(AT_WORK if request.state in _AT_WORK else None)
    if actor.user_id in keepers(request, part):
        raise SameEyes(SECOND_PERSON)
    if not text.strip():
        raise WordsNeeded
    return request, part


def _decide(part: Decision, actor: Actor, answer: Answer) -> None:
    """Write the decision down; what the person wrote has served with it."""
    part.second_by_id, part.answer, part.answered_at, part.appeal_text = actor.user_id, answer, clock.now(), ""
    part.save(update_fields=["second_by", "answer", "answered_at", "appeal_text"])


def _record(request: RightsRequest, event: Event, actor: Actor) -> None:
    """What happened to a part while the request goes its way."""
    audit.record(event=AUDIT_EVENTS[event], actor=actor, subject_digest=request.subject_digest, about=request)
