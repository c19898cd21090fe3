"""Filing: on record with its date, once however often it is sent, never for someone else."""

from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import connection
from post_office.models import Email

from accounts.models import Profile
from privacy.actors import SYSTEM, Actor
from privacy.models import AuditEntry, Job
from privacy.vocabulary import Right
from rights_requests import references
from rights_requests.deadlines import term_for, term_of
from rights_requests.errors import NotAllowed, PlanChanged, TooMany
from rights_requests.models import RightsRequest, State
from rights_requests.services import deciding, filing, withdrawing
from rights_requests.services.filing import FilingResult, file_request
from tests.factories import make_request, make_user
from tests.rights_requests.scenario import at_once, filed, staff_actor, subject_actor

pytestmark = pytest.mark.django_db


@pytest.mark.promise("P5.1")
def test_a_request_is_on_record_with_reference_due_date_plan_and_first_step() -> None:
    user = make_user()
    result = file_request(actor=subject_actor(user), user=user, right=Right.ACCESS, message="  please  ")
    request = RightsRequest.objects.get(pk=result.request.pk)
    assert result.created
    assert (request.state, request.subject_user_id, request.message) == (State.RECEIVED, user.pk, "please")
    assert term_of(request) == term_for(received_at=request.received_at, country="", right=Right.ACCESS)
    assert {item["slug"] for item in request.plan["items"]} >= {"accounts-user", "accounts-profile"}
    assert [step.event for step in request.transitions.all()] == ["file"]
    assert AuditEntry.objects.filter(event="request.filed", object_id=str(request.pk)).count() == 1


def test_filing_starts_no_work() -> None:
    request = filed(make_user())
    assert not Job.objects.filter(about=request.pk).exists()


def test_the_person_gets_a_message_with_the_reference() -> None:
    user = make_user()
    request = filed(user)
    letter = Email.objects.get(to=[user.email])
    assert request.reference in letter.subject
    assert f"/requests/{request.reference}/" in letter.message


def test_asking_again_leads_to_the_first_request() -> None:
    user = make_user()
    first = filed(user)
    again = file_request(actor=subject_actor(user), user=user, right=Right.ACCESS)
    assert again == FilingResult(first, created=False)
    assert Email.objects.count() == 1


def test_another_right_is_another_request() -> None:
    user = make_user()
    assert filed(user, Right.ACCESS) != filed(user, Right.ERASURE)


def test_the_same_key_gives_the_same_request_even_when_it_is_closed() -> None:
    user, key = make_user(), uuid4()
    first = file_request(actor=subject_actor(user), user=user, right=Right.ACCESS, idempotency_key=key)
    withdrawing.withdraw(request_id=first.request.pk, actor=subject_actor(user))
    again = file_request(actor=subject_actor(user), user=user, right=Right.ACCESS, idempotency_key=key)
    assert (again.request, again.created) == (first.request, False)


def test_a_key_of_another_person_changes_nothing() -> None:
    ann, bob, key = make_user(), make_user(), uuid4()
    first = file_request(actor=subject_actor(ann), user=ann, right=Right.ACCESS, idempotency_key=key)
    second = file_request(actor=subject_actor(bob), user=bob, right=Right.ACCESS, idempotency_key=key)
    assert second.created
    assert second.request != first.request


@pytest.mark.parametrize("how", ["withdrawn", "refused"])
def test_after_a_withdrawal_or_a_refusal_a_new_request_can_be_made(how: str) -> None:
    user = make_user()
    first = filed(user)
    if how == "withdrawn":
        withdrawing.withdraw(request_id=first.pk, actor=subject_actor(user))
    else:
        deciding.refuse(request_id=first.pk, actor=staff_actor(), reason="excessive", text="You asked yesterday.")
    again = file_request(actor=subject_actor(user), user=user, right=Right.ACCESS)
    assert again.created
    assert again.request.reference != first.reference


def test_filing_and_withdrawing_without_end_is_asked_to_wait(settings: Any) -> None:
    settings.REQUESTS_PER_DAY = 2
    user = make_user()
    for _round in range(2):
        withdrawing.withdraw(request_id=filed(user).pk, actor=subject_actor(user))
    messages, entries = Email.objects.count(), AuditEntry.objects.count()
    with pytest.raises(TooMany):
        filed(user)
    assert (Email.objects.count(), AuditEntry.objects.count()) == (messages, entries)
    assert filed(make_user()).state == State.RECEIVED


def test_nobody_files_for_someone_else() -> None:
    user = make_user()
    for actor in (subject_actor(make_user()), SYSTEM, Actor.staff(user.pk)):
        with pytest.raises(NotAllowed):
            file_request(actor=actor, user=user, right=Right.ACCESS)
    assert not RightsRequest.objects.exists()


def test_an_erasure_that_would_do_something_else_than_was_shown_is_not_filed() -> None:
    user = make_user()
    with pytest.raises(PlanChanged):
        file_request(actor=subject_actor(user), user=user, right=Right.ERASURE, plan_hash="0" * 64)
    assert not RightsRequest.objects.exists()


def test_a_reference_that_is_taken_is_drawn_again() -> None:
    taken = make_request(make_user(), reference="OC-AAAA-AAAA")
    drawn = iter([taken.reference, taken.reference, "OC-CCCC-CCCC"])
    with mock.patch.object(filing, "new_reference", lambda: next(drawn)):
        assert filed(make_user()).reference == "OC-CCCC-CCCC"
    assert references.new_reference() != taken.reference


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_request_and_one_message() -> None:
    user = make_user()
    results = at_once(20, lambda _number: file_request(actor=subject_actor(user), user=user, right=Right.ACCESS))
    assert len({result.request.pk for result in results}) == 1
    assert sum(result.created for result in results) == 1
    assert (RightsRequest.objects.count(), Email.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_message_cannot_be_lost_between_the_request_and_its_queue() -> None:
    user = make_user()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE post_office_email ADD CONSTRAINT refuse_all CHECK (false) NOT VALID")
    try:
        with pytest.raises(Exception, match="refuse_all"):
            filed(user)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE post_office_email DROP CONSTRAINT refuse_all")
    assert not RightsRequest.objects.exists()
    assert Profile.objects.filter(user=user).exists()
