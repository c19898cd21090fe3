"""What happens when two things meet at one request: withdrawing and approving, sweeping and publishing."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import User
from privacy.jobs import engine
from privacy.jobs.registry import kind_of
from privacy.models import Job, JobState
from privacy.vocabulary import Right
from rights_requests.fulfilment import access, package_files
from rights_requests.models import Package, PackageKey, RightsRequest, State
from rights_requests.services import deciding, withdrawing
from tests.factories import make_user
from tests.rights_requests.scenario import approved, filed, job_of, run, staff_actor, subject_actor
from tests.waiting import wait_until_someone_waits_for_us

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of packages, empty at first."""
    settings.PACKAGE_DIR = tmp_path / "packages"
    return settings.PACKAGE_DIR  # type: ignore[no-any-return]


def withdrawn_while_it_is_approved(user: User, right: Right) -> RightsRequest:
    """The person presses "withdraw" while the approval is not yet committed, and so waits behind it."""
    request = filed(user, right)
    if right == Right.ERASURE:
        deciding.prepare(request_id=request.pk, actor=staff_actor())
    approver, person = staff_actor(), subject_actor(user)

    def withdraw() -> None:
        try:
            withdrawing.withdraw(request_id=request.pk, actor=person)
        finally:
            connection.close()

    thread = threading.Thread(target=withdraw)
    with transaction.atomic():
        deciding.approve(request_id=request.pk, actor=approver)
        thread.start()
        wait_until_someone_waits_for_us()
    thread.join()
    return RightsRequest.objects.get(pk=request.pk)


@pytest.mark.parametrize("right", Right)
def test_a_request_withdrawn_while_it_is_approved_leaves_no_job_behind(right: Right) -> None:
    request = withdrawn_while_it_is_approved(make_user(), right)
    assert (request.state, job_of(request).state) == (State.WITHDRAWN, JobState.CANCELLED)


@pytest.mark.parametrize("right", [right for right in Right if kind_of(right)])
def test_a_job_never_carries_out_a_request_that_has_ended(right: Right) -> None:
    user = make_user()
    request = approved(user, right)
    RightsRequest.objects.filter(pk=request.pk).update(state=State.WITHDRAWN)
    assert run(request).state == State.WITHDRAWN
    assert User.objects.filter(pk=user.pk, is_active=True, email=user.email).exists()
    assert (job_of(request).state, Package.objects.count()) == (JobState.CANCELLED, 0)


def test_a_package_published_while_leftovers_are_swept_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    request = approved(make_user())
    asked: list[str] = []
    ordinary = QuerySet._fetch_all

    def fetch_all(rows: Any) -> None:
        # After the sweep's first question the whole rest of the job happens, on a connection of its own.
        first = not asked and rows._result_cache is None and rows.model in {Job, Package}
        ordinary(rows)
        if first:
            asked.append(rows.model.__name__)
            worker = threading.Thread(target=finish)
            worker.start()
            worker.join()

    def finish() -> None:
        try:
            with transaction.atomic():
                package = Package.objects.create(
                    request=request,
                    pk=job_id,
                    file_name=file.name,
                    size=1,
                    sealed_size=1,
                    sha256="0" * 64,
                    expires_at="2100-01-01T00:00Z",
                )
                PackageKey.objects.create(package=package, wrapped=b"wrapped")
                Job.objects.filter(pk=job_id).update(state=JobState.DONE, lease_until=None)
        finally:
            connection.close()

    job_id = job_of(request).pk
    Job.objects.filter(pk=job_id).update(state=JobState.RUNNING, fence=1, lease_until="2100-01-01T00:00Z")
    file = package_files.part_path(job_id, 1).with_suffix(".sealed")
    file.write_bytes(b"sealed")
    monkeypatch.setattr(QuerySet, "_fetch_all", fetch_all)
    assert package_files.sweep_leftovers() == 0
    assert asked
    assert file.is_file()


def test_the_file_of_a_job_that_nobody_took_over_stays_although_its_lease_lapsed() -> None:
    request = approved(make_user())
    job = job_of(request)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, fence=1, lease_until="2000-01-01T00:00Z")
    file = package_files.part_path(job.pk, 1)
    file.write_bytes(b"half")
    assert package_files.sweep_leftovers() == 0
    assert engine.cancel(kind=Right.ACCESS, about=request.pk)
    assert package_files.sweep_leftovers() == 1


def test_a_copy_that_was_built_but_not_announced_goes_with_the_withdrawal(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_context: object) -> None:
        raise OSError

    user = make_user()
    request = approved(user)
    monkeypatch.setattr(access, "tell_ready", broken)
    run(request)
    file = package_files.path_of(Package.objects.get())
    assert file.is_file()
    withdrawing.withdraw(request_id=request.pk, actor=subject_actor(user))
    assert (file.exists(), PackageKey.objects.count(), Package.objects.get().destroyed_at is None) == (False, 0, False)
