"""Breaches of personal data: described in phases, the authority notified within 72 hours, people told (Art. 33, 34)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from privacy import case_entries, clock, groups
from privacy.actors import SYSTEM, Actor
from privacy.case_errors import AlreadyDone, CaseError, SecondPersonNeeded
from privacy.case_words import EntryKind, Risk
from privacy.data_map.people import counted, key_of
from privacy.jobs import engine
from privacy.mail.language import in_our_language
from privacy.mail.queue import Outcome, queue
from privacy.models import Breach
from privacy.models.breaches import NOTICE_WITHIN
from privacy.staff import staff_with
from privacy.vocabulary import Purpose

LETTERS = "breach_letters"
CHANGE = "privacy.change_breach"
# The officers are written to when a breach is opened, with so many hours left, and when the time is over.
ALARM_HOURS = (0, 6, 24, 72)
Texts = Mapping[str, Mapping[str, str]]

NOT_YET = _("This moment is still to come.")
LATE = _("The 72 hours were over by then: say why it was not done earlier.")
NOT_ANSWERED = _(
    "It cannot be closed yet: decide on the risk; notify the authority where there is one; and where it is high, tell"
    " the people or say why not."
)
NO_LETTER = _("Write the letter in English at least.")


@dataclass(frozen=True)
class Known:
    """What is known of a breach so far; `group` is "kind:key" of privacy.groups where it is about a group alone."""

    nature_text: str
    natures: Collection[str]
    slugs: Collection[str]
    group: str = ""
    consequences: str = ""
    measures: str = ""
    happened_from: datetime | None = None
    happened_until: datetime | None = None

    def columns(self) -> dict[str, Any]:
        """As they are stored, with the people and records that the data map counts now."""
        found = counted(self.slugs, only=keys_of(self.group))
        by_slug = {slug: {"people": people, "records": records} for slug, (people, records) in found.by_holding.items()}
        return {
            "nature_text": self.nature_text.strip(),
            "natures": sorted(self.natures),
            "slugs": sorted(self.slugs),
            "group": self.group,
            "consequences": self.consequences.strip(),
            "measures": self.measures.strip(),
            "happened_from": self.happened_from,
            "happened_until": self.happened_until,
            "counts": by_slug,
            "people_count": found.people,
            "records_count": found.records,
            "counted_at": clock.now(),
        }


@transaction.atomic
def open_breach(*, actor: Actor, title: str, discovered_at: datetime, known: Known) -> Breach:
    """Put a breach into the register; the clock runs from the moment we became aware, and the officers are written to.

    Raises CaseError for a moment that is still to come.
    """
    if discovered_at > clock.now():
        raise CaseError(NOT_YET)
    made = Breach.objects.create(title=title.strip(), discovered_at=discovered_at, **known.columns())
    case_entries.write(made, EntryKind.OPENED, actor=actor, text=known.nature_text, data=_said(made))
    alarm(made)
    return made


@transaction.atomic
def describe(*, actor: Actor, breach_id: int, known: Known) -> Breach:
    """Write down what is known by now, counted anew; what was said before stays in the entries. Raises AlreadyDone."""
    found = _locked(breach_id)
    columns = known.columns()
    _save(found, **columns)
    words = "\n\n".join(filter(None, (found.nature_text, found.consequences, found.measures)))
    case_entries.write(found, EntryKind.DESCRIBED, actor=actor, text=words, data=_said(found))
    return found


@transaction.atomic
def decide_risk(*, actor: Actor, breach_id: int, risk: Risk, reason: str) -> Breach:
    """Decide what the breach may mean for people, and why (Art. 33(1), 34(1)). Raises AlreadyDone, CaseError."""
    found = _locked(breach_id)
    if not reason.strip():
        raise CaseError(_("Say why."))
    _save(found, risk=risk, risk_reason=reason.strip())
    case_entries.write(found, EntryKind.RISK, actor=actor, text=reason, data={"risk": Risk(risk).value})
    return found


@transaction.atomic
def notify(*, actor: Actor, breach_id: int, at: datetime, number: str, delay_reason: str, text: str) -> Breach:
    """Write down that the authority was notified; further words follow in phases (Art. 33(4)).

    Raises AlreadyDone, and CaseError for a moment to come and for a late notice without its reason (Art. 33(1)).
    """
    found = _locked(breach_id)
    if found.notified_at is not None:
        raise AlreadyDone
    if at > clock.now():
        raise CaseError(NOT_YET)
    if at > due_at(found) and not delay_reason.strip():
        raise CaseError(LATE)
    _save(found, notified_at=at, notified_number=number.strip(), delay_reason=delay_reason.strip())
    data = {"at": at.isoformat(), "number": number.strip(), **_said(found)}
    case_entries.write(found, EntryKind.NOTIFIED, actor=actor, text=text or delay_reason, data=data)
    return found


@transaction.atomic
def add_phase(*, actor: Actor, breach_id: int, text: str, number: str = "") -> Breach:
    """Write down what the authority was told later (Art. 33(4)). Raises AlreadyDone before it was notified at all."""
    found = _locked(breach_id)
    if found.notified_at is None:
        raise AlreadyDone
    if number.strip():
        _save(found, notified_number=number.strip())
    case_entries.write(found, EntryKind.PHASE, actor=actor, text=text, data=_said(found))
    return found


@transaction.atomic
def note(*, actor: Actor, breach_id: int, text: str) -> Breach:
    """Add a sentence to the register. Raises AlreadyDone for a closed case."""
    found = _locked(breach_id)
    case_entries.write(found, EntryKind.NOTED, actor=actor, text=text)
    return found


@transaction.atomic
def write_letter(*, actor: Actor, breach_id: int, texts: Texts) -> Breach:
    """Write the letter to those concerned, or write it anew before it is released. Raises AlreadyDone, CaseError."""
    found = _unreleased(breach_id)
    if settings.LANGUAGE_CODE not in texts:
        raise CaseError(NO_LETTER)
    kept = {language: dict(words) for language, words in texts.items()}
    _save(found, texts=kept, letter_by_id=actor.user_id)
    case_entries.write(found, EntryKind.DRAFTED, actor=actor, data=kept)
    return found


@transaction.atomic
def release(*, actor: Actor, breach_id: int, people: int) -> Breach:
    """Have the letter sent to everybody concerned, by somebody else than who wrote it and who knows to how many.

    Whoever comes into the holdings before the job has named them gets it too. Raises AlreadyDone, SecondPersonNeeded,
    and CaseError where there is no letter or the number is another by now.
    """
    found = _unreleased(breach_id)
    if not found.texts:
        raise CaseError(NO_LETTER)
    if found.letter_by_id == actor.user_id:
        raise SecondPersonNeeded
    now = counted(found.slugs, only=keys_of(found.group)).people
    if people != now:
        said = _("It goes to %(count)d people by now. Type that number if it is right.") % {"count": now}
        raise CaseError(said)
    _save(found, released_by_id=actor.user_id, released_at=clock.now())
    engine.enqueue(kind=LETTERS, about=job_about(found.pk))
    case_entries.write(found, EntryKind.RELEASED, actor=actor, data={"people": people})
    return found


@transaction.atomic
def do_not_tell(*, actor: Actor, breach_id: int, reason: str) -> Breach:
    """Write down why those concerned are not written to (Art. 34(3)). Raises AlreadyDone once a letter is released."""
    found = _unreleased(breach_id)
    _save(found, not_told_reason=reason.strip())
    case_entries.write(found, EntryKind.NOT_TOLD, actor=actor, text=reason)
    return found


@transaction.atomic
def told(breach_id: int) -> None:
    """Write down that the letter has gone to everybody, in the job's transaction. Idempotent."""
    found = Breach.objects.select_for_update(of=("self",)).get(pk=breach_id)
    if found.told_at is None:
        _save(found, told_at=clock.now())
        case_entries.write(found, EntryKind.TOLD, actor=SYSTEM, data={"people": found.people.count()})


