"""What a Customer told us goes a year after the enrolment ended, on record, unless its person restricted its use."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Enrolment
from accounts.vocabulary import ENROLMENT_DAYS
from privacy import restriction
from privacy.actors import SYSTEM
from privacy.models import AuditEntry
from privacy.vocabulary import StopGround
from tests.factories import make_enrolment, make_user
from tests.privacy.retention.sweeping import swept

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P3.1")]


def test_ended_enrolments_go_when_their_term_is_over_and_restricted_ones_stay() -> None:
    over = timezone.now() - timedelta(days=ENROLMENT_DAYS, minutes=1)
    old = [make_enrolment(f"ann{number}@shop.example", ended_at=over) for number in range(3)]
    kept = [
        make_enrolment(ended_at=over),
        make_enrolment(ended_at=over, user=make_user()),
        make_enrolment(ended_at=over + timedelta(minutes=2)),
        make_enrolment(),
    ]
    for held in kept[:2]:
        person = held.subject
        restriction.impose(
            actor=SYSTEM, subject_digest=person.digest, digests=person.digests(), ground=StopGround.ACCURACY
        )
    tally = swept("accounts-enrolment", limit=2)
    assert (tally.deleted, tally.kept, tally.left) == (3, {"restriction": 2}, 0)
    assert set(Enrolment.objects.all()) == set(kept)
    assert not swept("accounts-enrolment").deleted
    entries = AuditEntry.objects.filter(event="enrolment.forgotten")
    assert {entry.subject_digest for entry in entries} == {one.subject.digest for one in old}
