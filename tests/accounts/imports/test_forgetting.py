"""What was staged of a file goes in time, and nobody who is enrolled already is left untold for that."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from accounts.imports import applying, errors, staging
from accounts.imports.vocabulary import ImportState
from accounts.models import Enrolment, EnrolmentImport, ImportRow
from privacy.data_map.subject import Subject
from privacy.jobs import engine
from privacy.models import Job, JobState
from tests.accounts.imports.test_applying import agreed, done, people
from tests.customer_factories import make_administrator
from tests.factories import make_enrolment
from tests.import_factories import actor_of, make_import
from tests.privacy.retention.sweeping import restrict

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P1.3")]


def test_what_was_staged_goes_with_the_word_and_at_the_latest_after_a_day() -> None:
    by = make_administrator()
    discarded, late, fresh = (make_import(people(n), by=by) for n in (1, 2, 3))
    for _twice in range(2):
        staging.discard(actor=actor_of(by), import_id=discarded.pk, customer_id=by.customer_id)
    yesterday = timezone.now() - timedelta(hours=25)
    EnrolmentImport.objects.filter(pk=late.pk).update(made_at=yesterday)
    half = done(people(4) + "Bob,nothing,\n", by, leave_refused=True)
    EnrolmentImport.objects.filter(pk=half.pk).update(made_at=yesterday)
    assert staging.forget() == 1
    assert set(ImportRow.objects.values_list("source", flat=True)) == {fresh.pk}
    late.refresh_from_db()
    assert late.state == ImportState.DISCARDED
    with pytest.raises(errors.NothingWaits):
        agreed(late, by)
    assert not staging.forget()


@pytest.mark.promise("P3.1")
def test_of_a_late_list_the_row_of_somebody_whose_data_must_stay_stays() -> None:
    found = make_import(people(1, 2), by=make_administrator())
    EnrolmentImport.objects.filter(pk=found.pk).update(made_at=timezone.now() - timedelta(hours=25))
    address = ImportRow.objects.filter(source=found).order_by("line").values_list("work_email", flat=True)[0]
    restrict(Subject(emails=frozenset({address})))
    staging.forget()
    found.refresh_from_db()
    assert found.state == ImportState.DISCARDED
    EnrolmentImport.objects.update(ended_at=timezone.now() - timedelta(days=400))
    assert not staging.forget()
    assert [row.work_email for row in found.rows.all()] == [address]


def test_a_list_that_an_error_keeps_back_for_a_day_is_discarded_and_not_imported_later() -> None:
    by = make_administrator()
    found = make_import(people(1), by=by)
    job = agreed(found, by)
    EnrolmentImport.objects.filter(pk=found.pk).update(made_at=timezone.now() - timedelta(hours=25))
    staging.forget()
    assert not engine.run(job.pk)
    assert not Enrolment.objects.exists()
    assert not ImportRow.objects.exists()


def test_a_late_list_whose_people_are_enrolled_keeps_only_that_they_are_still_to_be_told() -> None:
    by = make_administrator()
    make_enrolment("ann3@shop.example", customer=by.customer, nickname="Ann", attributes={"store": "Lyon 3"})
    found = make_import(people(1, 2, 3) + "Bob,nothing,\n", by=by)
    job = agreed(found, by, leave_refused=True)
    with transaction.atomic():
        assert applying.enrol_all(found.pk)
    EnrolmentImport.objects.filter(pk=found.pk).update(made_at=timezone.now() - timedelta(hours=25))
    assert staging.forget() == 3
    assert not staging.forget()
    kept = ImportRow.objects.values_list("line", "nickname", "work_email", "facts", "digest")
    assert sorted(kept) == [(2, "", "", {}, ""), (3, "", "", {}, "")]
    # The sweep saw the list while it was still undecided: the job of what is enrolled by now is not stopped.
    staging._discard_late(found.pk)
    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED
    with transaction.atomic():
        assert applying.tell(found.pk, 10) == 2
    assert Email.objects.count() == 2
