"""An erasure is in the ledger before anything is destroyed, once whatever dies, and its receipt says where."""

from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Profile, User
from privacy import ledger
from privacy.data_map.subject import subject_of_user
from privacy.ledger import gate, record
from privacy.ledger.file import LedgerFile, Pen
from privacy.models import JobState
from privacy.vocabulary import Right
from rights_requests.follow import follow_token
from rights_requests.fulfilment import erasure
from rights_requests.fulfilment.receipt import is_signed
from rights_requests.models import Receipt, State
from tests.factories import make_user
from tests.privacy.ledgers import draft, written
from tests.rights_requests.scenario import approved, completed, job_of, make_due, run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.3")]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.PACKAGE_DIR = tmp_path / "packages"


def entries() -> list[Any]:
    return list(LedgerFile().entries())


def test_it_is_on_disk_before_the_first_thing_is_destroyed() -> None:
    user = make_user("ann@example.org")
    subject = subject_of_user(user.pk)
    request = approved(user, Right.ERASURE)
    with mock.patch.object(erasure, "revoke_sessions", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        run(request)
    (entry,) = entries()
    assert (entry.kind, entry.request_id, frozenset(entry.digests)) == ("erasure", request.pk, subject.digests())
    assert User.objects.filter(pk=user.pk).exists()
    assert Profile.objects.filter(user=user).exists()
    assert ledger.asked_to_be_erased(subject.digests())


DEATHS = {
    "before the row": (erasure.ledger, "note"),
    "before the file": (erasure.ledger, "write_out"),
    "between head and line": (Pen, "_write_line"),
    "between file and database": (record, "keep"),
    "before the marker": (erasure.ledger, "place_of"),
}


@pytest.mark.parametrize("when", DEATHS)
def test_a_death_at_any_point_of_the_entry_leaves_exactly_one(when: str) -> None:
    user = make_user("ann@example.org")
    request = approved(user, Right.ERASURE)
    with mock.patch.object(*DEATHS[when], side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        run(request)
    assert Profile.objects.filter(user=user).exists()
    assert gate.standing() == gate.Standing.AGREED
    make_due(request)
    assert run(request).state == State.COMPLETED
    assert [entry.request_id for entry in entries()] == [request.pk]
    assert (Receipt.objects.count(), len(mail.outbox)) == (1, 1)
    assert gate.standing() == gate.Standing.AGREED


def test_the_receipt_and_its_page_say_where_it_stands(client: Client) -> None:
    written_before = completed(make_user(), Right.ERASURE)
    request = completed(make_user(), Right.ERASURE)
    first, second = entries()
    assert written_before.receipt.content["ledger"] == {"seq": 1, "hash": first.hash}
    assert request.receipt.content["ledger"] == {"seq": 2, "hash": second.hash}
    assert is_signed(request.receipt)
    page = client.get(f"/requests/follow/{follow_token(request.pk)}/").content.decode()
    assert "It is entry 2 of the ledger" in page


def test_while_database_and_ledger_disagree_nothing_is_erased_and_no_attempt_is_counted() -> None:
    """The gate falls while the job runs: its first step is done, its second waits."""
    user = make_user()
    request = approved(user, Right.ERASURE)
    first = erasure.check_plan

    def check_plan_and_fall_behind(context: Any) -> None:
        first(context)
        written(1)

    with mock.patch.object(erasure, "check_plan", check_plan_and_fall_behind):
        run(request)
    job = job_of(request)
    assert (job.state, job.attempts, job.failure) == (JobState.QUEUED, 0, "")
    assert Profile.objects.filter(user=user).exists()
    assert [entry.digests for entry in entries()] == [draft().digests]


def test_a_plan_that_changed_enters_nothing() -> None:
    user = make_user()
    request = approved(user, Right.ERASURE)
    Profile.objects.filter(user=user).delete()
    assert run(request).state == State.RECEIVED
    assert entries() == []
    assert not ledger.asked_to_be_erased(subject_of_user(user.pk).digests())
