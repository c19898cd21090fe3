"""An old backup brings requests back as they were: an erasure that was done is done again, and answered again."""

from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from privacy import audit, ledger
from privacy.data_map import residue
from privacy.data_map.subject import Subject, subject_of_user
from privacy.ledger import reapply
from privacy.models import JobState, JobStep, LedgerEntry
from privacy.vocabulary import Right
from rights_requests.contact import seal_person
from rights_requests.follow import follow_token
from rights_requests.fulfilment import erasure
from rights_requests.fulfilment.receipt import is_signed
from rights_requests.models import Receipt, RightsRequest, State
from tests.factories import make_request, make_user
from tests.privacy.ledgers import forget_after
from tests.rights_requests.scenario import approved, filed, job_of, make_due, run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.3")]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.PACKAGE_DIR = tmp_path / "packages"


def erased_in_the_lost_time(request: RightsRequest, subject: Subject) -> None:
    """The ledger knows the erasure; this database stands as it did before."""
    ledger.note(kind=ledger.LedgerKind.ERASURE, request_id=request.pk, digests=subject.digests())
    forget_after(0)


def received(user: User) -> RightsRequest:
    return filed(user, Right.ERASURE, message="I am Ann")


def half_done(user: User) -> RightsRequest:
    """Its job died after the first step, so that its marker holds the identifiers, sealed."""
    request = approved(user, Right.ERASURE)
    killed = mock.patch.object(erasure, "enter_into_ledger", side_effect=KeyboardInterrupt)
    with killed, pytest.raises(KeyboardInterrupt):
        run(request)
    return request


STATES = {"received": received, "approved": lambda user: approved(user, Right.ERASURE), "running": half_done}


@pytest.mark.parametrize("state", STATES)
def test_an_open_erasure_is_completed_with_a_receipt_and_its_job_ends(state: str, client: Client) -> None:
    user = make_user("ann@example.org")
    subject = subject_of_user(user.pk)
    request = STATES[state](user)
    erased_in_the_lost_time(request, subject)
    reapply.reapply(lambda done: None)
    after = RightsRequest.objects.get(pk=request.pk)
    assert (after.state, after.message) == (State.COMPLETED, "")
    assert (after.subject_user_id, after.contact_sealed) == (None, None)
    entry = LedgerEntry.objects.get(request_id=request.pk)
    assert after.receipt.content["ledger"] == {"seq": entry.seq, "hash": entry.hash}
    assert {line["slug"]: line["erased"] for line in after.receipt.content["categories"]}["accounts-user"] == 1
    assert is_signed(after.receipt)
    assert "Deleted once more" in client.get(f"/requests/follow/{follow_token(request.pk)}/").content.decode()
    if state != "received":
        make_due(request)
        run(request)
        assert job_of(request).state == JobState.CANCELLED
    assert not JobStep.objects.filter(detail__has_key="subject").exists()
    assert [hit for hit in residue.scan(subject.identifiers()) if not hit.planned] == []
    assert mail.outbox == []
    assert audit.verify().ok


def test_whatever_else_the_person_had_asked_ends_with_the_data() -> None:
    user = make_user()
    subject, access = subject_of_user(user.pk), approved(user)
    erased_in_the_lost_time(make_request(make_user()), subject)
    reapply.reapply(lambda done: None)
    access.refresh_from_db()
    assert (access.state, job_of(access).state) == (State.WITHDRAWN, JobState.CANCELLED)


def test_the_requests_of_others_go_on() -> None:
    other = approved(make_user())
    ann = make_user()
    erased_in_the_lost_time(make_request(ann, Right.ERASURE), subject_of_user(ann.pk))
    reapply.reapply(lambda done: None)
    assert run(other).state == State.COMPLETED


def test_a_person_known_only_by_what_their_request_sealed_is_forgotten_there_too(client: Client) -> None:
    """No row names the address in the clear: nothing was erased or searched for, so no new receipt says so."""
    subject = Subject(emails=frozenset({"stranger@example.org"}))
    request = make_request(make_user(), Right.ERASURE, subject_user=None, requester=None, subject_digest=subject.digest)
    RightsRequest.objects.filter(pk=request.pk).update(subject_sealed=seal_person(subject, request.pk))
    erased_in_the_lost_time(request, subject)
    reapply.reapply(lambda done: None)
    request.refresh_from_db()
    assert (request.state, request.subject_sealed) == (State.COMPLETED, None)
    assert not Receipt.objects.exists()
    assert client.get(f"/requests/follow/{follow_token(request.pk)}/").status_code == 200
