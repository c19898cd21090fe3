"""Erasures in a world that is not tidy: changed addresses, staff who leave, a last message that cannot be sent."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from post_office.models import Email

from accounts.models import Enrolment, FormerAddress, User
from privacy.actors import Actor
from privacy.data_map import residue
from privacy.mail.queue import queue
from privacy.models import JobState
from privacy.vocabulary import Purpose, Right
from rights_requests.errors import WrongState
from rights_requests.fulfilment import erasure, proof
from rights_requests.models import Receipt, RightsRequest, State
from rights_requests.people import party_of_address
from rights_requests.services import assigning, deciding, filing
from tests.accounts.flows import sign_up
from tests.factories import make_enrolment, make_staff, make_user
from tests.rights_requests.browsing import browser_of
from tests.rights_requests.scenario import DECIDES, approved, filed, job_of, make_due, run, staff_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.3")]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of packages, empty at first."""
    settings.PACKAGE_DIR = tmp_path / "packages"
    return settings.PACKAGE_DIR  # type: ignore[no-any-return]


def test_a_person_who_changed_their_address_can_be_erased() -> None:
    user = make_user("old@example.org")
    browser = browser_of(user)
    browser.post("/account/email/", {"email": "new@example.org", "action_add": ""})
    code = Email.objects.get(to=["new@example.org"]).message.split("\n\n")[2]
    browser.post("/account/confirm-email/", {"code": code})
    assert EmailAddress.objects.get(user=user).email == "new@example.org"
    assert "Your address is changed" in Email.objects.filter(to=["old@example.org"]).values_list("subject", flat=True)
    request = approved(User.objects.get(pk=user.pk), Right.ERASURE)
    make_due(request)  # the days in which the former address can stop it are over
    request = run(request)
    assert request.state == State.COMPLETED, list(job_of(request).steps.filter(name="residue").values("detail"))
    assert not Email.objects.filter(to=["old@example.org"]).exists()
    assert [hit for hit in residue.scan(frozenset({"old@example.org"})) if not hit.planned] == []


def test_a_member_of_staff_who_decided_on_others_can_be_erased() -> None:
    staff = make_staff(perms=DECIDES, superuser=True)
    actor = Actor.staff(staff.pk)
    theirs = filed(make_user(), Right.ERASURE)
    assigning.assign(request_id=theirs.pk, actor=actor, to=staff.pk)
    deciding.prepare(request_id=theirs.pk, actor=actor)
    assert run(approved(staff, Right.ERASURE)).state == State.COMPLETED
    theirs.refresh_from_db()
    assert (theirs.assignee_id, theirs.prepared_by_id) == (None, staff.pk)
    assert deciding.approve(request_id=theirs.pk, actor=staff_actor()).state == State.APPROVED


def test_whatever_stops_the_last_message_the_address_is_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(**_message: Any) -> None:
        raise UnicodeEncodeError("ascii", "é", 0, 1, "an address that this server cannot write")

    monkeypatch.setattr(proof, "send_now", cannot)
    request = approved(make_user(), Right.ERASURE)
    for _try in range(5):
        request = run(request)
        make_due(request)
    assert (request.state, job_of(request).state) == (State.COMPLETED, JobState.QUEUED)
    # It may be open again, for a part that was appealed.
    RightsRequest.objects.filter(pk=request.pk).update(state=State.PART_APPEALED, closed_at=None)
    Receipt.objects.filter(pk=request.pk).update(issued_at="2000-01-01T00:00Z")
    assert run(request).contact_sealed is None
    assert job_of(request).state == JobState.DONE


def test_a_request_that_comes_in_during_the_erasure_is_not_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    ordinary = erasure.destroy_packages

    def destroy_packages(context: Any) -> None:
        filed(user, Right.ACCESS)  # signed in before the sessions ended, committed after the others had been ended
        ordinary(context)

    monkeypatch.setattr(erasure, "destroy_packages", destroy_packages)
    assert run(approved(user, Right.ERASURE)).state == State.COMPLETED
    late = RightsRequest.objects.get(right=Right.ACCESS)
    assert (late.state, late.subject_user_id) == (State.WITHDRAWN, None)


def test_nobody_decides_on_a_request_whose_account_is_gone() -> None:
    request = filed(make_user())
    RightsRequest.objects.filter(pk=request.pk).update(subject_user=None, requester=None)
    with pytest.raises(WrongState):
        deciding.approve(request_id=request.pk, actor=staff_actor())


