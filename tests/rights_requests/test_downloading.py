"""Downloading: one token, one download, on record, and nothing after the package's time."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.db.models.functions import Now
from django.urls import reverse
from post_office.models import Email

from accounts import services
from accounts.models import FormerAddress, User
from privacy.actors import SYSTEM
from privacy.jobs import engine
from privacy.mail.address import contact_address
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests import selectors
from rights_requests.errors import AddressUnsettled, PackageDamaged, PackageGone, RequestError, TokenExpired, TokenUsed
from rights_requests.fulfilment import package_files
from rights_requests.models import Download, Package, PackageKey, RightsRequest
from rights_requests.people import party_of_user
from rights_requests.services import waiting
from rights_requests.services.downloading import mint_token, open_download
from rights_requests.services.expiring import destroy, expire_due
from rights_requests.words import moment
from tests.factories import make_package, make_request, make_user
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.scenario import approved, at_once, completed, job_of, make_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of packages, empty at first."""
    settings.PACKAGE_DIR = tmp_path / "packages"
    return settings.PACKAGE_DIR  # type: ignore[no-any-return]


@pytest.fixture
def user() -> User:
    """A person."""
    return make_user()


@pytest.fixture
def package(user: User) -> Package:
    """Their package."""
    return completed(user).package


def token_of(user: User, package: Package) -> str:
    """A new token."""
    return mint_token(package_id=package.pk, holder=str(user.pk))


def test_the_person_gets_the_whole_file_under_the_reference(user: User, package: Package) -> None:
    stream, name, size = open_download(package_id=package.pk, by=party_of_user(user), token=token_of(user, package))
    content = b"".join(stream)
    assert (name, size) == (f"{package.request.reference}.zip", len(content))
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_a_download_is_on_record_before_its_first_byte(user: User, package: Package) -> None:
    open_download(package_id=package.pk, by=party_of_user(user), token=token_of(user, package))
    assert Download.objects.get(package=package).user_id == user.pk
    entry = AuditEntry.objects.get(event="package.downloaded")
    assert (entry.object_id, entry.subject_digest) == (str(package.pk), package.request.subject_digest)


def test_a_token_is_good_for_one_download(user: User, package: Package) -> None:
    token = token_of(user, package)
    open_download(package_id=package.pk, by=party_of_user(user), token=token)
    with pytest.raises(TokenUsed):
        open_download(package_id=package.pk, by=party_of_user(user), token=token)


def test_of_twenty_that_use_a_token_at_once_one_gets_the_package(user: User, package: Package) -> None:
    token = token_of(user, package)

    def take(_number: int) -> bool:
        try:
            open_download(package_id=package.pk, by=party_of_user(user), token=token)
        except TokenUsed:
            return False
        return True

    assert sum(at_once(20, take)) == 1


def test_a_token_ends_after_its_time(user: User, package: Package, settings: Any) -> None:
    token = token_of(user, package)
    settings.DOWNLOAD_TOKEN_SECONDS = -1
    with pytest.raises(TokenExpired):
        open_download(package_id=package.pk, by=party_of_user(user), token=token)


def test_a_token_for_something_else_opens_nothing(user: User, package: Package) -> None:
    other = make_user()
    theirs = completed(other).package
    content = {"package": str(package.pk), "user": str(user.pk), "nonce": "x"}
    wrong = [
        mint_token(package_id=theirs.pk, holder=str(user.pk)),
        mint_token(package_id=package.pk, holder=str(other.pk)),
        signing.dumps(content, salt="rights_requests.follow"),
        token_of(user, package)[:-2],
        "",
        "x" * 5000,
    ]
    for token in wrong:
        with pytest.raises(TokenExpired):
            open_download(package_id=package.pk, by=party_of_user(user), token=token)
    assert not Download.objects.exists()


def test_a_package_of_another_person_does_not_exist(package: Package) -> None:
    stranger = make_user()
    with pytest.raises(PackageGone):
        open_download(package_id=package.pk, by=party_of_user(stranger), token=token_of(stranger, package))


def test_an_expired_package_is_gone_even_before_the_sweep(user: User, package: Package) -> None:
    Package.objects.update(expires_at="2020-01-01T00:00Z")
    with pytest.raises(PackageGone):
        open_download(package_id=package.pk, by=party_of_user(user), token=token_of(user, package))


def test_expiry_destroys_key_and_file_and_says_so(user: User, package: Package, folder: Path) -> None:
    assert expire_due() == 0
    Package.objects.update(expires_at="2020-01-01T00:00Z")
    assert expire_due() == 1
    assert expire_due() == 0
    assert not PackageKey.objects.exists()
    assert list(folder.iterdir()) == []
    assert AuditEntry.objects.get(event="package.destroyed").data == {"reason": "expired"}
    request = RightsRequest.objects.get(pk=package.request_id)
    assert selectors.next_step(request).who == "nobody"


