"""The one gate before each use of someone's data, and the services that close and open it (Art. 18, 21 GDPR)."""

from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from privacy import audit, clock, ledger
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.digests import every_form, renewed, renewed_all
from privacy.models import ProcessingStop, StoppedDigest
from privacy.vocabulary import KIND_OF_GROUND, LedgerKind, Purpose, StopGround, StopKind

# What each kind of stop lets through, and why; every other purpose is stopped. docs/decisions/ argues the table.
_SECURE = "stored data must be stored securely, also for others' sake: Art. 5(1)(f), 18(2), 32"
_DUTY = "the law asks it of us in answering, and legal claims go on: Art. 12, 18(2), 18(3), 19"
_ASKED = "it happens only when the person asks, which is their consent: Art. 18(2)"
LETS_THROUGH: Mapping[StopKind, Mapping[Purpose, str]] = {
    StopKind.RESTRICTION: {
        Purpose.AUTHENTICATE: _ASKED,
        Purpose.SUPPORT: _ASKED,
        Purpose.SECURITY: _SECURE,
        Purpose.LEGAL_DUTIES: _DUTY,
    },
    StopKind.OBJECTION: {
        Purpose.AUTHENTICATE: "it rests on the contract, to which no objection lies: Art. 21(1), 6(1)(b)",
        Purpose.SECURITY: "compelling grounds: without it the data would be open to anyone: Art. 21(1), 32",
        Purpose.LEGAL_DUTIES: "it rests on a legal obligation, to which no objection lies: Art. 21(1), 6(1)(c)",
    },
    StopKind.MINOR: {Purpose.SECURITY: _SECURE, Purpose.LEGAL_DUTIES: _DUTY},
}
# Who said no to advertising is not asked to prove it, and nobody takes it back for them (Art. 21(3)).
ONLY_THE_PERSON_LIFTS = frozenset({StopGround.MARKETING})
LEDGER_KINDS = {
    StopKind.RESTRICTION: LedgerKind.RESTRICTION,
    StopKind.OBJECTION: LedgerKind.OBJECTION,
    StopKind.MINOR: LedgerKind.MINOR,
}
# In the scope of a ledger entry: for all purposes; and that no request stands behind the stop.
EVERY, ALONE = "every", "alone"


class NotStoppable(ValueError):
    """A stop was asked for that stops nothing: its kind lets this purpose through, or always names one."""


class AlreadyLifted(Exception):
    """The stop that came by this request was lifted; a request stops a use once, another stop needs another request."""


class NoticeMissing(Exception):
    """A restriction cannot be lifted before the person was told that it will be (Art. 18(3))."""


def allows(subject: Subject, purpose: Purpose) -> bool:
    """Whether we may use this person's data for the purpose now; one query, by index, never remembered.

    Ask before anything we do on our own account. What a person does in their own session is their consent.
    """
    return not stopped_digests(subject.digests(), purpose)


def allowed(subjects: Iterable[Subject], purpose: Purpose) -> list[Subject]:
    """Those of many people whose data may be used for the purpose, in the given order; one query for all."""
    people = list(subjects)
    stopped = stopped_digests((digest for person in people for digest in person.digests()), purpose)
    return [person for person in people if not stopped & person.digests()]


def stopped_digests(digests: Iterable[str], purpose: Purpose) -> frozenset[str]:
    """Those of many keyed digests under which the purpose is stopped, for whoever sends to or counts many."""
    return frozenset(stopping(purpose).filter(digest__in=set(digests)).values_list("digest", flat=True))


def stopping(purpose: Purpose) -> QuerySet[StoppedDigest]:
    """Every keyed digest under which the purpose is stopped, for a statement that counts people in the database."""
    kinds = [kind for kind, passing in LETS_THROUGH.items() if purpose not in passing]
    in_force = Q(stop__kind__in=kinds, stop__purpose__in=("", purpose), stop__lifted_at__isnull=True)
    return StoppedDigest.objects.filter(in_force)


def stops_of(subject: Subject) -> list[ProcessingStop]:
    """The stops in force for this person, newest first."""
    return stops_under(subject.digests())


def stops_under(digests: Iterable[str]) -> list[ProcessingStop]:
    """The stops in force under any of these keyed digests, newest first."""
    named = StoppedDigest.objects.filter(digest__in=every_form(digests))
    return list(ProcessingStop.objects.filter(lifted_at__isnull=True, pk__in=named.values("stop_id")))


@transaction.atomic
def impose(
    *,
    actor: Actor,
    subject_digest: str,
    digests: Iterable[str],
    ground: StopGround,
    purpose: Purpose | None = None,
    request_id: UUID | None = None,
) -> ProcessingStop:
    """Stop the use of a person's data at once: for all purposes, or for one (Art. 18(1), 21; promises P5.4, P9.1).

    Digests are all it takes: `Subject.digest` and `Subject.digests()`, of the widest subject known. Idempotent: while
    the same stop is in force it is returned, with digests it lacked added. Leaves an audit entry when something
    changed, and an entry in the ledger, so that no restored backup undoes it. Raises NotStoppable when such a stop
    would stop nothing, and AlreadyLifted when it came by this request before and was lifted.
    """
    kind = KIND_OF_GROUND[ground]
    _check_purpose(kind, ground, purpose)
    key = {"ground": ground, "purpose": purpose or "", "request_id": request_id}
    named = {subject_digest, *digests}
    theirs = [digest for digest in named if renewed(digest) == renewed(subject_digest)]
    same = ProcessingStop.objects.filter(**key, subject_digest__in=theirs)
    if request_id and same.filter(lifted_at__isnull=False).exists():
        raise AlreadyLifted
    fresh = {"kind": kind, "since": clock.now()}
    stop, created = same.filter(lifted_at=None).first(), False
    if stop is None:
        stop, created = ProcessingStop.objects.get_or_create(
            **key, subject_digest=renewed(subject_digest), lifted_at=None, defaults=fresh
        )
    learned = _name(stop, named)
    if created:
        _note(LEDGER_KINDS[kind], stop)
    if created or learned:
        _record("stop.imposed" if created else "stop.extended", actor, stop)
    return stop


