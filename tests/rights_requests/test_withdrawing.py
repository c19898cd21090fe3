"""Withdrawing and resuming: by the right person, at the right time, and never by halves."""

import pytest
from post_office.models import Email

from privacy.models import Job, JobState
from privacy.vocabulary import Right
from rights_requests.errors import NotAllowed, NotFound, WrongState
from rights_requests.models import RightsRequest, State
from rights_requests.services.resuming import resume
from rights_requests.services.withdrawing import withdraw
from tests.factories import make_request, make_user
from tests.rights_requests.scenario import approved, filed, job_of, staff_actor, subject_actor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("right", Right)
def test_a_withdrawn_request_is_closed_and_the_person_is_told(right: Right) -> None:
    user = make_user()
    request = withdraw(request_id=filed(user, right).pk, actor=subject_actor(user))
    assert (request.state, request.closed_at is not None) == (State.WITHDRAWN, True)
    assert Email.objects.filter(to=[user.email], subject__contains="withdrew").count() == 1


@pytest.mark.parametrize("right", Right)
def test_an_approved_request_that_is_withdrawn_has_no_job_left(right: Right) -> None:
    user = make_user()
    request = approved(user, right)
    after = withdraw(request_id=request.pk, actor=subject_actor(user))
    assert (after.state, after.contact_sealed) == (State.WITHDRAWN, None)
    assert job_of(request).state == JobState.CANCELLED


def test_a_foreign_request_and_an_unknown_one_are_the_same() -> None:
    request = filed(make_user())
    gone = make_request(make_user())
    unknown = gone.pk
    gone.delete()
    for request_id in (request.pk, unknown):
        with pytest.raises(NotFound):
            withdraw(request_id=request_id, actor=subject_actor(make_user()))
    with pytest.raises(NotFound):
        withdraw(request_id=request.pk, actor=staff_actor())


def test_nothing_is_stopped_by_someone_who_may_not() -> None:
    request = approved(make_user())
    with pytest.raises(NotFound):
        withdraw(request_id=request.pk, actor=subject_actor(make_user()))
    assert job_of(request).state == JobState.QUEUED


@pytest.mark.parametrize("state", [State.COMPLETED, State.REFUSED, State.WITHDRAWN])
def test_a_closed_request_is_not_withdrawn(state: State) -> None:
    user = make_user()
    request = make_request(user, state=state)
    with pytest.raises(WrongState):
        withdraw(request_id=request.pk, actor=subject_actor(user))


def test_an_erasure_that_runs_is_not_withdrawn_and_its_job_goes_on() -> None:
    user = make_user()
    request = approved(user, Right.ERASURE)
    RightsRequest.objects.filter(pk=request.pk).update(state=State.RUNNING)
    with pytest.raises(WrongState):
        withdraw(request_id=request.pk, actor=subject_actor(user))
    assert job_of(request).state == JobState.QUEUED


def test_only_what_needs_attention_is_resumed() -> None:
    request = approved(make_user())
    with pytest.raises(WrongState):
        resume(request_id=request.pk, actor=staff_actor())
    with pytest.raises(NotAllowed):
        resume(request_id=request.pk, actor=subject_actor(make_user()))


def test_resuming_puts_request_and_job_back_together() -> None:
    request = approved(make_user())
    RightsRequest.objects.filter(pk=request.pk).update(state=State.NEEDS_ATTENTION)
    Job.objects.update(state=JobState.NEEDS_STAFF, failed_step="package", failure="ValueError", attempts=3)
    assert resume(request_id=request.pk, actor=staff_actor()).state == State.RUNNING
    job = job_of(request)
    assert (job.state, job.failure, job.attempts) == (JobState.QUEUED, "", 0)
