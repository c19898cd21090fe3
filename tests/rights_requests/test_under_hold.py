"""An erasure of somebody under legal hold: it asks again, leaves what is held, and finishes when the hold ends."""

from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Profile, User
from privacy import holds
from privacy.data_map.held import wait_for_others
from privacy.data_map.subject import Subject
from privacy.jobs import engine
from privacy.models import LedgerEntry, LegalHold
from privacy.vocabulary import Right
from rights_requests.errors import WrongState
from rights_requests.models import Decision, RightsRequest, State
from rights_requests.people import party_of_address
from rights_requests.services import after_holds, appealing, deciding, part_appeals, parting
from tests.factories import make_message, make_user
from tests.privacy.holding import MESSAGES, hold, officer
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import browser, make_colleague, workspace_url
from tests.rights_requests.scenario import approved, filed, job_of, make_due, run, staff_actor
from tests.rights_requests.test_keeping_a_part import PART, carried_out
from visitors.models import ContactMessage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.3"), pytest.mark.promise("P3.1")]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.PACKAGE_DIR = tmp_path / "packages"


@pytest.fixture
def ann() -> User:
    user = make_user("ann@example.org")
    make_message(user.email, text="I will see you in court.")
    return user


def done_under(user: User, *slugs: str) -> tuple[RightsRequest, LegalHold]:
    """An erasure that was approved with the hold in its plan, and carried out."""
    held = hold(user, *slugs)
    done = run(approved(user, Right.ERASURE))
    assert done.state == State.COMPLETED, job_of(done).failure
    return done, held


def let_end(held: LegalHold) -> None:
    """The hold ends, and the chore sees it."""
    holds.end(actor=officer(), hold_id=held.pk, text="The court has decided.")
    after_holds.go_on()


def test_a_hold_between_approval_and_the_first_step_counts_and_the_plan_asks_again(ann: User) -> None:
    request = approved(ann, Right.ERASURE)
    hold(ann, MESSAGES)
    returned = run(request)
    assert (returned.state, returned.approved_by_id) == (State.RECEIVED, None)
    assert User.objects.filter(pk=ann.pk, is_active=True).exists()
    assert ContactMessage.objects.exists()
    (item,) = [item for item in returned.plan["items"] if item["slug"] == MESSAGES]
    assert item["action"] == "keep"
    deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=returned.plan_hash)
    deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash=returned.plan_hash)
    assert run(request).state == State.COMPLETED
    assert ContactMessage.objects.exists()
    assert not User.objects.filter(pk=ann.pk).exists()


def test_the_first_step_waits_for_a_hold_that_is_being_opened(ann: User) -> None:
    """Whoever opens one has not committed yet when the job begins."""
    request = approved(ann, Right.ERASURE)

    def begin() -> None:
        engine.run(job_of(request).pk)
        connection.close()

    job = Thread(target=begin)
    with transaction.atomic():
        wait_for_others(opening=True)
        job.start()
        job.join(timeout=1)
        assert job.is_alive()
        hold(ann, MESSAGES)
    job.join()
    assert RightsRequest.objects.get(pk=request.pk).state == State.RECEIVED
    assert ContactMessage.objects.exists()


def test_what_is_held_stays_with_its_reason_and_goes_when_the_hold_ends(ann: User) -> None:
    done, held = done_under(ann, MESSAGES)
    assert [line["kept"] for line in done.receipt.content["categories"] if line["slug"] == MESSAGES] == [1]
    assert (ContactMessage.objects.count(), User.objects.filter(pk=ann.pk).exists()) == (1, False)
    RightsRequest.objects.filter(pk=done.pk).update(closed_at=timezone.now() - timedelta(days=400))
    assert appealing.forget_people() == 0
    assert after_holds.go_on() == 0
    let_end(held)
    finished = run(done)
    assert finished.state == State.COMPLETED
    assert not ContactMessage.objects.exists()
    assert (finished.subject_sealed, finished.contact_sealed) == (None, None)
    assert [line["kept"] for line in finished.receipt.content["categories"] if line["slug"] == MESSAGES] == [0]
    assert mail.outbox[-1].to == ["ann@example.org"]
    assert "The law asked us to keep a part of your data" in str(mail.outbox[-1].body)


