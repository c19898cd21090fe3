"""Packages that are kept in a bucket of a real server: made once, handed out, gone; and what dead runs left there."""

import io
import zipfile
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from occicor.file_store_address import bucket_storages
from privacy.data_map.registry import registry
from privacy.data_map.subject import subject_of_user
from privacy.files import Away, bucket
from privacy.files.bucket import BucketFile
from rights_requests.errors import PackageDamaged, PackageGone, TokenUsed
from rights_requests.fulfilment import package_files
from rights_requests.models import Download, Package, RightsRequest, State
from rights_requests.people import party_of_user
from rights_requests.services import downloading, withdrawing
from tests.bucket_server import BucketServer
from tests.factories import make_user
from tests.rights_requests.desk import browser
from tests.rights_requests.scenario import approved, completed, job_of, make_due, run, subject_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.1")]


class Kept:
    """What lies in the bucket, and on this machine."""

    def __init__(self, server: BucketServer, folder: Path) -> None:
        self.server, self.folder, self.address = server, folder, server.bucket()

    def names(self) -> list[str]:
        """The names of the packages in the bucket, and of whatever lies in the folder."""
        here = [path.name for path in self.folder.iterdir()] if self.folder.exists() else []
        return sorted([name.removeprefix("packages/") for name in self.server.keys(self.address)] + here)

    def put(self, name: str, content: bytes) -> None:
        """Lay an object there."""
        where, prefix = self.address.split("/")[3:5]
        self.server.client.put_object(Bucket=where, Key=f"{prefix}/packages/{name}", Body=content)


@pytest.fixture(autouse=True)
def kept(bucket_server: BucketServer, settings: Any, tmp_path: Path) -> Kept:
    """A prefix of the bucket, empty at first."""
    found = Kept(bucket_server, tmp_path / "packages")
    settings.PACKAGE_DIR = found.folder
    settings.STORAGES = settings.STORAGES | bucket_storages(found.address)
    return found


def download(request: RightsRequest, token: str = "") -> bytes:
    """The package as its person gets it."""
    user = request.subject_user
    token = token or downloading.mint_token(package_id=request.package.pk, holder=str(user.pk))
    stream, _name, _size = downloading.open_download(package_id=request.package.pk, by=party_of_user(user), token=token)
    return b"".join(stream)


@pytest.mark.promise("P5.3")
def test_a_copy_is_made_handed_out_found_for_its_person_and_gone(kept: Kept) -> None:
    request = completed(make_user("ann@example.org"))
    assert kept.names() == [request.package.file_name]
    assert zipfile.ZipFile(io.BytesIO(download(request))).testzip() is None
    store, subject = registry.stores["packages"], subject_of_user(request.subject_user_id)
    assert (store.find(subject), store.verify(frozenset({"ann@example.org"}))) == (1, [])
    assert (store.erase(subject), store.erase(subject)) == (1, 0)
    assert kept.names() == []
    with pytest.raises(PackageGone):
        download(request)


def test_what_dead_runs_left_is_swept_and_what_lives_or_is_being_sent_stays(kept: Kept) -> None:
    request = completed(make_user())
    job, name = job_of(request), request.package.file_name
    for leftover in (f"{job.pk}.7.sealed", f"{request.pk}.1.sealed", "readme.txt"):
        kept.put(leftover, b"x")
    running = job_of(approved(make_user()))
    type(running).objects.filter(pk=running.pk).update(state="running", fence=3)
    kept.put(f"{running.pk}.3.sealed", b"x")
    assert package_files.sweep_elsewhere() == 2
    assert kept.names() == sorted([name, "readme.txt", f"{running.pk}.3.sealed"])


def test_what_a_run_sent_that_lost_its_right_is_swept(kept: Kept) -> None:
    """Withdrawn between the upload and the row."""
    user = make_user()
    request = approved(user)
    send = package_files.send

    def send_while_withdrawn(*what: Any) -> None:
        send(*what)
        withdrawing.withdraw(request_id=request.pk, actor=subject_actor(user))

    with mock.patch.object(package_files, "send", send_while_withdrawn):
        assert run(request).state == State.WITHDRAWN
    assert (len(kept.names()), package_files.sweep_elsewhere(), kept.names()) == (1, 1, [])
    assert not Package.objects.exists()


def test_a_server_that_answers_500_is_asked_again_later(kept: Kept) -> None:
    request = approved(make_user())
    with mock.patch.object(bucket.Bucket, "send", side_effect=Away("500")):
        assert run(request).state == State.RUNNING
    assert job_of(request).failure == "Away"
    assert kept.names() == []
    make_due(request)
    assert run(request).state == State.COMPLETED


def test_while_it_is_away_nothing_is_used_up_and_the_page_says_wait(kept: Kept) -> None:
    request = completed(make_user())
    token = downloading.mint_token(package_id=request.package.pk, holder=str(request.subject_user.pk))
    with mock.patch.object(BucketFile, "_head", side_effect=Away("503")):
        with pytest.raises(Away):
            download(request, token)
        person = browser(request.subject_user)
        person.raise_request_exception = False
        page = person.post(f"/requests/{request.reference}/download/", {"token": token})
        assert (page.status_code, page["Retry-After"]) == (503, "15")
    assert not Download.objects.exists()
    assert download(request, token)[:2] == b"PK"
    with pytest.raises(TokenUsed):
        download(request, token)


def test_an_object_that_was_altered_is_not_handed_out(kept: Kept) -> None:
    request = completed(make_user())
    kept.put(request.package.file_name, b"OCSP1" + b"x" * 1000)
    with pytest.raises(PackageDamaged):
        download(request)
