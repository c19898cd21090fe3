"""Requests of people as work that faults meet: begun, judged when done, and judged at any instant."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import Profile, User
from privacy.data_map import residue
from privacy.data_map.subject import Subject, subject_of_user
from privacy.ledger.file import LedgerFile
from privacy.models import AuditEntry, Job, JobStep, LedgerEntry, ProcessingStop, SentMessage
from privacy.vocabulary import Purpose, Right, StopGround
from rights_requests.fulfilment.receipt import is_signed
from rights_requests.models import Package, Proposal, Receipt, RightsRequest, State
from rights_requests.states import AUDIT_EVENTS, TABLE
from tests.factories import make_user
from tests.rights_requests.scenario import approved

# Whose each request is: nothing here knows an erased person any more.
people: dict[UUID, Subject] = {}
_PACKAGED = {Right.ACCESS, Right.PORTABILITY}
# What goes with the requests that stop a use.
_GROUNDS: dict[Right, dict[str, Any]] = {
    Right.RESTRICTION: {"ground": StopGround.ACCURACY.value},
    Right.OBJECTION: {"ground": StopGround.OWN_SITUATION.value, "purposes": (Purpose.IMPROVE.value,)},
}


def begin_requests(right: Right, many: int) -> list[UUID]:
    """So many people whose requests are approved in one instant."""
    with transaction.atomic():
        return [_approved(right) for _ in range(many)]


def _approved(right: Right) -> UUID:
    user = make_user(f"person-{uuid4().hex}@example.org")
    request = approved(user, right, **_GROUNDS.get(right, {}))
    people[request.pk] = subject_of_user(user.pk)
    return request.pk


def requests_done(abouts: list[UUID]) -> Iterator[str]:
    """What does not hold of requests that are answered."""
    erased: set[str] = set()
    lines = Counter(entry.request_id for entry in LedgerFile().entries())
    for request in RightsRequest.objects.filter(pk__in=abouts):
        for told in _wrong_with(request, lines):
            yield f"{request.right} {request.pk}: {told}"
        if request.right == Right.ERASURE:
            erased |= people[request.pk].identifiers()
    for hit in residue.scan(frozenset(erased)) if erased else ():
        if not hit.planned:
            yield f"left of an erased person: {hit.table}.{hit.column}"


def _wrong_with(request: RightsRequest, lines: Counter[UUID]) -> Iterator[str]:
    way = list(request.transitions.values_list("from_state", "event", "to_state"))
    counts = {"answered": (sum(event == "fulfil" for _before, event, _after in way), 1)}
    if request.right in _PACKAGED:
        counts["packages"] = (Package.objects.filter(request=request).count(), 1)
        counts["messages"] = (_messages(request, "package_ready"), 1)
    elif request.right == Right.ERASURE:
        counts["receipts"] = (Receipt.objects.filter(request=request).count(), 1)
        counts["lines in the ledger"] = (lines[request.pk], 1)
        counts["answers to the person"] = (_audited(request, "request.answered"), 1)
    else:
        counts["messages"] = (_messages(request, "fulfilled"), 1)
    if request.state != State.COMPLETED:
        yield f"it is {request.state}"
    if any(TABLE[Right(request.right)].get((before, event)) != after for before, event, after in way[1:]):
        yield f"an edge that is none: {way}"
    for what, (found, wanted) in counts.items():
        if found != wanted:
            yield f"{what}: {found}"
    if not all(is_signed(receipt) for receipt in Receipt.objects.filter(request=request)):
        yield "a receipt without its signature"


def _messages(request: RightsRequest, name: str) -> int:
    return SentMessage.objects.filter(about=request.pk, template__endswith=name).count()


def _audited(request: RightsRequest, *events: str) -> int:
    return AuditEntry.objects.filter(object_id=str(request.pk), event__in=events).count()


def halves_of_requests(abouts: list[UUID]) -> Iterator[str]:
    """Each effect with its marker and its audit entry, or none of the three."""
    for request in RightsRequest.objects.filter(pk__in=abouts):
        for name, facts in _together(request).items():
            if any(fact != facts[0] for fact in facts):
                yield f"{request.right} {request.pk}: half of {name}: {facts}"


def _together(request: RightsRequest) -> dict[str, list[object]]:
    """What must be equal at any instant."""
    job = Job.objects.get(about=request.pk, kind=request.right)
    done = set(JobStep.objects.filter(job=job, done_at__isnull=False).values_list("name", flat=True))
    events = Counter(request.transitions.values_list("event", flat=True))
    told = AuditEntry.objects.filter(object_id=str(request.pk), event__in=AUDIT_EVENTS.values())
    found: dict[str, list[object]] = {
        "its way": [
            sorted((AUDIT_EVENTS[event], count) for event, count in events.items()),
            sorted(Counter(told.values_list("event", flat=True)).items()),
        ],
        "its end": [request.state == State.COMPLETED, bool(events["fulfil"]), request.closed_at is not None],
    }
    return found | _OWN.get(Right(request.right), _stopped)(request, done)


def _packaged(request: RightsRequest, done: set[str]) -> dict[str, list[object]]:
    package = Package.objects.filter(request=request).first()
    created = AuditEntry.objects.filter(event="package.created", object_id=str(package.pk)).count() if package else 0
    return {
        "the package": ["package" in done, package is not None, created == 1],
        "its message": ["ready" in done, _messages(request, "package_ready") == 1],
    }


def _erased(request: RightsRequest, done: set[str]) -> dict[str, list[object]]:
    gone = not User.objects.filter(pk=people[request.pk].user_id).exists()
    receipt = Receipt.objects.filter(request=request).exists()
    return {
        "the account's end": ["holding:accounts-user" in done, gone],
        "the receipt": ["receipt" in done, receipt, request.state == State.COMPLETED],
        "the last message": ["tell" in done, _audited(request, "request.answered", "request.unanswered") == 1],
        "the beginning": ["check_plan" in done, request.state != State.APPROVED],
    }


def _corrected(request: RightsRequest, done: set[str]) -> dict[str, list[object]]:
    profile = Profile.objects.get(user=people[request.pk].user_id)
    applied = Proposal.objects.filter(request=request, applied_at__isnull=False).count()
    return {
        "the correction": [
            "apply" in done,
            applied == 1,
            profile.name == "Rightly",
            _audited(request, "request.corrected") == 1,
            LedgerEntry.objects.filter(request_id=request.pk).count() == 1,
        ],
        "its message": ["done" in done, _messages(request, "fulfilled") == 1],
    }


def _stopped(request: RightsRequest, done: set[str]) -> dict[str, list[object]]:
    stops = ProcessingStop.objects.filter(request_id=request.pk, ground=request.ground)
    named = [str(pk) for pk in stops.values_list("pk", flat=True)]
    imposed = AuditEntry.objects.filter(event="stop.imposed", object_id__in=named).count()
    noted = LedgerEntry.objects.filter(request_id=request.pk, kind=request.right).count()
    return {
        "the stop": ["stop" in done, len(named) == 1, imposed == 1, noted == 1],
        "its message": ["done" in done, _messages(request, "fulfilled") == 1],
    }


_OWN = {
    Right.ACCESS: _packaged,
    Right.PORTABILITY: _packaged,
    Right.ERASURE: _erased,
    Right.RECTIFICATION: _corrected,
}