def test_a_hold_on_everything_leaves_the_whole_person_and_its_end_erases_all_with_one_message(ann: User) -> None:
    done, held = done_under(ann)
    assert User.objects.filter(pk=ann.pk, is_active=False).exists()
    assert (Profile.objects.filter(pk=ann.pk).exists(), ContactMessage.objects.count()) == (True, 1)
    told = len(mail.outbox)
    let_end(held)
    assert run(done).state == State.COMPLETED
    assert not User.objects.filter(pk=ann.pk).exists()
    assert not Profile.objects.filter(pk=ann.pk).exists()
    assert not ContactMessage.objects.exists()
    assert len(mail.outbox) == told + 1


def test_another_hold_keeps_what_the_first_one_kept(ann: User) -> None:
    done, held = done_under(ann, MESSAGES)
    # Nobody is known any more: what is left is reached by address.
    other = hold(whom=holds.Whom(Subject(emails=frozenset({"ann@example.org"}))), reason="order")
    let_end(held)
    assert RightsRequest.objects.get(pk=done.pk).state == State.COMPLETED
    assert Decision.objects.get(request=done).hold_id == other.pk
    let_end(other)
    assert run(done).state == State.COMPLETED
    assert not ContactMessage.objects.exists()


def test_an_appeal_cannot_end_a_hold(ann: User) -> None:
    hold(ann, MESSAGES)
    request = approved(ann, Right.ERASURE)
    run(request)
    Decision.objects.filter(request=request).update(appealed_at=timezone.now(), appeal_text="This too.")
    RightsRequest.objects.filter(pk=request.pk).update(state=State.PART_APPEALED, closed_at=None)
    with pytest.raises(WrongState, match="legal hold"):
        part_appeals.grant(request_id=request.pk, actor=staff_actor(), holding=MESSAGES, text="It goes.")


def kept_by_staff(user: User) -> RightsRequest:
    """An erasure that left the messages because staff said so, for no hold; the person appeals."""
    request = filed(user, Right.ERASURE)
    parting.leave_out(request_id=request.pk, actor=staff_actor(), **PART)
    done = carried_out(RightsRequest.objects.get(pk=request.pk))
    actor = party_of_address("ann@example.org").actor
    part_appeals.appeal(request_id=done.pk, actor=actor, holding=MESSAGES, text="This too.")
    return done


def hold_what_is_left() -> LegalHold:
    """Nobody is known any more: what is left is reached by address."""
    return hold(None, MESSAGES, whom=holds.Whom(Subject(emails=frozenset({"ann@example.org"}))))


def test_what_staff_kept_does_not_go_by_an_appeal_while_a_hold_came_over_it(ann: User) -> None:
    done = kept_by_staff(ann)
    held = hold_what_is_left()
    words = {"request_id": done.pk, "holding": MESSAGES, "text": "It goes."}
    with pytest.raises(WrongState, match="legal hold"):
        part_appeals.grant(actor=staff_actor(), **words)
    holds.end(actor=officer(), hold_id=held.pk, text="The court has decided.")
    part_appeals.grant(actor=staff_actor(), **words)
    assert run(done).state == State.COMPLETED
    assert not ContactMessage.objects.exists()


def test_a_hold_between_the_grant_and_the_work_keeps_the_part_until_it_ends(ann: User) -> None:
    done = kept_by_staff(ann)
    part_appeals.grant(actor=staff_actor(), request_id=done.pk, holding=MESSAGES, text="It goes.")
    held = hold_what_is_left()
    assert run(done).state == State.RUNNING
    assert ContactMessage.objects.exists()
    assert not LedgerEntry.objects.filter(kind="erasure_of_part").exists()
    holds.end(actor=officer(), hold_id=held.pk, text="The court has decided.")
    make_due(done)
    assert run(done).state == State.COMPLETED
    assert not ContactMessage.objects.exists()


def test_the_person_reads_the_exception_and_staff_see_that_there_is_a_hold_and_not_why(ann: User) -> None:
    hold(ann, MESSAGES)
    request = filed(ann, Right.ERASURE)
    assert "We need the data for legal claims" in said(browser_of(ann).get(f"/requests/{request.reference}/"))
    page = said(browser(make_colleague()).get(workspace_url(request)))
    assert "Under legal hold" in page
    assert "A claim of 2 March" not in page
