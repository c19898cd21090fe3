"""An erasure carried out: nothing left, a signed receipt, the last message, and no address kept after it."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from post_office.models import Email

from accounts.models import Profile, Session, User
from privacy import audit
from privacy.actors import Actor
from privacy.data_map import residue
from privacy.data_map.subject import subject_of_user
from privacy.jobs import engine
from privacy.mail.address import contact_address
from privacy.models import JobState, JobStep
from privacy.vocabulary import Right
from rights_requests.errors import WrongState
from rights_requests.fulfilment import erasure, proof
from rights_requests.fulfilment.receipt import is_signed
from rights_requests.models import PackageKey, Receipt, RefusalReason, RightsRequest, State
from rights_requests.services import assigning, deciding, resuming, withdrawing
from tests.factories import make_staff, make_user
from tests.rights_requests.browsing import browser_of
from tests.rights_requests.desk import failure_seen
from tests.rights_requests.scenario import (
    DECIDES,
    approved,
    at_once,
    completed,
    filed,
    job_of,
    make_due,
    run,
    staff_actor,
    subject_actor,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.3")]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of packages, empty at first."""
    settings.PACKAGE_DIR = tmp_path / "packages"
    return settings.PACKAGE_DIR  # type: ignore[no-any-return]


@contextmanager
def refusing(table: str) -> Iterator[None]:
    """Make the database raise whenever rows of the table are deleted: a real error in one holding."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_for_test() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no, ann@example.org'; END $$"
        )
        cursor.execute(f"CREATE TRIGGER refuse_for_test BEFORE DELETE ON {table} EXECUTE FUNCTION refuse_for_test()")
    try:
        yield
    finally:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse_for_test CASCADE")


def stuck(request: RightsRequest) -> RightsRequest:
    """The request after its job was run until it moved no more."""
    for _try in range(8):
        run(request)
        make_due(request)
    return RightsRequest.objects.get(pk=request.pk)


def test_nothing_is_left_and_the_receipt_proves_it() -> None:
    user, other = make_user("ann@example.org"), make_user("joann@example.org")
    Profile.objects.filter(user=user).update(name="Ann", address="12 rue Longue")
    subject = subject_of_user(user.pk)
    request = completed(user, Right.ERASURE)
    assert not User.objects.filter(pk=user.pk).exists()
    assert [hit for hit in residue.scan(subject.identifiers()) if not hit.planned] == []
    assert is_signed(request.receipt)
    lines = {line["slug"]: line for line in request.receipt.content["categories"]}
    assert lines["accounts-user"] == lines["accounts-user"] | {"found": 1, "erased": 1, "masked": 0, "kept": 0}
    assert lines["rights_requests-rightsrequest"]["masked"] == 1
    assert lines["privacy-auditentry"]["why"]
    stays = {slug: line["until"] for slug, line in lines.items() if line["kept"] or line["masked"]}
    assert stays["rights_requests-rightsrequest"] == "5 years after we answered your request"
    assert all(stays.values())
    assert not any(line["until"] for slug, line in lines.items() if slug not in stays)
    assert User.objects.filter(pk=other.pk).exists()
    assert Profile.objects.filter(user=other).exists()


def test_the_request_stays_without_the_person_in_it() -> None:
    user = make_user()
    request = filed(user, Right.ERASURE, message="I am Ann and I live in the rue Longue")
    deciding.prepare(request_id=request.pk, actor=staff_actor())
    deciding.approve(request_id=request.pk, actor=staff_actor())
    after = run(request)
    assert (after.state, after.message, after.subject_user_id, after.requester_id) == (State.COMPLETED, "", None, None)
    assert (after.reference, after.contact_sealed) == (request.reference, None)
    assert after.subject_digest == request.subject_digest
    assert [step.event for step in after.transitions.all()] == ["file", "prepare", "approve", "start", "fulfil"]
    assert not JobStep.objects.filter(detail__has_key="subject").exists()


def test_the_last_message_reaches_the_person_and_is_stored_nowhere() -> None:
    user = make_user("ann@example.org")
    request = completed(user, Right.ERASURE)
    letter = mail.outbox[-1]
    assert letter.to == ["ann@example.org"]
    assert request.reference in letter.subject
    assert "/requests/follow/" in str(letter.body)
    assert not Email.objects.filter(to=["ann@example.org"]).exists()


def test_signed_in_browsers_are_signed_out() -> None:
    user = make_user()
    browser = browser_of(user)
    assert browser.get("/account/").status_code == 200
    completed(user, Right.ERASURE)
    assert not Session.objects.filter(user_id=user.pk).exists()
    assert browser.get("/account/").status_code == 302


def test_a_second_run_changes_nothing() -> None:
    request = completed(make_user(), Right.ERASURE)
    content = request.receipt.content
    assert not engine.run(job_of(request).pk)
    assert Receipt.objects.get(request=request).content == content
    assert len(mail.outbox) == 1


def test_eight_workers_erase_once_and_write_once() -> None:
    request = approved(make_user(), Right.ERASURE)
    job = job_of(request)
    assert sum(at_once(8, lambda _number: engine.run(job.pk))) == 1
    assert (Receipt.objects.count(), len(mail.outbox)) == (1, 1)
    assert audit.verify().ok


def test_a_package_of_the_same_person_is_destroyed(folder: Path) -> None:
    user = make_user()
    access = completed(user)
    assert list(folder.iterdir())
    completed(user, Right.ERASURE)
    assert list(folder.iterdir()) == []
    assert not PackageKey.objects.exists()
    assert RightsRequest.objects.get(pk=access.pk).subject_user_id is None


@pytest.mark.parametrize("open_until", ["received", "approved"])
def test_an_open_access_request_of_the_same_person_ends_with_the_data(open_until: str) -> None:
    user = make_user()
    access = filed(user) if open_until == "received" else approved(user)
    completed(user, Right.ERASURE)
    access.refresh_from_db()
    assert access.state == State.WITHDRAWN
    assert access.transitions.last().reason == "erasure"  # type: ignore[union-attr]
    if open_until == "approved":
        assert job_of(access).state == JobState.CANCELLED


def test_the_erasure_waits_while_a_copy_is_being_made() -> None:
    user = make_user()
    access, request = approved(user), approved(user, Right.ERASURE)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE privacy_job SET state = 'running', fence = 1, lease_until = clock_timestamp() + interval '5 s'"
            " WHERE about = %s",
            [str(access.pk)],
        )
    assert run(request).state == State.APPROVED
    make_due(access)
    make_due(request)
    assert run(request).state == State.COMPLETED


def test_a_plan_that_changed_since_the_approval_is_not_carried_out() -> None:
    user = make_user()
    request = approved(user, Right.ERASURE)
    Profile.objects.filter(user=user).delete()
    after = run(request)
    assert (after.state, after.prepared_by_id, after.approved_by_id) == (State.RECEIVED, None, None)
    assert after.contact_sealed is None
    assert User.objects.get(pk=user.pk).is_active
    assert job_of(request).state == JobState.CANCELLED
    again = deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=after.plan_hash)
    deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash=again.plan_hash)
    assert run(request).state == State.COMPLETED


def test_an_error_in_one_holding_shows_staff_which_and_resuming_works() -> None:
    user = make_user()
    request = approved(user, Right.ERASURE)
    with refusing("account_emailaddress"):
        after = stuck(request)
        assert after.state == State.NEEDS_ATTENTION
        assert failure_seen(after) == ("holding:account-emailaddress", "InternalError", [])
        assert not Profile.objects.filter(user=user).exists()
        assert User.objects.filter(pk=user.pk).exists()
    with pytest.raises(WrongState):  # the person still finds it by their address; what has begun is not taken back
        withdrawing.withdraw(request_id=request.pk, actor=subject_actor(user))
    resuming.resume(request_id=request.pk, actor=staff_actor())
    after = run(request)
    assert after.state == State.COMPLETED
    assert is_signed(after.receipt)
    assert {line["slug"]: line["erased"] for line in after.receipt.content["categories"]}["accounts-profile"] == 1


def test_staff_are_told_of_each_failure_once_and_without_the_person() -> None:
    user = make_user("ann@example.org")
    request = approved(user, Right.ERASURE)
    with refusing("account_emailaddress"):
        stuck(request)
        assert Email.objects.filter(to=contact_address()).count() == 1
        resuming.resume(request_id=request.pk, actor=staff_actor())
        stuck(request)
    first, second = Email.objects.filter(to=contact_address())
    assert request.reference in first.subject
    assert "Step: holding:account-emailaddress" in first.message
    assert "Error: InternalError" in first.message
    assert f"/admin/rights_requests/rightsrequest/{request.pk}/" in first.message
    assert first.message == second.message
    assert "ann@" not in first.message
    resuming.resume(request_id=request.pk, actor=staff_actor())
    assert run(request).state == State.COMPLETED


def test_what_is_left_somewhere_undeclared_stops_the_completion_and_is_named() -> None:
    user = make_user("ann@example.org")
    request = approved(user, Right.ERASURE)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (note text)")
        cursor.execute("INSERT INTO forgotten VALUES ('call ANN@example.org back')")
    try:
        after = stuck(request)
        assert after.state == State.NEEDS_ATTENTION
        assert failure_seen(after) == ("residue", "ResidueFound", ["forgotten.note"])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE forgotten")
    resuming.resume(request_id=request.pk, actor=staff_actor())
    assert run(request).state == State.COMPLETED


def test_rows_that_come_while_it_runs_are_erased_too() -> None:
    user = make_user("ann@example.org")
    request = approved(user, Right.ERASURE)
    erase = erasure.erase_holdings

    def erase_while_someone_writes(context: Any) -> None:
        erase(context)
        Email.objects.create(from_email="us@example.org", to=["ann@example.org"], subject="late", message="late")

    with mock.patch.object(erasure, "erase_holdings", erase_while_someone_writes):
        assert run(request).state == State.COMPLETED
    assert not Email.objects.filter(to=["ann@example.org"]).exists()


def test_a_mail_server_that_is_down_delays_the_last_message_and_nothing_else() -> None:
    user = make_user("ann@example.org")
    request = approved(user, Right.ERASURE)
    down = smtplib.SMTPServerDisconnected("down")
    with mock.patch.object(EmailBackend, "send_messages", side_effect=down):
        for _try in range(12):
            after = run(request)
            make_due(request)
    assert after.state == State.COMPLETED
    assert after.contact_sealed is not None
    assert job_of(request).state == JobState.QUEUED
    run(request)
    assert [letter.to for letter in mail.outbox] == [["ann@example.org"]]
    assert RightsRequest.objects.get(pk=request.pk).contact_sealed is None


def test_after_four_days_without_mail_the_address_goes_all_the_same() -> None:
    request = approved(make_user(), Right.ERASURE)
    down = smtplib.SMTPServerDisconnected("down")
    with mock.patch.object(EmailBackend, "send_messages", side_effect=down):
        run(request)
        Receipt.objects.filter(pk=request.pk).update(issued_at="2020-01-01T00:00Z")
        make_due(request)
        run(request)
    assert RightsRequest.objects.get(pk=request.pk).contact_sealed is None
    assert job_of(request).state == JobState.DONE


@pytest.mark.parametrize("dies_in", ["revoke_sessions", "end_other_requests", "confirm", "search_for_residue"])
def test_a_death_between_two_steps_loses_and_doubles_nothing(dies_in: str) -> None:
    """KeyboardInterrupt passes through the engine as a kill would: nothing is recorded, the lease lapses."""
    user = make_user("ann@example.org")
    request = approved(user, Right.ERASURE)
    where = erasure if hasattr(erasure, dies_in) else proof
    with mock.patch.object(where, dies_in, side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        run(request)
    make_due(request)
    assert run(request).state == State.COMPLETED
    assert (Receipt.objects.count(), len(mail.outbox)) == (1, 1)
    assert audit.verify().ok


def test_a_member_of_staff_can_be_erased_and_their_decisions_stay() -> None:
    colleague = make_staff(perms=DECIDES)
    decided = filed(make_user())
    assigning.assign(request_id=decided.pk, actor=staff_actor(), to=colleague.pk)
    deciding.refuse(
        request_id=decided.pk, actor=Actor.staff(colleague.pk), reason=RefusalReason.UNFOUNDED, text="Not you."
    )
    other = filed(make_user(), Right.ERASURE)
    deciding.prepare(request_id=other.pk, actor=Actor.staff(colleague.pk))
    completed(colleague, Right.ERASURE)
    decided.refresh_from_db()
    other.refresh_from_db()
    assert decided.assignee_id is None
    assert other.prepared_by_id == colleague.pk


def test_rows_that_come_faster_than_they_are_erased_are_shown_to_staff() -> None:
    request = approved(make_user(), Right.ERASURE)
    with mock.patch.object(erasure, "_erase_again", return_value=1):
        after = stuck(request)
    assert after.state == State.NEEDS_ATTENTION
    assert failure_seen(after) == ("confirm", "RowsKeepComing", [])


def test_an_erasure_that_runs_cannot_be_withdrawn() -> None:
    user = make_user()
    request = approved(user, Right.ERASURE)
    with mock.patch.object(erasure, "erase_holdings", side_effect=OSError("disk")):
        assert run(request).state == State.RUNNING
    with pytest.raises(WrongState):
        withdrawing.withdraw(request_id=request.pk, actor=subject_actor(user))
    assert job_of(request).state == JobState.QUEUED
    make_due(request)
    assert run(request).state == State.COMPLETED
