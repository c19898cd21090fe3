"""Rows of legal holds, disclosures and breaches, for the behaviour set and wherever a test needs one."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from privacy.case_words import EntryKind, HoldReason, HoldScope, NoticeState, RecipientKind
from privacy.data_map.subject import Subject
from privacy.models import (
    Breach,
    BreachPerson,
    CaseEntry,
    DisclosedDigest,
    DisclosedPerson,
    Disclosure,
    HeldDigest,
    LegalHold,
)
from tests.factories import make_staff


def make_hold(user: User) -> LegalHold:
    """A hold on everything of a person, of which they may know."""
    digest = Subject(user_id=user.pk).digest
    later = timezone.localdate() + timedelta(days=90)
    given = {"reason": HoldReason.CLAIM_AGAINST_US, "text": "A claim.", "review_on": later}
    hold = LegalHold.objects.create(scope=HoldScope.PERSON, subject_digest=digest, **given)
    HeldDigest.objects.create(hold=hold, digest=digest, shown_to=digest)
    return hold


def make_disclosure(user: User, canary: str = "Assurance Bleue") -> DisclosedPerson:
    """A person whose data went to an insurer, and who was told."""
    now, digest = timezone.now(), Subject(user_id=user.pk).digest
    given = {"slugs": [canary], "to_kind": RecipientKind.INSURER, "country": "FR", "happened_at": now}
    words = dict.fromkeys(("to_name", "safeguard", "power", "reference", "why", "withheld_reason"), canary)
    staff = make_staff()
    when = {"withheld_until": now.date(), "confirmed_at": now, "second_by": staff, "told_at": now}
    disclosure = Disclosure.objects.create(**given, **words, **when)
    person = DisclosedPerson.objects.create(
        disclosure=disclosure, digest=digest, language=canary, state=NoticeState.TOLD, told_at=now
    )
    DisclosedDigest.objects.create(person=person, digest=digest, shown_to=digest)
    return person


def make_breach(user: User, canary: str = "A key was lost.") -> BreachPerson:
    """Somebody whose data a breach was about, who has not been told yet."""
    digest = Subject(user_id=user.pk).digest
    words = dict.fromkeys(("title", "nature_text"), canary)
    letter = dict.fromkeys(("what", "consequences", "measures"), canary)
    breach = Breach.objects.create(
        discovered_at=timezone.now(), natures=["confidentiality"], slugs=[canary], texts={"en": letter}, **words
    )
    address = f"{canary}@example.org" if " " not in canary else ""
    given = {"digest": digest, "user_id": user.pk, "email": address.lower(), "slugs": [canary]}
    return BreachPerson.objects.create(breach=breach, **given)


def _hold(user: User, _canary: str) -> list[Model]:
    return [make_hold(user)]


def _held_digest(user: User, _canary: str) -> list[Model]:
    return [make_hold(user).digests.get()]


def _entry(user: User, _canary: str) -> list[Model]:
    return [CaseEntry.objects.create(hold=make_hold(user), kind=EntryKind.OPENED)]


FACTORIES: dict[str, Callable[[User, str], list[Model]]] = {
    "privacy.legalhold": _hold,
    "privacy.helddigest": _held_digest,
    "privacy.caseentry": _entry,
    "privacy.breach": lambda user, canary: [make_breach(user, canary).breach],
    "privacy.breachperson": lambda user, canary: [make_breach(user, canary)],
    "privacy.disclosure": lambda user, canary: [make_disclosure(user, canary).disclosure],
    "privacy.disclosedperson": lambda user, canary: [make_disclosure(user, canary)],
    "privacy.discloseddigest": lambda user, canary: [make_disclosure(user, canary).digests.get()],
}
