"""Corrections: proposed value by value, decided value by value, carried out together (Art. 16; promise P5.2)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from privacy import audit
from privacy.actors import SYSTEM, Actor
from privacy.data_map import rectify
from privacy.data_map.rectify import Held
from privacy.data_map.subject import Subject
from privacy.vocabulary import Right
from rights_requests import rules, states
from rights_requests.errors import (
    AllDeclined,
    CannotBeCorrected,
    NotFound,
    NothingProposed,
    PlanChanged,
    ReasonNeeded,
    SomeAccepted,
    Undecided,
    WrongState,
)
from rights_requests.models import Proposal, RightsRequest, State
from rights_requests.states import Event
from rights_requests.subjects import known, subject_of
from rights_requests.vocabulary import Answer


@dataclass(frozen=True)
class Verdict:
    """What staff decide about one correction; declining takes a reason in words for the person."""

    answer: Answer
    reason: str = ""


def fingerprint(values: Iterable[Held]) -> str:
    """SHA-256 of what a person was shown, so that a change in the meantime is noticed."""
    shown = sorted([value.key, value.text] for value in values)
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def propose(
    *, request: RightsRequest, subject: Subject, changes: Mapping[str, str], seen: str, statement: str = ""
) -> int:
    """In the transaction that files the request: write down what the person says is right; returns how many values.

    `changes` are new texts by `Held.key`, `seen` is the fingerprint of what was shown. Raises PlanChanged when what we
    hold is not what was shown, and for whatever is not the person's or may not be corrected by staff.
    """
    values = {value.key: value for value in rectify.held(subject)}
    if fingerprint(values.values()) != seen:
        raise PlanChanged
    try:
        wanted = [_proposal(request, values[key], new, statement) for key, new in changes.items()]
    except (KeyError, CannotBeCorrected) as error:
        raise PlanChanged from error
    return len(Proposal.objects.bulk_create(wanted))


@transaction.atomic
def note(*, request_id: UUID, actor: Actor, key: str, new: str, statement: str = "") -> RightsRequest:
    """Staff write down a correction that the person asked for by letter, by telephone or in a message.

    Noted again, the new value takes the place of the earlier one. Raises NotFound for a value that is not the person's,
    CannotBeCorrected with the words why not, NotAllowed, OwnRequest, WrongState.
    """
    request = _open_for_staff(request_id, actor)
    value = next((found for found in rectify.held(subject_of(request)) if found.key == key), None)
    if value is None:
        raise NotFound
    made = _proposal(request, value, new, statement)
    request.proposals.filter(holding=made.holding, field=made.field, row_key=made.row_key).delete()
    made.save()
    _record("request.correction_noted", actor, request, {})
    return request


@transaction.atomic
def decide(*, request_id: UUID, actor: Actor, verdicts: Mapping[UUID, Verdict]) -> RightsRequest:
    """Accept or decline corrections of a request; until it is approved, staff may think again.

    Raises NotFound for a correction of another request, CannotBeCorrected when what is accepted cannot be written as
    things stand, ReasonNeeded for a refusal without words, NotAllowed, OwnRequest, WrongState.
    """
    request = _open_for_staff(request_id, actor)
    found = {proposal.pk: proposal for proposal in request.proposals.filter(pk__in=verdicts)}
    if found.keys() != verdicts.keys():
        raise NotFound
    subject = subject_of(request)
    for proposal_id, verdict in verdicts.items():
        proposal = found[proposal_id]
        if verdict.answer == Answer.ACCEPTED and (why := hindrance(subject, proposal)):
            raise CannotBeCorrected(why)
        if verdict.answer == Answer.DECLINED and not verdict.reason.strip():
            raise ReasonNeeded
        proposal.decision, proposal.decided_by_id, proposal.decided_at = verdict.answer, actor.user_id, Now()
        proposal.reason_text = verdict.reason.strip() if verdict.answer == Answer.DECLINED else ""
        proposal.save(update_fields=["decision", "decided_by", "decided_at", "reason_text"])
    answers = [verdict.answer for verdict in verdicts.values()]
    counts = {"accepted": answers.count(Answer.ACCEPTED), "declined": answers.count(Answer.DECLINED)}
    _record("request.corrections_decided", actor, request, counts)
    return request


def require_decided(request: RightsRequest) -> None:
    """Before an approval: raise NothingProposed, Undecided, or AllDeclined, each with what to do instead."""
    answers = list(request.proposals.values_list("decision", flat=True))
    if not answers:
        raise NothingProposed
    if left := answers.count(Answer.OPEN):
        raise Undecided(left)
    if Answer.ACCEPTED not in answers:
        raise AllDeclined


def require_none_accepted(request: RightsRequest) -> None:
    """Before a refusal of the whole: raise SomeAccepted when a correction was accepted."""
    if request.proposals.filter(decision=Answer.ACCEPTED).exists():
        raise SomeAccepted


def hindrance(subject: Subject, proposal: Proposal) -> str:
    """Why the correction cannot be carried out as things stand, in words for staff; nothing when it can."""
    value = value_of(subject, proposal)
    if value is None or value.elsewhere is not None:
        return str(CannotBeCorrected.GONE)
    try:
        return value.hindrance(value.read(proposal.new))
    except ValidationError as error:
        return " ".join(error.messages)


def value_of(subject: Subject, proposal: Proposal, *, lock: bool = False) -> Held | None:
    """The value that a correction is about, as it stands now; None when it is gone or was never the person's."""
    return rectify.find(subject, proposal.holding, proposal.row_key, proposal.field, lock=lock)


