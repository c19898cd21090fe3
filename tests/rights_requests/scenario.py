"""Moves requests through their life with the real services, for tests that start somewhere in the middle."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection

from accounts.models import User
from privacy.actors import Actor
from privacy.data_map.subject import Subject, subject_of_user
from privacy.jobs import engine
from privacy.models import Job
from privacy.vocabulary import Right
from rights_requests.models import Proposal, RightsRequest, State
from rights_requests.services import deciding, filing
from rights_requests.vocabulary import Answer, IdentityMethod
from tests.factories import make_staff

DECIDES = (
    "rights_requests.change_rightsrequest",
    "rights_requests.approve_erasure",
    "rights_requests.see_evidence",
)
Answered = TypeVar("Answered")


def subject_actor(user: User) -> Actor:
    """The person as actor."""
    return Actor.subject(user.pk, Subject(user_id=user.pk).digest)


def staff_actor() -> Actor:
    """A new member of staff who may decide."""
    return Actor.staff(make_staff(perms=DECIDES).pk)


def filed(
    user: User, right: Right = Right.ACCESS, message: str = "", country: str = "FR", **more: Any
) -> RightsRequest:
    """A request that the person just filed; of a rectification, staff have accepted the one correction there is."""
    asked = filing.Asked(right, message, country=country, waives_cooling=True, **more)
    asker = filing.Asker(subject_of_user(user.pk), IdentityMethod.ACCOUNT)
    made = filing.file(actor=subject_actor(user), asker=asker, asked=asked).request
    if right == Right.RECTIFICATION and not made.proposals.exists():
        what = {"holding": "accounts-profile", "field": "name", "row_key": str(user.pk), "new": "Rightly"}
        Proposal.objects.create(request=made, decision=Answer.ACCEPTED, **what)
    return made


def approved(user: User, right: Right = Right.ACCESS, message: str = "", **more: Any) -> RightsRequest:
    """A request that was filed, prepared where that is needed, and approved by another person."""
    request = filed(user, right, message, **more)
    if right == Right.ERASURE:
        request = deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)
    return deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)


def job_of(request: RightsRequest) -> Job:
    """The job of an approved request, fresh from the database."""
    return Job.objects.get(about=request.pk, kind=request.right)


def run(request: RightsRequest) -> RightsRequest:
    """Run the job once, here; the request as it is afterwards."""
    engine.run(job_of(request).pk)
    return RightsRequest.objects.get(pk=request.pk)


def completed(user: User, right: Right = Right.ACCESS) -> RightsRequest:
    """A request carried out to its end."""
    request = run(approved(user, right))
    assert request.state == State.COMPLETED, job_of(request).failure
    return request


def make_due(request: RightsRequest) -> None:
    """Let the job's waiting time be over."""
    Job.objects.filter(about=request.pk).update(not_before="2000-01-01T00:00Z", lease_until=None)


def at_once(count: int, work: Callable[[int], Answered]) -> list[Answered]:
    """Call `work` with 0 … count - 1 from as many threads that start together, each with its own connection."""
    barrier = Barrier(count)

    def one(number: int) -> Answered:
        barrier.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
