"""Legal holds: opened by one, looked at again and ended by another; what is held stays so long (Art. 17(3) GDPR)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy import case_entries, clock, groups, ledger
from privacy.actors import Actor
from privacy.case_errors import AlreadyDone, CaseError, DayPassed, NobodyKnown, SecondPersonNeeded
from privacy.case_words import EntryKind, HoldReason, HoldScope
from privacy.data_map.held import held, in_force, wait_for_others, with_what_they_hang_on
from privacy.data_map.subject import Subject, on_record
from privacy.digests import renewed_all
from privacy.mail.language import in_our_language
from privacy.mail.queue import Outcome, queue
from privacy.models import HeldDigest, LegalHold
from privacy.retention.keepers import Keeper, register_keeper
from privacy.staff import address_of, staff_with
from privacy.vocabulary import KeptBackBy, LedgerKind, Purpose

__all__ = [
    "Whom",
    "Why",
    "end",
    "extend",
    "held",
    "keep_on_record",
    "let_tell",
    "open_hold",
    "refresh_groups",
    "remind",
    "review",
]

CHANGE = "privacy.change_legalhold"
REVIEW = UUID("6d1b8f6a-3f3e-4f0c-9c0e-0f6f5a1c2d01")
NAMED_AT_ONCE = 1000
# In the scope of a ledger entry: whether the person may know, and that no group is held.
SECRET, OPEN, NO_GROUP = "secret", "open", "-"


@dataclass(frozen=True)
class Whom:
    """Whose data is held: one person, a group ("kind:key"), or, with neither, everybody."""

    subject: Subject | None = None
    group: str = ""

    @property
    def scope(self) -> HoldScope:
        """In a word."""
        return HoldScope.PERSON if self.subject else HoldScope.GROUP if self.group else HoldScope.EVERYBODY


@dataclass(frozen=True)
class Why:
    """Why it is held: a reason of the closed list, the case in words, what it is cited by, and whether it is secret."""

    reason: HoldReason
    text: str
    power: str = ""
    telling_forbidden: bool = False


@transaction.atomic
def open_hold(
    *, actor: Actor, whom: Whom, slugs: Collection[str], why: Why, reviewer_id: UUID, review_on: date
) -> LegalHold:
    """Hold data: an erasure that has not begun leaves it, and asks again where it was approved (promise P4.1).

    Waits for an erasure that begins at this moment; enters the ledger, so that no restored backup undoes it. `slugs`
    are the holdings, none for everything; those on which they hang stay with them. Raises SecondPersonNeeded,
    DayPassed, NobodyKnown, and CaseError where everybody's everything would be held or what forbids to tell is not
    cited.
    """
    if reviewer_id == actor.user_id:
        raise SecondPersonNeeded
    _check(whom, slugs, why, review_on)
    wait_for_others(opening=True)
    hold = LegalHold.objects.create(
        scope=whom.scope,
        subject_digest=whom.subject.digest if whom.subject else "",
        group=whom.group,
        slugs=with_what_they_hang_on(slugs),
        reason=why.reason,
        text=why.text.strip(),
        power=why.power.strip(),
        telling_forbidden=why.telling_forbidden,
        opened_by_id=actor.user_id,
        reviewer_id=reviewer_id,
        review_on=review_on,
    )
    _name(hold, _digests(whom))
    hold.refresh_from_db(fields=["opened_at"])
    _note(hold)
    case_entries.write(hold, EntryKind.OPENED, actor=actor, text=why.text, data=_said(hold))
    return hold


@transaction.atomic
def review(*, actor: Actor, hold_id: int, next_on: date, text: str) -> LegalHold:
    """Write down that the hold is still needed, why, and when it is looked at again.

    Raises AlreadyDone for one that has ended, SecondPersonNeeded for whoever opened it, DayPassed.
    """
    hold = _locked(hold_id, actor)
    if next_on <= timezone.localdate():
        raise DayPassed
    hold.review_on = next_on
    hold.save(update_fields=["review_on"])
    case_entries.write(hold, EntryKind.REVIEWED, actor=actor, text=text, data=_said(hold))
    return hold


@transaction.atomic
def let_tell(*, actor: Actor, hold_id: int, text: str) -> LegalHold:
    """Write down that the person may know from now on: it is shown to them as any other hold.

    Raises AlreadyDone where it was not forbidden, or the hold has ended.
    """
    hold = _locked(hold_id, actor)
    if not hold.telling_forbidden:
        raise AlreadyDone
    hold.telling_forbidden = False
    hold.save(update_fields=["telling_forbidden"])
    hold.digests.update(shown_to=F("digest"))
    _note(hold)
    case_entries.write(hold, EntryKind.TELLING_ALLOWED, actor=actor, text=text, data=_said(hold))
    return hold


@transaction.atomic
def end(*, actor: Actor, hold_id: int, text: str) -> LegalHold:
    """End a hold: what an erasure left for it goes by itself from now on, and retention runs again.

    Raises AlreadyDone for one that has ended, SecondPersonNeeded for whoever opened it.
    """
    hold = _locked(hold_id, actor)
    hold.ended_at, hold.ended_by_id = clock.now(), actor.user_id
    hold.save(update_fields=["ended_at", "ended_by_id"])
    ledger.note(kind=LedgerKind.HOLD_ENDED, request_id=hold.ref, digests=_named_in(hold))
    case_entries.write(hold, EntryKind.ENDED, actor=actor, text=text)
    return hold


@transaction.atomic
def extend(*, subject: Subject) -> int:
    """Let the holds in force know a person by the identifiers they have by now; how many holds learned one.

    To be called wherever a person gains a verified identifier, as `privacy.restriction.extend`. Idempotent.
    """
    named = HeldDigest.objects.filter(digest__in=subject.digests(), hold__ended_at__isnull=True)
    return sum(bool(_name(hold, subject.digests())) for hold in in_force().filter(pk__in=named.values("hold_id")))


def refresh_groups() -> int:
    """Let holds on a group know whoever joined it since; how many digests came. Idempotent."""
    return sum(_name(hold, _digests(Whom(group=hold.group))) for hold in in_force().filter(scope=HoldScope.GROUP))


@transaction.atomic
def keep_on_record() -> int:
    """Enter the holds in force that the ledger does not know: those from before it knew of holds. Idempotent."""
    known = ledger.entries_of(LedgerKind.HOLD)
    unknown = [hold for hold in in_force() if hold.ref not in known]
    for hold in unknown:
        _note(hold)
    return len(unknown)


def name_again(hold: LegalHold, digests: Iterable[str]) -> None:
    """Let a hold that came back from the ledger know its people, or its group; in the caller's transaction."""
    _name(hold, [*digests, *_digests(Whom(group=hold.group))])