def test_an_account_made_anew_with_the_same_address_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = erasure.confirm

    def confirm(context: Any) -> None:
        sign_up(Client(), "again@example.org")
        EmailAddress.objects.filter(email="again@example.org").update(verified=True)
        ordinary(context)

    monkeypatch.setattr(erasure, "confirm", confirm)
    old = make_user("again@example.org")
    assert run(approved(old, Right.ERASURE)).state == State.COMPLETED
    new = User.objects.get(email="again@example.org")
    assert new.pk != old.pk
    assert Email.objects.filter(to=[new.email]).count() == 1


def test_an_address_that_somebody_else_only_typed_is_searched_for_all_the_same() -> None:
    ann, bob = make_user("ann@example.org"), make_user("bob@example.org")
    EmailAddress.objects.create(user=bob, email=ann.email, verified=False)
    request = run(approved(ann, Right.ERASURE))
    assert request.state == State.COMPLETED
    assert request.receipt.content["residue"] == {"found": 0, "identifiers": 3, "in_words_of_others": 1}
    assert EmailAddress.objects.filter(user=bob).count() == 2


def test_an_address_that_somebody_else_has_left_is_searched_for_all_the_same() -> None:
    ann, bob = make_user("ann@example.org"), make_user("bob@example.org")
    FormerAddress.objects.create(user=bob, email=ann.email)
    request = run(approved(ann, Right.ERASURE))
    assert request.state == State.COMPLETED
    assert request.receipt.content["residue"] == {"found": 0, "identifiers": 3, "in_words_of_others": 1}


def test_an_account_that_somebody_began_with_the_address_does_not_end_the_search() -> None:
    request = asked_by_code("ada@example.org")
    newcomer = make_user("ada@example.org", verified=False)
    request = run(request)
    assert request.state == State.COMPLETED
    assert request.receipt.content["residue"]["identifiers"] == 1
    assert User.objects.filter(pk=newcomer.pk, email="ada@example.org").exists()


def test_a_message_queued_after_the_last_round_does_not_stop_the_erasure_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = make_user()
    ordinary, late = proof.residue.scan, [user.email]

    def scan(identifiers: frozenset[str], **options: Any) -> Any:
        if late:
            words = {"ip": "192.0.2.1"}
            queue(
                to=late.pop(),
                template="account/password_changed",
                context=words,
                about=uuid4(),
                purpose=Purpose.SECURITY,
            )
        return ordinary(identifiers, **options)

    monkeypatch.setattr(proof.residue, "scan", scan)
    request = run(approved(user, Right.ERASURE))
    assert request.state == State.RUNNING
    make_due(request)
    assert run(request).state == State.COMPLETED
    assert not Email.objects.filter(to=[user.email]).exists()


def test_what_someone_else_wrote_down_does_not_hold_up_an_erasure_and_stands_on_the_receipt() -> None:
    ann, bob = make_user("ann@example.org"), make_user("bob@example.org")
    theirs = filed(bob, Right.ACCESS, message="Do you hold what Ann (ann@example.org) said of me?")
    request = run(approved(ann, Right.ERASURE))
    assert request.state == State.COMPLETED
    assert request.receipt.content["residue"]["in_words_of_others"] == 1
    theirs.refresh_from_db()
    assert "ann@example.org" in theirs.message


def test_the_persons_own_words_are_never_taken_for_someone_elses() -> None:
    ann = make_user("ann@example.org")
    request = run(approved(ann, Right.ERASURE, message="It is me, ann@example.org."))
    assert request.state == State.COMPLETED
    assert request.receipt.content["residue"]["in_words_of_others"] == 0
    assert request.message == ""


def asked_by_code(address: str) -> RightsRequest:
    """An approved erasure of somebody whom a Customer enrolled, asked for with a code."""
    make_enrolment(address)
    party = party_of_address(address)
    asked = filing.Asked(Right.ERASURE, waives_cooling=True)
    asker = filing.Asker(party.subject, party.method)
    request = filing.file(actor=party.actor, asker=asker, asked=asked).request
    deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)
    return deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)


def test_who_signs_up_while_their_data_is_erased_keeps_the_new_account() -> None:
    request = asked_by_code("ada@example.org")
    newcomer = make_user("ada@example.org")
    assert run(request).state == State.COMPLETED
    assert User.objects.filter(pk=newcomer.pk, email="ada@example.org").exists()
    assert not Enrolment.objects.filter(work_email="ada@example.org").exists()
