"""Disclosures: recorded by one, confirmed by another, told to the people at once or when the law allows (P8.2)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy import case_entries, clock
from privacy.actors import SYSTEM, Actor
from privacy.case_errors import AlreadyDone, CaseError, DayPassed, NobodyKnown, SecondPersonNeeded
from privacy.case_words import DEMANDS, EntryKind, RecipientKind
from privacy.data_map.subject import Subject, on_record
from privacy.disclosed_people import name_people
from privacy.jobs import engine
from privacy.models import Disclosure
from privacy.policy.transfers import ADEQUATE, REGULATION

NAMING, NOTICE = "disclosure_people", "disclosure_notice"
NO_POWER = _("Cite the law and the number of the demand: without them it is not put on record as a demand of the law.")
NO_SAFEGUARD = _("Say what protects the data in this country, such as the standard contractual clauses.")
NO_REASON = _("Name the law that forbids to tell the people, and the day from which it no longer does.")


@dataclass(frozen=True)
class Secrecy:
    """Until which day the people must not be told, and which law says so."""

    until: date
    reason: str


@dataclass(frozen=True)
class What:
    """What was disclosed, to whom, when, by which power, and why in words that the people read."""

    slugs: Collection[str]
    to_name: str
    to_kind: RecipientKind
    country: str
    happened_at: datetime
    why: str
    power: str = ""
    reference: str = ""
    safeguard: str = ""


@dataclass(frozen=True)
class Of:
    """Whose data it was: people one by one, or a group ("kind:key")."""

    people: tuple[Subject, ...] = ()
    group: str = ""


@transaction.atomic
def record(*, actor: Actor, what: What, of: Of, secrecy: Secrecy | None = None) -> Disclosure:
    """Put a disclosure on record; nobody is told of it before a second person has confirmed it.

    Raises NobodyKnown where nothing is held of one of the people, DayPassed, and CaseError where the law's conditions
    are not met: a demand without its power, a country without a safeguard, secrecy without a law.
    """
    _check(what, of, secrecy)
    made = Disclosure.objects.create(
        slugs=sorted(what.slugs),
        group=of.group,
        to_name=what.to_name.strip(),
        to_kind=what.to_kind,
        country=what.country,
        safeguard=what.safeguard.strip(),
        happened_at=what.happened_at,
        power=what.power.strip(),
        reference=what.reference.strip(),
        why=what.why.strip(),
        withheld_until=secrecy.until if secrecy else None,
        withheld_reason=secrecy.reason.strip() if secrecy else "",
        withheld_by_id=actor.user_id if secrecy else None,
        decided_by_id=actor.user_id,
        named_at=None if of.group else clock.now(),
    )
    name_people(made, ((one, "") for one in of.people))
    case_entries.write(made, EntryKind.RECORDED, actor=actor, text=what.why, data=_said(made))
    return made


@transaction.atomic
def confirm(*, actor: Actor, disclosure_id: int, text: str = "") -> Disclosure:
    """Confirm what a colleague recorded: it stands from now on, and the people are told unless a law forbids it.

    Raises AlreadyDone, and SecondPersonNeeded for whoever recorded it.
    """
    found = _open(disclosure_id)
    if found.decided_by_id == actor.user_id:
        raise SecondPersonNeeded
    found.confirmed_at, found.second_by_id = clock.now(), actor.user_id
    found.save(update_fields=["confirmed_at", "second_by"])
    case_entries.write(found, EntryKind.CONFIRMED, actor=actor, text=text)
    if found.named_at is None:
        engine.enqueue(kind=NAMING, about=job_about(found.pk))
    else:
        tell_if_due(found)
    return found


@transaction.atomic
def withdraw(*, actor: Actor, disclosure_id: int, text: str) -> Disclosure:
    """Take back a record that nobody has confirmed: it did not happen, or not like this. Raises AlreadyDone."""
    found = _open(disclosure_id)
    found.withdrawn_at = clock.now()
    found.save(update_fields=["withdrawn_at"])
    found.people.update(sealed=None)
    case_entries.write(found, EntryKind.WITHDRAWN, actor=actor, text=text)
    return found


@transaction.atomic
def extend_secrecy(*, actor: Actor, disclosure_id: int, secrecy: Secrecy) -> Disclosure:
    """Keep it from the people until a later day, because a law still says so.

    Raises AlreadyDone where they know, SecondPersonNeeded for whoever set the day before, DayPassed, CaseError.
    """
    found = _secret(disclosure_id, actor)
    if secrecy.until <= timezone.localdate():
        raise DayPassed
    if not secrecy.reason.strip():
        raise CaseError(NO_REASON)
    found.withheld_until, found.withheld_reason, found.withheld_by_id = (
        secrecy.until,
        secrecy.reason.strip(),
        actor.user_id,
    )
    found.save(update_fields=["withheld_until", "withheld_reason", "withheld_by"])
    case_entries.write(found, EntryKind.SECRECY_EXTENDED, actor=actor, text=secrecy.reason, data=_said(found))
    return found


@transaction.atomic
def end_secrecy(*, actor: Actor, disclosure_id: int, text: str) -> Disclosure:
    """Let the people be told from today on. Raises as `extend_secrecy`, save for days."""
    found = _secret(disclosure_id, actor)
    found.withheld_until = timezone.localdate()
    found.save(update_fields=["withheld_until"])
    case_entries.write(found, EntryKind.SECRECY_ENDED, actor=actor, text=text)
    tell_if_due(found)
    return found


def tell_due() -> int:
    """Have the people told of whatever may be told by now and is not; how many disclosures. Idempotent."""
    waiting = Disclosure.objects.filter(confirmed_at__isnull=False, named_at__isnull=False, told_at__isnull=True)
    return sum(tell_if_due(one) for one in waiting.order_by("pk"))


def tell_if_due(found: Disclosure) -> bool:
    """Have the people told unless a law still forbids it; whether they are."""
    due = found.withheld_until is None or found.withheld_until <= timezone.localdate()
    if due:
        engine.enqueue(kind=NOTICE, about=job_about(found.pk))
    return due


def unconfirmed() -> QuerySet[Disclosure]:
    """What waits for a second person."""
    return Disclosure.objects.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True)


def job_about(disclosure_id: int) -> UUID:
    """What the jobs of a disclosure are about."""
    return UUID(int=disclosure_id)


@transaction.atomic
def told(disclosure_id: int) -> None:
    """Write down that everybody was told, in the job's transaction. Idempotent."""
    found = Disclosure.objects.select_for_update().get(pk=disclosure_id)
    if found.told_at is None:
        found.told_at = clock.now()
        found.save(update_fields=["told_at"])
        case_entries.write(found, EntryKind.TOLD, actor=SYSTEM)


