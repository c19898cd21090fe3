"""A list is imported whole or not at all: what is agreed to, done once, told to everybody, and seen through a death."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from post_office.models import Email

from accounts import services
from accounts.imports import applying, errors, judging, staging
from accounts.imports.applying import confirm
from accounts.imports.vocabulary import ImportState
from accounts.models import CustomerAdministrator, Enrolment, EnrolmentImport, ImportRow
from privacy import audit, ledger, restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.jobs import engine
from privacy.models import AuditEntry, Job
from privacy.vocabulary import LedgerKind, StopGround
from tests.customer_factories import make_administrator
from tests.factories import make_enrolment, make_user
from tests.import_factories import HEADER, actor_of, make_import

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P1.3")]


def agreed(found: EnrolmentImport, by: CustomerAdministrator, **said: Any) -> Job:
    """The administrator says yes; the job that this makes."""
    confirm(actor=actor_of(by), import_id=found.pk, customer_id=by.customer_id, **said)
    return Job.objects.get(about=found.pk)


def done(text: str, by: CustomerAdministrator, **said: Any) -> EnrolmentImport:
    """A list that is read, agreed to and worked off."""
    found = make_import(text, by=by)
    engine.run(agreed(found, by, **said).pk)
    found.refresh_from_db()
    return found


def people(*numbers: int) -> str:
    return HEADER + "".join(f"Ann,ann{number}@shop.example,Lyon {number}\n" for number in numbers)


def test_everybody_is_enrolled_and_told_once_and_nothing_of_the_list_stays() -> None:
    by = make_administrator()
    found = done(people(1, 2, 3), by)
    assert (found.state, found.new, found.told) == (ImportState.DONE, 3, 3)
    rows = Enrolment.objects.filter(customer=by.customer)
    assert rows.count() == 3
    assert not rows.filter(invited_at__isnull=True).exists()
    assert rows.get(work_email="ann2@shop.example").attributes == {"store": "Lyon 2"}
    assert sorted(str(one.to) for one in Email.objects.all()) == [f"['ann{n}@shop.example']" for n in (1, 2, 3)]
    assert not ImportRow.objects.exists()
    letter = Email.objects.first()
    assert letter is not None
    assert "this address, and your store" in letter.message
    assert "Lyon" not in letter.message


def test_each_person_and_the_import_are_on_record_without_clear_data() -> None:
    by = make_administrator()
    done(people(1, 2), by)
    entries = list(AuditEntry.objects.filter(event__startswith="enrolment."))
    digests = {Subject(emails=frozenset({f"ann{n}@shop.example"})).digest for n in (1, 2)}
    assert {entry.subject_digest for entry in entries} == digests
    assert {entry.event for entry in entries} == {"enrolment.made"}
    assert {entry.actor for entry in entries} == {str(actor_of(by))}
    whole = AuditEntry.objects.get(event="import.enrolled")
    assert whole.data == {"new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert audit.verify().ok
    assert "ann" not in str(AuditEntry.objects.values_list("data", "object_id", "actor")).replace("changed", "")


def test_a_list_is_done_once_however_often_it_is_agreed_to_and_run() -> None:
    by = make_administrator()
    found = make_import(people(1), by=by)
    job = agreed(found, by)
    with pytest.raises(errors.NothingWaits):
        agreed(found, by)
    assert engine.run(job.pk)
    assert not engine.run(job.pk)
    with pytest.raises(errors.NothingWaits):
        agreed(found, by)
    assert Enrolment.objects.count() == 1
    assert Email.objects.count() == 1


def test_people_who_are_enrolled_already_are_changed_by_what_the_file_names_and_not_told_again() -> None:
    by = make_administrator()
    kept = {"store": "Lyon 1", "shift": 2, "driver": True}
    known = make_enrolment("ann1@shop.example", customer=by.customer, nickname="Ann", attributes=kept)
    same = make_enrolment("ann2@shop.example", customer=by.customer, nickname="Ann", attributes={"store": "Lyon 2"})
    text = "e-mail;name;store;shift\nann1@shop.example;Anna;;2\nann2@shop.example;Ann;Lyon 2;\n"
    found = done(text, by)
    assert (found.new, found.changed, found.unchanged) == (0, 1, 1)
    known.refresh_from_db()
    assert (known.nickname, known.attributes) == ("Anna", {"shift": 2, "driver": True})
    same.refresh_from_db()
    assert same.attributes == {"store": "Lyon 2"}
    assert not Email.objects.exists()
    entry = AuditEntry.objects.get(event="enrolment.changed")
    assert (entry.subject_digest, entry.data) == (known.subject.digest, {"nickname": True, "attributes": True})


def test_an_ended_enrolment_begins_anew_and_an_account_takes_over_what_is_its_own() -> None:
    by, owner = make_administrator(), make_user("ann2@shop.example")
    before = make_enrolment(
        "ann1@shop.example", customer=by.customer, nickname="Old", attributes={"note": "old"}, ended_at=timezone.now()
    )
    done(people(1, 2), by)
    anew = Enrolment.objects.get(work_email="ann1@shop.example")
    assert (anew.pk != before.pk, anew.ended_at, anew.attributes) == (True, None, {"store": "Lyon 1"})
    assert Enrolment.objects.get(work_email="ann2@shop.example").user_id == owner.pk
    assert AuditEntry.objects.get(event="enrolment.replaced").subject_digest == before.subject.digest
    assert Email.objects.count() == 2


def test_nothing_is_imported_while_a_line_has_an_error_unless_somebody_says_so() -> None:
    by = make_administrator()
    found = make_import(people(1, 2) + "Bob,not an address,\n", by=by)
    with pytest.raises(errors.RowsLeftOut):
        agreed(found, by)
    assert not Job.objects.exists()
    engine.run(agreed(found, by, leave_refused=True).pk)
    assert Enrolment.objects.count() == 2
    assert list(ImportRow.objects.values_list("line", "work_email")) == [(4, "not an address")]


def test_a_list_in_which_nobody_is_new_or_changed_cannot_be_imported() -> None:
    by = make_administrator()
    with pytest.raises(errors.NobodyToEnrol):
        agreed(make_import(HEADER + "Bob,no address,\n", by=by), by, leave_refused=True)


@pytest.mark.promise("P5.3")
def test_who_asked_to_be_erased_since_the_list_was_shown_is_not_enrolled_and_the_person_is_asked_again() -> None:
    by = make_administrator()
    found = make_import(people(1, 2), by=by)
    job = agreed(found, by)
    person = Subject(emails=frozenset({"ann1@shop.example"}))
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=person.digests())
    engine.run(job.pk)
    found.refresh_from_db()
    assert (found.state, found.moved, found.new, found.refused) == (ImportState.CHECKED, True, 1, 1)
    assert not Enrolment.objects.exists()
    engine.run(agreed(found, by, leave_refused=True).pk)
    assert Enrolment.objects.get().work_email == "ann2@shop.example"


@pytest.mark.promise("P5.4")
def test_nobody_whose_use_is_stopped_is_enrolled_and_the_reason_is_not_told() -> None:
    by = make_administrator()
    person = Subject(emails=frozenset({"ann1@shop.example"}))
    restriction.impose(actor=SYSTEM, subject_digest=person.digest, digests=person.digests(), ground=StopGround.ACCURACY)
    found = make_import(people(1, 2), by=by)
    row = ImportRow.objects.get(line=2)
    assert (found.new, row.verdict, row.reason) == (1, "refused", "barred")


@pytest.mark.promise("P5.4")
def test_a_claimed_enrolment_that_is_stopped_does_not_begin_anew_once_it_has_ended() -> None:
    by, user = make_administrator(), make_user("home@x.example")
    known = make_enrolment("ann1@shop.example", customer=by.customer, user=user, ended_at=timezone.now())
    restriction.impose(
        actor=SYSTEM, subject_digest=known.subject.digest, digests=known.subject.digests(), ground=StopGround.ACCURACY
    )
    found = make_import(people(1, 2), by=by)
    assert (found.new, ImportRow.objects.get(line=2).reason) == (1, "barred")


@pytest.mark.promise("P5.4")
@pytest.mark.parametrize("has_account", [False, True])
def test_of_somebody_who_is_enrolled_and_stopped_nothing_is_changed(has_account: bool) -> None:
    by = make_administrator()
    user = make_user("home@x.example") if has_account else None
    known = make_enrolment("ann1@shop.example", customer=by.customer, nickname="Anna", user=user)
    restriction.impose(
        actor=SYSTEM, subject_digest=known.subject.digest, digests=known.subject.digests(), ground=StopGround.ACCURACY
    )
    found = make_import(people(1, 2), by=by)
    assert (found.new, found.changed, ImportRow.objects.get(line=2).reason) == (1, 0, "kept")
    again = make_import(HEADER + "Anna,ann1@shop.example,Lyon 3\n", by=by)
    assert (again.unchanged, again.refused) == (1, 0)


def test_facts_have_the_kinds_that_they_have_on_the_page_of_one_person() -> None:
    by = make_administrator()
    done("name;mail;badge;shift;driver;quota\nAnn;ann@x.example;00123;2;oui;0.5\n", by)
    made = Enrolment.objects.get()
    assert made.attributes == {"badge": "00123", "shift": 2, "driver": True, "quota": 0.5}
    assert make_import("name;mail;badge;shift;driver\nAnn;ann@x.example;00123;2;yes\n", by=by).unchanged == 1


def test_who_came_back_by_themselves_can_be_enrolled() -> None:
    by = make_administrator()
    person = Subject(emails=frozenset({"ann1@shop.example"}))
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=person.digests())
    assert make_import(people(1), by=by).refused == 1
    make_user("ann1@shop.example")
    assert make_import(people(1), by=by).new == 1


def test_of_two_lists_with_the_same_people_the_second_is_asked_about_again() -> None:
    by = make_administrator()
    first, second = make_import(people(1, 2), by=by), make_import(people(2, 3), by=by)
    jobs = [agreed(found, by).pk for found in (first, second)]
    for job in jobs:
        engine.run(job)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == ImportState.DONE
    assert (second.state, second.moved, second.new, second.unchanged) == (ImportState.CHECKED, True, 1, 1)
    engine.run(agreed(second, by).pk)
    assert Enrolment.objects.count() == Email.objects.count() == 3


def test_where_the_counts_are_the_same_and_the_rows_are_not_somebody_is_asked_again() -> None:
    by = make_administrator()
    first, second = Subject(emails=frozenset({"ann1@shop.example"})), Subject(emails=frozenset({"ann2@shop.example"}))
    stops = [restriction.impose(actor=SYSTEM, subject_digest=first.digest, digests=[], ground=StopGround.ACCURACY)]
    found = make_import(people(1, 2), by=by)
    job = agreed(found, by, leave_refused=True)
    restriction.give_notice(actor=SYSTEM, stops=stops)
    restriction.lift(actor=SYSTEM, stops=stops)
    restriction.impose(actor=SYSTEM, subject_digest=second.digest, digests=[], ground=StopGround.ACCURACY)
    engine.run(job.pk)
    found.refresh_from_db()
    assert (found.state, found.moved, found.new, found.refused) == (ImportState.CHECKED, True, 1, 1)
    assert not Enrolment.objects.exists()


def test_what_ended_while_the_list_was_being_enrolled_is_not_changed() -> None:
    by = make_administrator()
    known = make_enrolment("ann1@shop.example", customer=by.customer, nickname="Anna")
    found = make_import(people(1), by=by)
    assert found.changed == 1
    Enrolment.objects.update(ended_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(applying.UPDATE, judging.names(found))
    known.refresh_from_db()
    assert known.nickname == "Anna"


def test_a_colleague_who_was_removed_imports_nothing_any_more() -> None:
    by = make_administrator()
    found = make_import(people(1), by=by)
    job = agreed(found, by)
    by.delete()
    engine.run(job.pk)
    found.refresh_from_db()
    assert found.state == ImportState.DISCARDED
    assert not Enrolment.objects.exists()
    assert not ImportRow.objects.exists()


def test_only_whoever_acts_for_the_customer_reads_agrees_and_discards() -> None:
    by, other = make_administrator(), make_administrator()
    found = make_import(people(1), by=by)
    with pytest.raises(PermissionDenied):
        confirm(actor=actor_of(other), import_id=found.pk, customer_id=by.customer_id)
    with pytest.raises(EnrolmentImport.DoesNotExist):
        confirm(actor=actor_of(other), import_id=found.pk, customer_id=other.customer_id)
    with pytest.raises(EnrolmentImport.DoesNotExist):
        staging.discard(actor=actor_of(other), import_id=found.pk, customer_id=other.customer_id)
    for actor in (SYSTEM, services.actor_of(by.user_id)):
        with pytest.raises(PermissionDenied):
            staging.stage(actor=actor, customer_id=by.customer_id, file=BytesIO(b""))
    assert not Job.objects.exists()


class Struck(Exception):
    """The worker dies here."""


# Each place where a worker can die: before the enrolment, inside it, after it, inside a batch of messages, at the end.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["enrol_all", "INSERT", "tell", "invite_many", "finish"])
def test_a_death_at_any_place_leaves_all_or_nothing_and_is_seen_through(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = make_administrator()
    monkeypatch.setattr("accounts.imports.job.AT_ONCE", 2)
    found = make_import(people(1, 2, 3, 4, 5), by=by)
    job = agreed(found, by)
    true, calls = getattr(applying, place), []

    def struck(*arguments: Any) -> Any:
        calls.append(place)
        # The second batch, where there is one; else after the effect and before the commit.
        if place not in {"tell", "invite_many"} or len(calls) == 2:
            true(*arguments)
            raise Struck
        return true(*arguments)

    with monkeypatch.context() as dying:
        dying.setattr(applying, place, "SELECT 1/0 FROM accounts_importrow" if place == "INSERT" else struck)
        engine.run(job.pk)
    assert Enrolment.objects.count() in {0, 5}
    assert Email.objects.count() == Enrolment.objects.filter(invited_at__isnull=False).count()
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
    assert engine.run(job.pk)
    found.refresh_from_db()
    assert (found.state, found.told) == (ImportState.DONE, 5)
    assert Enrolment.objects.count() == 5
    assert {str(one.to) for one in Email.objects.all()} == {f"['ann{n}@shop.example']" for n in range(1, 6)}
    assert Email.objects.count() == 5
    assert AuditEntry.objects.filter(event="enrolment.made").count() == 5
    assert not ImportRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_after_a_failure_fewer_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    by, true, told = make_administrator(), applying.tell, []
    monkeypatch.setattr("accounts.imports.job.AT_ONCE", 20)
    found = make_import(people(1, 2, 3, 4, 5), by=by)
    job = agreed(found, by)

    def tell(import_id: UUID, limit: int) -> int:
        told.append(limit)
        if len(told) == 1:
            raise Struck
        return true(import_id, limit)

    monkeypatch.setattr(applying, "tell", tell)
    engine.run(job.pk)
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
    assert engine.run(job.pk)
    assert told == [20, 5, 5]
    found.refresh_from_db()
    assert (found.state, found.told) == (ImportState.DONE, 5)


def test_who_was_erased_between_enrolment_and_message_is_not_written_to() -> None:
    by = make_administrator()
    found = make_import(people(1, 2), by=by)
    agreed(found, by)
    with transaction.atomic():
        assert applying.enrol_all(found.pk)
    Enrolment.objects.filter(work_email="ann1@shop.example").delete()
    with transaction.atomic():
        assert applying.tell(found.pk, 10) == 2
    assert [one.to for one in Email.objects.all()] == [["ann2@shop.example"]]


def test_an_account_that_confirmed_the_address_meanwhile_has_the_enrolment() -> None:
    by = make_administrator()
    found = make_import(people(1), by=by)
    agreed(found, by)
    with transaction.atomic():
        applying.enrol_all(found.pk)
    owner = make_user("ann1@shop.example")
    with transaction.atomic():
        applying.tell(found.pk, 10)
    assert Enrolment.objects.get().user_id == owner.pk


@pytest.mark.django_db(transaction=True)
def test_two_lists_of_one_customer_at_once_enrol_each_person_once() -> None:
    by = make_administrator()
    lists = [make_import(people(*numbers), by=by) for numbers in ([1, 2, 3], [3, 4, 5])]
    jobs = [agreed(found, by).pk for found in lists]
    together = Barrier(2)

    def work(job: UUID) -> None:
        try:
            together.wait(timeout=10)
            engine.run(job)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, jobs))
    states = sorted(EnrolmentImport.objects.values_list("state", flat=True))
    assert states == [ImportState.CHECKED, ImportState.DONE]
    assert Enrolment.objects.count() == Email.objects.count() == 3


def test_only_so_many_lists_wait(settings: Any) -> None:
    settings.IMPORTS_WAITING = 1
    by = make_administrator()
    make_import(people(1), by=by)
    with pytest.raises(errors.TooManyWait):
        make_import(people(2), by=by)
