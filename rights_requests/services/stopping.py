"""Restriction and objection: when a stop begins, is announced to end, and ends (Art. 18 and 21; promise P5.4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from privacy import clock, restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.plan import counts_of
from privacy.data_map.registry import registry
from privacy.digests import renewed_all
from privacy.models import ProcessingStop
from privacy.restriction import LETS_THROUGH
from privacy.vocabulary import Purpose, Right, StopGround, StopKind
from rights_requests import notifications, rules, states
from rights_requests.errors import ReasonNeeded, WrongState
from rights_requests.models import RightsRequest, State
from rights_requests.services import telling
from rights_requests.subjects import address_of, known, subject_of
from rights_requests.vocabulary import NoticeKind, ObjectionGround

# Uses that an objection because of one's own situation can be about: those that rest on our interests (Art. 21(1)).
OBJECTABLE = tuple(
    purpose
    for purpose in Purpose
    if purpose not in LETS_THROUGH[StopKind.OBJECTION] and purpose != Purpose.PROMOTIONAL_MESSAGES
)
# So many restrictions end in one transaction; the rest follow minutes later.
AT_ONCE = 100


def begin_at_once(request: RightsRequest, *, actor: Actor) -> None:
    """In the transaction that files the request: what the law does not let wait.

    Advertising ends at once (Art. 21(3)). While another objection is weighed, the uses that it is about rest
    (Art. 18(1)(d)). Nothing happens for other requests; idempotent.
    """
    if request.right != Right.OBJECTION:
        return
    if request.ground == ObjectionGround.MARKETING:
        put_in_force(request, actor=actor)
        return
    for purpose in _purposes(request):
        if purpose not in LETS_THROUGH[StopKind.RESTRICTION]:
            _impose(request, actor, StopGround.OBJECTION, purpose)


def put_in_force(request: RightsRequest, *, actor: Actor) -> int:
    """Stop what the request asks to stop, in the caller's transaction; returns how many stops there are. Idempotent.

    The rest that held while an objection was weighed goes on as the objection itself.
    """
    if request.right == Right.RESTRICTION:
        _impose(request, actor, StopGround(request.ground), None)
        _tell_recipients(request, NoticeKind.RESTRICTION, actor)
        return 1
    if request.ground == ObjectionGround.MARKETING:
        _impose(request, actor, StopGround.MARKETING, Purpose.PROMOTIONAL_MESSAGES)
        return 1
    purposes = _purposes(request)
    for purpose in purposes:
        _impose(request, actor, StopGround.OWN_SITUATION, purpose)
    _end(_resting(request), actor)
    return len(purposes)


@transaction.atomic
def announce_end(*, request_id: UUID, actor: Actor, text: str) -> RightsRequest:
    """Tell the person that a restriction will end, and why; it ends settings.RESTRICTION_NOTICE_DAYS later.

    (Art. 18(3).) Idempotent: the first announcement counts. Raises NotFound, NotAllowed, OwnRequest, ReasonNeeded
    without a text, WrongState when no restriction of this request is in force.
    """
    request = rules.locked_for_staff(request_id, actor)
    if not text.strip():
        raise ReasonNeeded
    held = in_force(request)
    if not held or not known(request):
        raise WrongState
    if restriction.give_notice(actor=actor, stops=held):
        notifications.restriction_ends(request, to=address_of(request), text=text.strip(), ends_at=ends_at(held))
    return request


@transaction.atomic
def end_by_person(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """End one's own restriction or objection at once: their wish is all the notice it takes.

    Raises NotFound for an unknown or foreign request alike, WrongState before it is carried out and when nothing of it
    is in force. The block of a child is none of these: it ends when the person says that they are none.
    """
    request = states.locked(request_id)
    rules.require_requester(request, actor)
    if not is_carried_out(request):
        raise WrongState
    _end(restriction.stops_of_request(request_id), actor)
    _tell_recipients(request, NoticeKind.RESTRICTION_LIFTED, actor)
    return request


def end_of_weighing(
    request: RightsRequest, *, actor: Actor, goes_on_as: RightsRequest | None = None
) -> datetime | None:
    """In the transaction that ends an objection without heeding it: the uses that rested may begin again.

    Returns when they do, for the letter that gives notice of it. None where nothing rests longer: whoever took the
    objection back themselves needs no notice, nor whoever has another request (`goes_on_as`) under which all rests.
    """
    held = _resting(request)
    there = restriction.stops_of_request(goes_on_as.pk) if goes_on_as is not None else []
    if actor.kind == "subject" or all(_covered(stop, there) for stop in held):
        _end(held, actor)
        return None
    restriction.give_notice(actor=actor, stops=held)
    return ends_at(_resting(request))


def end_of_block(request: RightsRequest, *, actor: Actor) -> None:
    """In the transaction that refuses an erasure because somebody is no child: what the report had stopped goes on."""
    restriction.lift(
        actor=actor, stops=[stop for stop in restriction.stops_of_request(request.pk) if stop.kind == StopKind.MINOR]
    )


@transaction.atomic
def end_announced() -> int:
    """End every restriction whose end was announced long enough ago; returns how many. Safe to run at any time.

    What rests while an objection is weighed does so through the appeal too, and as long after its end as before.
    """
    before = clock.now() - timedelta(days=settings.RESTRICTION_NOTICE_DAYS)
    due = ProcessingStop.objects.filter(
        kind=StopKind.RESTRICTION, lifted_at__isnull=True, notice_at__isnull=False, notice_at__lte=before
    )
    weighed = RightsRequest.objects.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=before), right=Right.OBJECTION)
    due = due.exclude(ground=StopGround.OBJECTION, request_id__in=weighed.values("pk"))
    ending = list(due.order_by("notice_at")[:AT_ONCE])
    ended = restriction.lift(actor=SYSTEM, stops=ending)
    for request in RightsRequest.objects.filter(pk__in=[stop.request_id for stop in ending if stop.request_id]):
        _tell_recipients(request, NoticeKind.RESTRICTION_LIFTED, SYSTEM)
    return ended


def in_force(request: RightsRequest) -> list[ProcessingStop]:
    """The restrictions in force that came by this request."""
    return [stop for stop in restriction.stops_of_request(request.pk) if stop.kind == StopKind.RESTRICTION]


def ends_at(stops: Iterable[ProcessingStop]) -> datetime | None:
    """When the announced restrictions end; None when no end was announced."""
    told = [stop.notice_at for stop in stops if stop.notice_at is not None]
    return max(told) + timedelta(days=settings.RESTRICTION_NOTICE_DAYS) if told else None


def is_carried_out(request: RightsRequest) -> bool:
    """Whether a restriction or an objection was carried out, so that what it stopped can be ended."""
    done = request.right in {Right.RESTRICTION, Right.OBJECTION} and request.state == State.COMPLETED
    return done and bool(restriction.stops_of_request(request.pk))


def _tell_recipients(request: RightsRequest, kind: NoticeKind, actor: Actor) -> None:
    """Note that each recipient of the person's data is to be told of a restriction, or of its end (Art. 19)."""
    if request.right == Right.RESTRICTION and known(request):
        subject = subject_of(request)
        counts = counts_of(subject, list(registry.holdings.values()))
        slugs = [slug for slug, count in counts.items() if count]
        telling.notify(request=request, kind=kind, subject=subject, slugs=slugs, actor=actor)


def _resting(request: RightsRequest) -> list[ProcessingStop]:
    return [stop for stop in in_force(request) if stop.ground == StopGround.OBJECTION]


def _covered(stop: ProcessingStop, others: Iterable[ProcessingStop]) -> bool:
    """Whether the same use of the same person's data is stopped by another one too."""
    known_by = renewed_all(found.digest for found in stop.digests.all())
    return any(
        other.purpose == stop.purpose and known_by <= renewed_all(found.digest for found in other.digests.all())
        for other in others
    )


def _purposes(request: RightsRequest) -> list[Purpose]:
    return [Purpose(purpose) for purpose in request.purposes]


def _impose(request: RightsRequest, actor: Actor, ground: StopGround, purpose: Purpose | None) -> None:
    subject = subject_of(request)
    restriction.impose(
        actor=actor,
        subject_digest=subject.digest,
        digests=subject.digests(),
        ground=ground,
        purpose=purpose,
        request_id=request.pk,
    )


def _end(stops: list[ProcessingStop], actor: Actor) -> None:
    restriction.give_notice(actor=actor, stops=[stop for stop in stops if stop.kind == StopKind.RESTRICTION])
    restriction.lift(actor=actor, stops=stops)