def test_a_file_that_could_not_be_removed_is_swept_later(package: Package, folder: Path) -> None:
    path = package_files.path_of(package)
    kept = path.read_bytes()
    destroy(package_id=package.pk, actor=SYSTEM, reason="expired")
    path.write_bytes(kept)
    assert package_files.sweep_leftovers() == 1
    assert list(folder.iterdir()) == []


def test_of_eight_that_destroy_a_package_one_does(package: Package) -> None:
    done = at_once(8, lambda _number: destroy(package_id=package.pk, actor=SYSTEM, reason="expired"))
    assert sum(done) == 1
    assert AuditEntry.objects.filter(event="package.destroyed").count() == 1


def test_a_download_that_has_begun_ends_well_though_the_package_is_destroyed(user: User, package: Package) -> None:
    stream, _name, size = open_download(package_id=package.pk, by=party_of_user(user), token=token_of(user, package))
    destroy(package_id=package.pk, actor=SYSTEM, reason="expired")
    assert len(b"".join(stream)) == size


@pytest.mark.parametrize("where", [50, -20])
def test_a_changed_file_is_not_handed_out_and_staff_are_told_once(user: User, package: Package, where: int) -> None:
    path = package_files.path_of(package)
    content = bytearray(path.read_bytes())
    content[where] ^= 1
    path.write_bytes(content)
    for _try in range(2):
        with pytest.raises(PackageDamaged):
            open_download(package_id=package.pk, by=party_of_user(user), token=token_of(user, package))
    assert not Download.objects.exists()
    entry = AuditEntry.objects.filter(event="package.damaged").first()
    assert entry is not None
    assert (entry.object_id, entry.subject_digest) == (str(package.pk), package.request.subject_digest)
    alarm = Email.objects.get(to=contact_address())
    assert package.request.reference in alarm.subject
    assert user.email not in alarm.message
    assert not Email.objects.filter(subject__startswith="Your copy was downloaded").exists()


def test_each_download_is_told_to_the_person_when_and_what_to_do_if_it_was_someone_else(
    user: User, package: Package
) -> None:
    for _download in range(2):
        open_download(package_id=package.pk, by=party_of_user(user), token=token_of(user, package))
    told = Email.objects.filter(to=user.email, subject__startswith="Your copy was downloaded")
    assert told.count() == 2
    text = told.latest("id").message
    assert moment(Download.objects.latest("pk").downloaded_at) in text
    assert "/account/password/reset/" in text
    assert contact_address() in text


def test_a_package_whose_file_is_lost_is_gone(user: User) -> None:
    package = make_package(make_request(user, state="completed"))
    with pytest.raises(RequestError):
        open_download(package_id=package.pk, by=party_of_user(user), token=token_of(user, package))


@pytest.mark.promise("P7.2")
def test_no_copy_is_handed_out_while_a_change_of_the_address_can_be_taken_back(user: User, package: Package) -> None:
    token, old = token_of(user, package), user.email
    User.objects.filter(pk=user.pk).update(email="stranger@example.net")
    services.move_address(actor=services.actor_of(user.pk), user_id=user.pk, left=old)
    with pytest.raises(AddressUnsettled) as refused:
        open_download(package_id=package.pk, by=party_of_user(user), token=token)
    assert "can be downloaded after" in str(refused.value.message)
    page = browser_of(user).get(reverse("rights_requests:download", kwargs={"reference": package.request.reference}))
    assert "Your copy waits" in said(page)
    assert 'name="token"' not in page.content.decode()
    assert not Download.objects.exists()
    FormerAddress.objects.update(left_at=Now() - timedelta(days=settings.EMAIL_CHANGE_COOLDOWN_DAYS))
    assert open_download(package_id=package.pk, by=party_of_user(user), token=token)[2] == package.size


@pytest.mark.promise("P7.2")
@pytest.mark.parametrize("right", [Right.ACCESS, Right.ERASURE])
def test_what_was_approved_before_the_address_changed_begins_after_it_is_settled(user: User, right: Right) -> None:
    request, old = approved(user, right), user.email
    make_due(request)
    User.objects.filter(pk=user.pk).update(email="stranger@example.net")
    services.move_address(actor=services.actor_of(user.pk), user_id=user.pk, left=old)
    assert job_of(request).not_before == waiting.settles_at(user.pk)
    assert not engine.run(job_of(request).pk)
    assert waiting.put_off(user_id=user.pk) == 0