@transaction.atomic
def extend(*, actor: Actor, subject: Subject) -> int:
    """Let the stops in force know a person by the identifiers they have by now; returns how many stops learned one.

    To be called wherever a person gains a verified identifier: a stop held against the old address would otherwise be
    shaken off by changing it. Idempotent; an audit entry for each stop that changed.
    """
    changed = [stop for stop in stops_of(subject) if _name(stop, subject.digests())]
    for stop in changed:
        _record("stop.extended", actor, stop)
    return len(changed)


@transaction.atomic
def give_notice(*, actor: Actor, stops: Iterable[ProcessingStop]) -> int:
    """Write down that the person was told that these restrictions will be lifted (Art. 18(3)); returns how many anew.

    Call it in the transaction that queues the message. Idempotent: the first notice counts. Audit entry each. Raises
    ValueError for a stop that is no restriction: the others need no notice.
    """
    waiting = [stop for stop in _locked(stops) if stop.notice_at is None]
    if any(stop.kind != StopKind.RESTRICTION for stop in waiting):
        raise ValueError("notice is given of the lifting of restrictions only")
    for stop in waiting:
        stop.notice_at = clock.now()
        stop.save(update_fields=["notice_at"])
        _record("stop.lifting_announced", actor, stop)
    return len(waiting)


@transaction.atomic
def lift(*, actor: Actor, stops: Iterable[ProcessingStop]) -> int:
    """End these stops; returns how many were still in force. Idempotent, with an audit entry for each that ended.

    Raises NoticeMissing for a restriction of which the person was not told before (Art. 18(3); the database refuses it
    too), and PermissionDenied for an objection to advertising that someone else than the person wants to end. Nothing
    is lifted then.
    """
    held = list(_locked(stops))
    if any(stop.kind == StopKind.RESTRICTION and stop.notice_at is None for stop in held):
        raise NoticeMissing
    if actor.kind != "subject" and any(stop.ground in ONLY_THE_PERSON_LIFTS for stop in held):
        raise PermissionDenied
    for stop in held:
        stop.lifted_at = clock.now()
        stop.save(update_fields=["lifted_at"])
        _note(LedgerKind.STOP_LIFTED, stop)
        _record("stop.lifted", actor, stop)
    return len(held)


def stops_of_request(request_id: UUID) -> list[ProcessingStop]:
    """The stops in force that came by this request, newest first: what its decision gives notice of and lifts."""
    return list(ProcessingStop.objects.filter(request_id=request_id, lifted_at__isnull=True))


def _check_purpose(kind: StopKind, ground: StopGround, purpose: Purpose | None) -> None:
    if purpose is not None and purpose in LETS_THROUGH[kind]:
        raise NotStoppable(f"a stop of the kind {kind} lets {purpose} through: {LETS_THROUGH[kind][purpose]}")
    if kind is StopKind.MINOR and purpose is not None:
        raise NotStoppable("a person under 18 is protected from every use")
    if kind is StopKind.OBJECTION and purpose is None:
        raise NotStoppable("an objection names the use that it is about")
    if ground is StopGround.MARKETING and purpose is not Purpose.PROMOTIONAL_MESSAGES:
        raise NotStoppable("an objection to advertising is about promotional messages")


def _locked(stops: Iterable[ProcessingStop]) -> QuerySet[ProcessingStop]:
    keys = [stop.pk for stop in stops]
    return ProcessingStop.objects.select_for_update().filter(pk__in=keys, lifted_at__isnull=True).order_by("pk")


def _name(stop: ProcessingStop, digests: Iterable[str]) -> int:
    """Add the digests that the stop does not know yet; returns how many."""
    missing = renewed_all(digests) - renewed_all(stop.digests.values_list("digest", flat=True))
    rows = [StoppedDigest(stop=stop, digest=digest) for digest in sorted(missing)]
    StoppedDigest.objects.bulk_create(rows, ignore_conflicts=True)
    return len(missing)


def _note(kind: LedgerKind, stop: ProcessingStop) -> None:
    words = [stop.ground, stop.purpose or EVERY] + ([] if stop.request_id else [ALONE])
    digests = stop.digests.values_list("digest", flat=True)
    ledger.note(kind=kind, request_id=stop.request_id or uuid4(), digests=list(digests), scope=":".join(words))


def _record(event: str, actor: Actor, stop: ProcessingStop) -> None:
    data = {"ground": stop.ground, "purpose": stop.purpose or "every"}
    audit.record(event=event, actor=actor, subject_digest=stop.subject_digest, about=stop, data=data)