@transaction.atomic
def close(*, actor: Actor, breach_id: int, text: str) -> Breach:
    """Close a case once the law's questions are answered; it stays in the register. Raises AlreadyDone, CaseError."""
    found = _locked(breach_id)
    if not is_answered(found):
        raise CaseError(NOT_ANSWERED)
    _save(found, closed_at=clock.now())
    case_entries.write(found, EntryKind.CLOSED, actor=actor, text=text)
    return found


def is_answered(found: Breach) -> bool:
    """Whether risk, notice and letter are settled as the law asks."""
    notified = found.risk == Risk.NONE or found.notified_at is not None
    told_or_not = found.risk != Risk.HIGH or found.told_at is not None or bool(found.not_told_reason)
    return bool(found.risk) and notified and told_or_not


def due_at(found: Breach) -> datetime:
    """By when the authority is notified."""
    return found.discovered_at + NOTICE_WITHIN


def hours_left(found: Breach) -> float:
    """How many hours until then; below zero when it is over."""
    return (due_at(found) - clock.now()) / timedelta(hours=1)


def ticking() -> QuerySet[Breach]:
    """The cases of which the authority may still have to be notified."""
    waiting = Breach.objects.filter(closed_at__isnull=True, notified_at__isnull=True)
    return waiting.exclude(risk=Risk.NONE).order_by("discovered_at")


@transaction.atomic
def alarm_all() -> int:
    """Write to the officers of each case whose clock has passed a mark; how many letters. Idempotent."""
    return sum(alarm(found) for found in ticking())


def alarm(found: Breach) -> int:
    """Write to each officer once for each mark of the clock, in the caller's transaction; how many letters."""
    left = hours_left(found)
    stage = next((hours for hours in ALARM_HOURS if left <= hours), ALARM_HOURS[-1])
    return sum(_write(found, stage, pk, email) is Outcome.ACCEPTED for pk, email in staff_with(CHANGE).items())


@in_our_language
def _write(found: Breach, stage: int, officer_id: UUID, address: str) -> Outcome:
    return queue(
        to=address,
        template="privacy/breach_clock",
        context={
            "number": found.pk,
            "hours": max(0, int(hours_left(found))),
            "late": stage == 0,
            "page": f"{settings.SITE_URL}/admin/privacy/breach/{found.pk}/change/",
        },
        about=uuid5(job_about(found.pk), f"{stage}:{officer_id}"),
        purpose=Purpose.LEGAL_DUTIES,
    )


def keys_of(group: str) -> Sequence[str] | None:
    """The keys of everybody of a group, as privacy.data_map.people knows them; None for no group."""
    if not group:
        return None
    return [key_of(one.subject.user_id, one.email) for one in groups.everybody(group)]


def job_about(breach_id: int) -> UUID:
    """What the job of a breach is about."""
    return UUID(int=breach_id)


def _locked(breach_id: int) -> Breach:
    """The open case, locked."""
    found = Breach.objects.select_for_update(of=("self",)).filter(pk=breach_id, closed_at__isnull=True).first()
    if found is None:
        raise AlreadyDone
    return found


def _unreleased(breach_id: int) -> Breach:
    found = _locked(breach_id)
    if found.released_at is not None:
        raise AlreadyDone
    return found


def _save(found: Breach, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(found, name, value)
    found.save(update_fields=list(columns))


def _said(found: Breach) -> dict[str, Any]:
    names = ("natures", "slugs", "group", "counts", "people_count", "records_count")
    return {name: getattr(found, name) for name in names}
