"""Rows of legal holds, disclosures and breaches, for the behaviour set and wherever a test needs one."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from privacy.case_words import EntryKind, HoldReason, HoldScope
from privacy.data_map.subject import Subject
from privacy.models import CaseEntry, HeldDigest, LegalHold


def make_hold(user: User) -> LegalHold:
    """A hold on everything of a person, of which they may know."""
    digest = Subject(user_id=user.pk).digest
    later = timezone.localdate() + timedelta(days=90)
    given = {"reason": HoldReason.CLAIM_AGAINST_US, "text": "A claim.", "review_on": later}
    hold = LegalHold.objects.create(scope=HoldScope.PERSON, subject_digest=digest, **given)
    HeldDigest.objects.create(hold=hold, digest=digest, shown_to=digest)
    return hold


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
}
