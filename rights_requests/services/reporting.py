"""The lane for children (promises P5.5 and P9.1): anyone may report, use stops at once, erasure takes two people.

A report proves nothing, so whatever it does can be taken back with one click by the person it is about; and whether we
know the child is nothing that a reporter can learn.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from privacy import audit, clock, restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import Subject, on_record, subject_of_email, subject_of_user
from privacy.jobs import engine
from privacy.models import ProcessingStop
from privacy.vocabulary import Right, StopGround
from rights_requests import letters_to_child, states
from rights_requests.deadlines import columns, term_for
from rights_requests.errors import NotFound, WrongState
from rights_requests.models import CLOSED_STATES, Message, RightsRequest, State
from rights_requests.services import filing
from rights_requests.services.filing import Asked, Asker
from rights_requests.services.signing_out import sign_out
from rights_requests.states import Event
from rights_requests.vocabulary import STAND_IN, ErasureGround, MessageKind, RequesterRole

# Stands for a child whom we do not know while the same work is done for them, and then taken back.
_NOBODY = Subject(emails=frozenset({"nobody@nowhere.invalid"}))
# What two people have agreed on and a word of the person undoes.
_DECIDED = (State.PREPARED, State.APPROVED)


@dataclass(frozen=True)
class Report:
    """What a reporter knows: the child's address or user name, how they know the child, and their words for staff.

    Their language is not asked: whatever we write goes to the child, and nobody knows which one a child speaks.
    """

    who: str
    relation: str
    message: str = ""


def report(*, report: Report) -> None:
    """Take a report about a child; the caller learns nothing, not even from the time it takes.

    When we know the child: a request for erasure on the shortest clock, or the one that is open becomes that; use of
    the data stops, every session ends, signing in is refused, and a letter to the address on record says so, with a
    link for somebody who is no child. Nothing is kept of a child whom we do not know. Of whoever reports we keep
    nothing at all. Raises privacy.addresses.LookAlike.
    """
    subject = _named(report.who)
    with transaction.atomic():
        _take(subject or _NOBODY, report)
        if subject is None:
            transaction.set_rollback(True)


@transaction.atomic
def say_adult(*, request_id: UUID) -> RightsRequest:
    """The person says, through the link in our letter, that they are 18 or older: the block ends at once.

    Staff look at the case: what was agreed before is agreed anew or not at all. Raises NotFound, and WrongState when
    there is no block of this request, or it was erased already.
    """
    engine.cancel(kind=Right.ERASURE, about=request_id)
    request = states.locked(request_id)
    actor = Actor.subject(request.subject_user_id, request.subject_digest)
    held = [stop for stop in restriction.stops_of_request(request_id) if stop.ground == StopGround.MINOR]
    if not held or request.state in {State.RUNNING, State.COMPLETED}:
        raise WrongState
    restriction.lift(actor=actor, stops=held)
    text = "The person says that they are 18 or older. The block has ended."
    Message.objects.create(request=request, kind=MessageKind.NOTE, author=str(SYSTEM), text=text)
    letters_to_child.contested(request)
    if request.state in _DECIDED:
        changes = {"prepared_by_id": None, "approved_by_id": None, "contact_sealed": None}
        states.advance(request_id=request_id, event=Event.PLAN_CHANGED, actor=SYSTEM, changes=changes)
    return request


def blocked_by(request_id: UUID) -> bool:
    """Whether the block that came by this report is in force."""
    return any(stop.ground == StopGround.MINOR for stop in restriction.stops_of_request(request_id))


def request_of_report(request_id: UUID) -> RightsRequest:
    """The request of a report; raises NotFound."""
    found = RightsRequest.objects.filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def _named(who: str) -> Subject | None:
    """The person with this address or user name, or None when we hold nothing of them."""
    if "@" in who:
        subject = subject_of_email(who)
        return subject if on_record(subject) else None
    accounts = get_user_model().objects.filter(username__iexact=who.strip())
    found = accounts.values_list("pk", flat=True).first()
    return subject_of_user(found) if found else None


def _take(subject: Subject, report: Report) -> None:
    request = _in_the_fast_lane(subject)
    text = f"{report.relation}\n\n{report.message}".strip()
    Message.objects.create(request=request, kind=MessageKind.NOTE, author="reporter", text=text)
    letters_to_child.staff_told(request)
    if not _may_block(subject):
        return
    restriction.impose(
        actor=SYSTEM,
        subject_digest=subject.digest,
        digests=subject.digests(),
        ground=StopGround.MINOR,
        request_id=request.pk,
    )
    sign_out(subject)
    letters_to_child.blocked(request)


def _in_the_fast_lane(subject: Subject) -> RightsRequest:
    """The erasure that is open already, now with the shortest clock, or a new one."""
    erasures = RightsRequest.objects.filter(subject_digest__in=subject.digests(), right=Right.ERASURE)
    mine = erasures.exclude(state__in=CLOSED_STATES).exclude(requester_role__in=STAND_IN)
    found = mine.order_by("requester_role", "received_at").first()
    if found is None:
        asker = Asker(subject, method=None, role=RequesterRole.REPORTER)
        asked = Asked(Right.ERASURE, ground=ErasureGround.MINOR, minor=True)
        found = filing.file(actor=SYSTEM, asker=asker, asked=asked).request
    return _hastened(states.locked(found.pk))


def _hastened(request: RightsRequest) -> RightsRequest:
    """The request with the shortest term there is for a child, never with a longer one than it had."""
    term = term_for(received_at=clock.now(), country=request.country, right=request.right, minor=True)
    shorter = columns(term) | {"paused_at": None} if term.due_at < request.due_at else {}
    if shorter or not request.minor:
        for name, value in (changes := {**shorter, "minor": True}).items():
            setattr(request, name, value)
        request.save(update_fields=changes)
        audit.record(event="request.hastened", actor=SYSTEM, subject_digest=request.subject_digest, about=request)
    return request


def _may_block(subject: Subject) -> bool:
    """Whether a report alone blocks this person: not one of our own people, and nobody who said they are no child.

    Otherwise one false report after the other would keep somebody out, and a few would keep out all who can help.
    """
    accounts = get_user_model().objects.filter(is_staff=True, pk=subject.user_id)  # type: ignore[misc] # None: nobody
    since = clock.now() - timedelta(days=settings.ADULT_BELIEVED_DAYS)
    lifted = ProcessingStop.objects.filter(
        digests__digest__in=subject.digests(), ground=StopGround.MINOR, lifted_at__gt=since
    )
    return not (accounts.exists() or lifted.exists())
