"""An access request carried out: one sealed package, one message, whatever goes wrong on the way."""

import io
import zipfile
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from post_office.models import Email

from accounts.models import User
from privacy.jobs import engine
from privacy.models import Job, JobState
from privacy.package.seal import MAGIC
from privacy.vocabulary import Right
from rights_requests import selectors
from rights_requests.fulfilment import access, package_files
from rights_requests.models import Package, PackageKey, Recipient, RightsRequest, State
from rights_requests.people import party_of_user
from rights_requests.services import downloading, resuming, withdrawing
from tests.factories import make_user
from tests.rights_requests.desk import failure_seen
from tests.rights_requests.scenario import (
    approved,
    at_once,
    completed,
    job_of,
    make_due,
    run,
    staff_actor,
    subject_actor,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of packages, empty at first."""
    settings.PACKAGE_DIR = tmp_path / "packages"
    return settings.PACKAGE_DIR  # type: ignore[no-any-return]


def files(folder: Path) -> list[str]:
    """The endings of the files in the folder."""
    return sorted(path.suffix for path in folder.iterdir()) if folder.exists() else []


def opened(user: User, package: Package) -> zipfile.ZipFile:
    """The package as the person gets it."""
    token = downloading.mint_token(package_id=package.pk, holder=str(user.pk))
    stream, _name, _size = downloading.open_download(package_id=package.pk, by=party_of_user(user), token=token)
    return zipfile.ZipFile(io.BytesIO(b"".join(stream)))


@pytest.mark.promise("P5.1")
def test_the_person_gets_one_sealed_package_and_one_message(folder: Path) -> None:
    user = make_user("ann@example.org")
    request = completed(user)
    assert files(folder) == [".sealed"]
    content = next(folder.iterdir()).read_bytes()
    assert content.startswith(MAGIC)
    assert b"ann@example.org" not in content
    assert opened(user, request.package).testzip() is None
    letter = Email.objects.get(to=[user.email], subject__contains="ready")
    assert request.reference in letter.message
    assert request.closed_at is not None


def test_the_way_is_told_step_by_step() -> None:
    request = completed(make_user())
    assert [entry.kind for entry in selectors.timeline(request)] == ["file", "approve", "start", "fulfil"]
    assert selectors.next_step(request).who == "you"


def test_eight_workers_make_one_package_and_one_message(folder: Path) -> None:
    user = make_user()
    request = approved(user)
    job = job_of(request)
    assert sum(at_once(8, lambda _number: engine.run(job.pk))) == 1
    assert (Package.objects.count(), files(folder)) == (1, [".sealed"])
    assert Email.objects.filter(subject__contains="ready").count() == 1


def test_a_full_disk_leaves_nothing_and_is_tried_again(folder: Path) -> None:
    user = make_user()
    request = approved(user)
    build = access.build_package

    def run_full(*, path_part: Path, **rest: Any) -> Any:
        path_part.write_bytes(MAGIC + b"half")
        raise OSError(28, "No space left on device")

    with mock.patch.object(access, "build_package", run_full):
        assert run(request).state == State.RUNNING
    assert files(folder) == []
    assert job_of(request).failure == "OSError"
    make_due(request)
    assert access.build_package is build
    assert run(request).state == State.COMPLETED


def test_a_crash_after_the_rename_leaves_no_second_file(folder: Path) -> None:
    """The file has its final name, then the transaction is lost: the next run makes its own, the old one is swept."""
    request = approved(make_user())
    publish = package_files.publish

    def publish_and_die(part: Path) -> Path:
        publish(part)
        raise KeyboardInterrupt

    with mock.patch.object(package_files, "publish", publish_and_die), pytest.raises(KeyboardInterrupt):
        run(request)
    connection.close()
    assert not Package.objects.exists()
    make_due(request)
    assert run(request).state == State.COMPLETED
    package_files.sweep_leftovers()
    assert [path.name for path in folder.iterdir()] == [Package.objects.get().file_name]


def test_what_dead_runs_left_is_swept_and_what_lives_stays(folder: Path) -> None:
    request = completed(make_user())
    name = request.package.file_name
    job = job_of(request)
    for leftover in (f"{job.pk}.7.part", f"{job.pk}.9.sealed", f"{request.pk}.1.part"):
        (folder / leftover).write_bytes(b"x")
    (folder / "readme.txt").write_text("not ours")
    assert package_files.sweep_leftovers() == 3
    assert sorted(path.name for path in folder.iterdir()) == sorted([name, "readme.txt"])


def test_a_file_that_is_being_written_is_not_swept(folder: Path) -> None:
    request = approved(make_user())
    job = job_of(request)
    part = package_files.part_path(job.pk, 1)
    part.write_bytes(b"x")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE privacy_job SET state = 'running', fence = 1, lease_until = clock_timestamp() + interval '5 s'"
        )
    assert package_files.sweep_leftovers() == 0
    Job.objects.update(fence=2)
    assert package_files.sweep_leftovers() == 1


@pytest.mark.promise("P5.1")
def test_an_error_in_one_holding_shows_staff_which_and_resuming_works() -> None:
    """A real error: a column is not there, as after a botched migration."""
    request = approved(make_user())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_profile RENAME COLUMN phone TO phone_gone")
    try:
        for _try in range(3):
            run(request)
            make_due(request)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE accounts_profile RENAME COLUMN phone_gone TO phone")
    stuck = RightsRequest.objects.get(pk=request.pk)
    assert stuck.state == State.NEEDS_ATTENTION
    assert failure_seen(stuck) == ("holding:accounts-profile", "UndefinedColumn", [])
    assert job_of(request).state == JobState.NEEDS_STAFF
    resuming.resume(request_id=request.pk, actor=staff_actor())
    assert run(request).state == State.COMPLETED
    assert failure_seen(request) is None


def test_withdrawing_stops_the_work_and_the_zombie(folder: Path) -> None:
    user = make_user()
    request = approved(user)
    build = access.build_package

    def build_while_withdrawn(**what: Any) -> Any:
        built = build(**what)
        withdrawing.withdraw(request_id=request.pk, actor=subject_actor(user))
        return built

    with mock.patch.object(access, "build_package", build_while_withdrawn):
        assert run(request).state == State.WITHDRAWN
    assert not Package.objects.exists()
    assert not PackageKey.objects.exists()
    assert files(folder) == []
    assert job_of(request).state == JobState.CANCELLED
    assert approved(user).pk != request.pk


def test_an_access_request_about_an_erased_person_is_not_answered_by_a_guess() -> None:
    request = approved(make_user())
    RightsRequest.objects.filter(pk=request.pk).update(subject_user=None, requester=None)
    for _try in range(3):
        run(request)
        make_due(request)
    assert job_of(request).failure == "SubjectGone"


def test_the_package_says_whose_request_it_answers() -> None:
    user = make_user()
    request = completed(user, Right.ACCESS)
    assert request.package.manifest["reference"] == request.reference


@pytest.mark.promise("P7.4")
def test_the_copy_names_who_really_gets_this_persons_data_and_nobody_else() -> None:
    Recipient.objects.create(
        name="Carrier", what_for="carries our mail", country="CH", slugs=["accounts-user"], safeguard="adequacy"
    )
    Recipient.objects.create(name="Former", what_for="carried it", slugs=["accounts-user"], active=False)
    Recipient.objects.create(name="Other", what_for="gets other things", slugs=["accounts-enrolment"])
    request = run(approved(make_user()))
    (named,) = request.package.manifest["recipients"]
    assert (named["name"], named["titles"]) == ("Carrier", ["Your account"])
    assert "Art. 45" in named["safeguard"]