def carry_out(request: RightsRequest, *, actor: Actor) -> bool:
    """In the caller's transaction: change everything that was accepted, each value by its owner's door; False if not.

    All or nothing. Where a value is not what staff had before them when they decided, or cannot be written any more,
    nothing is changed: these corrections are open again, beside what stands there now. Safe to repeat.
    """
    subject = subject_of(request)
    # Every row is locked before the first door writes its audit entry, and the account before all: nobody waits on us.
    accounts = get_user_model().objects.select_for_update().filter(pk=subject.user_id)  # type: ignore[misc]
    list(accounts.values_list("pk"))
    accepted = list(request.proposals.filter(decision=Answer.ACCEPTED, applied_at=None).order_by("holding", "row_key"))
    found = [(proposal, value_of(subject, proposal, lock=True)) for proposal in accepted]
    overtaken = [proposal for proposal, value in found if not _still_stands(proposal, value)]
    if overtaken:
        _open_again(overtaken, subject)
        return False
    for proposal, value in found:
        if value is not None and value.text != proposal.new:
            value.put_right(actor, value.read(proposal.new))
        proposal.applied_at = Now()
        proposal.save(update_fields=["applied_at"])
        _record("request.corrected", actor, request, {"field": f"{proposal.holding}.{proposal.field}"})
    return True


def applied(request: RightsRequest) -> QuerySet[Proposal]:
    """The corrections that were carried out."""
    return request.proposals.filter(applied_at__isnull=False)


def _still_stands(proposal: Proposal, value: Held | None) -> bool:
    """Whether the correction can be carried out on what staff decided about; one that somebody made already, too."""
    if value is None or value.elsewhere is not None:
        return False
    if value.text == proposal.new:
        return True
    try:
        return value.text == proposal.old and not value.hindrance(value.read(proposal.new))
    except ValidationError:
        return False


def _open_again(overtaken: Iterable[Proposal], subject: Subject) -> None:
    for proposal in overtaken:
        value = value_of(subject, proposal)
        proposal.old = value.text if value is not None else proposal.old
        proposal.decision, proposal.decided_by_id, proposal.decided_at = Answer.OPEN, None, None
        proposal.save(update_fields=["old", "decision", "decided_by", "decided_at"])


def send_back(request: RightsRequest) -> RightsRequest:
    """Back to staff, who decide again on what was opened again; call it last."""
    changes = {"approved_by_id": None}
    return states.advance(request_id=request.pk, event=Event.PLAN_CHANGED, actor=SYSTEM, changes=changes)


def _proposal(request: RightsRequest, value: Held, new: str, statement: str) -> Proposal:
    """The correction of one value; raises CannotBeCorrected."""
    if value.elsewhere is not None:
        raise CannotBeCorrected(value.elsewhere.why)
    try:
        text = value.written(value.read(new))
    except ValidationError as error:
        raise CannotBeCorrected(" ".join(error.messages)) from error
    if text == value.text:
        raise CannotBeCorrected(CannotBeCorrected.SAME)
    return Proposal(
        request=request,
        holding=value.holding.slug(),
        field=value.name,
        row_key=value.row_key,
        old=value.text,
        new=text,
        statement=statement.strip(),
    )


def _open_for_staff(request_id: UUID, actor: Actor) -> RightsRequest:
    request = rules.locked_for_staff(request_id, actor)
    if request.right != Right.RECTIFICATION or not known(request) or request.state != State.RECEIVED:
        raise WrongState
    return request


def _record(event: str, actor: Actor, request: RightsRequest, data: Mapping[str, int | str]) -> None:
    audit.record(event=event, actor=actor, subject_digest=request.subject_digest, about=request, data=data)