def due() -> QuerySet[LegalHold]:
    """The holds in force whose day to be looked at has come."""
    return in_force().filter(review_on__lte=timezone.localdate())


@transaction.atomic
def remind() -> int:
    """Write to whoever is to look at a hold again, once for each day that was set; how many letters."""
    return sum(_remind(hold) for hold in due())


@in_our_language
def _remind(hold: LegalHold) -> int:
    """To everybody who may end it where whoever was to look at it is not on our staff any more."""
    page = f"{settings.SITE_URL}/admin/privacy/legalhold/{hold.pk}/change/"
    named = f"{hold.pk}:{hold.review_on.isoformat()}"
    reviewer = address_of(hold.reviewer_id)
    others = {} if reviewer else {f"{named}:{pk}": address for pk, address in staff_with(CHANGE).items()}
    return sum(
        queue(
            to=address,
            template="privacy/hold_review",
            context={"number": hold.pk, "page": page},
            about=uuid5(REVIEW, name),
            purpose=Purpose.LEGAL_DUTIES,
        )
        is Outcome.ACCEPTED
        for name, address in (others or ({named: reviewer} if reviewer else {})).items()
    )


def _check(whom: Whom, slugs: Collection[str], why: Why, review_on: date) -> None:
    if review_on <= timezone.localdate():
        raise DayPassed
    if whom.scope is HoldScope.EVERYBODY and not slugs:
        raise CaseError(_("Say what stays: not everything of everybody can be held."))
    if why.telling_forbidden and not why.power.strip():
        raise CaseError(_("Cite the law or the order that forbids to tell the person."))
    if whom.subject is not None and not on_record(whom.subject):
        raise NobodyKnown


def _locked(hold_id: int, actor: Actor) -> LegalHold:
    """The hold in force, locked, for somebody who did not open it."""
    hold = LegalHold.objects.select_for_update(of=("self",)).filter(pk=hold_id, ended_at__isnull=True).first()
    if hold is None:
        raise AlreadyDone
    if hold.opened_by_id == actor.user_id:
        raise SecondPersonNeeded
    return hold


def _digests(whom: Whom) -> Iterable[str]:
    if whom.subject is not None:
        return whom.subject.digests()
    return (digest for one in groups.everybody(whom.group) for digest in one.subject.digests()) if whom.group else ()


def _name(hold: LegalHold, digests: Iterable[str]) -> int:
    """Add the digests that the hold does not know yet; how many."""
    known = renewed_all(hold.digests.values_list("digest", flat=True))
    missing: Sequence[str] = sorted(renewed_all(digests) - known)
    HeldDigest.objects.bulk_create(
        [HeldDigest(hold=hold, digest=one, shown_to=None if hold.telling_forbidden else one) for one in missing],
        ignore_conflicts=True,
        batch_size=NAMED_AT_ONCE,
    )
    return len(missing)


def _named_in(hold: LegalHold) -> list[str]:
    """Whom the ledger's line names: one person. Who belongs to a group is asked again when it is needed."""
    return list(hold.digests.values_list("digest", flat=True)) if hold.scope == HoldScope.PERSON else []


def _note(hold: LegalHold) -> None:
    """Enter in the ledger that it is in force and what it holds, in closed words: what it is about stays here."""
    told = SECRET if hold.telling_forbidden else OPEN
    words = [hold.opened_at.isoformat(), hold.scope, hold.reason, told, hold.group or NO_GROUP, *hold.slugs]
    ledger.note(kind=LedgerKind.HOLD, request_id=hold.ref, digests=_named_in(hold), scope=" ".join(words))


def _said(hold: LegalHold) -> dict[str, object]:
    return {
        "slugs": hold.slugs,
        "reason": hold.reason,
        "power": hold.power,
        "telling_forbidden": hold.telling_forbidden,
        "review_on": hold.review_on.isoformat(),
    }


def _on(slug: str) -> QuerySet[LegalHold]:
    """The holds in force on a holding, or on anything of somebody."""
    return in_force().filter(Q(slugs=[]) | Q(slugs__contains=[slug]))


register_keeper(Keeper(KeptBackBy.LEGAL_HOLD, _on, held))