def _check(what: What, of: Of, secrecy: Secrecy | None) -> None:
    if what.to_kind in DEMANDS and not (what.power.strip() and what.reference.strip()):
        raise CaseError(NO_POWER)
    if what.country not in REGULATION | ADEQUATE and not what.safeguard.strip():
        raise CaseError(NO_SAFEGUARD)
    if secrecy is not None:
        if not secrecy.reason.strip() or not what.power.strip():
            raise CaseError(NO_REASON)
        if secrecy.until <= timezone.localdate():
            raise DayPassed
    if what.happened_at > clock.now():
        raise CaseError(_("Put it on record once it has happened: the day is still to come."))
    for unknown in _unknown(of.people):
        address = ", ".join(sorted(unknown.emails))
        raise NobodyKnown(_("We hold nothing of anybody by the address %(address)s.") % {"address": address})


def _unknown(people: Iterable[Subject]) -> Iterable[Subject]:
    return (one for one in people if not on_record(one))


def _open(disclosure_id: int) -> Disclosure:
    """The record, locked, that waits for its second person."""
    found = unconfirmed().select_for_update(of=("self",)).filter(pk=disclosure_id).first()
    if found is None:
        raise AlreadyDone
    return found


def _secret(disclosure_id: int, actor: Actor) -> Disclosure:
    """The disclosure, locked, of which people are not told yet, for somebody who did not say until when."""
    secret = Disclosure.objects.filter(withheld_until__isnull=False, told_at__isnull=True, withdrawn_at__isnull=True)
    found = secret.select_for_update(of=("self",)).filter(pk=disclosure_id).first()
    if found is None:
        raise AlreadyDone
    if found.withheld_by_id == actor.user_id:
        raise SecondPersonNeeded
    return found


def _said(found: Disclosure) -> dict[str, object]:
    return {
        "slugs": found.slugs,
        "to_kind": found.to_kind,
        "power": found.power,
        "reference": found.reference,
        "withheld_until": found.withheld_until.isoformat() if found.withheld_until else None,
    }
