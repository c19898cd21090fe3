"""Downloading a package: who may, how often, how long, and what arrives."""

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from privacy.models import AuditEntry
from privacy.package.seal import SealingWriter, new_key, wrap_key
from privacy.vocabulary import Right
from rights_requests.models import Download, Package, PackageKey, RightsRequest, State
from tests.factories import PASSWORD, make_request, make_user
from tests.rights_requests.browsing import browser_of, database_snapshot, hidden, said, title, without_csrf

pytestmark = pytest.mark.django_db

CONTENT = b"PK" + bytes(range(256)) * 700


@pytest.fixture(autouse=True)
def package_dir(settings: Any, tmp_path: Path) -> Path:
    settings.PACKAGE_DIR = tmp_path
    return tmp_path


@pytest.fixture
def person() -> User:
    return make_user("ada@example.org")


@pytest.fixture
def filed(person: User, package_dir: Path) -> RightsRequest:
    return _with_package(person, package_dir, "READY-1")


@pytest.fixture
def browser(person: User) -> Client:
    return browser_of(person)


def _with_package(person: User, package_dir: Path, reference: str) -> RightsRequest:
    """A completed request with a package that is really sealed, in a file of its own."""
    filed = make_request(person, state=State.COMPLETED, reference=reference)
    package_id, key, sealed = uuid4(), new_key(), BytesIO()
    writer = SealingWriter(sealed, key, str(package_id).encode())
    writer.write(CONTENT)
    writer.close()
    name = f"{package_id}.sealed"
    (package_dir / name).write_bytes(sealed.getvalue())
    package = Package.objects.create(
        id=package_id,
        request=filed,
        file_name=name,
        size=len(CONTENT),
        sealed_size=writer.sealed_size,
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        expires_at=timezone.now() + timedelta(days=14),
    )
    PackageKey.objects.create(package=package, wrapped=wrap_key(key))
    return filed


def _address(filed: RightsRequest) -> str:
    return reverse("rights_requests:download", kwargs={"reference": filed.reference})


def _body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def _token(browser: Client, filed: RightsRequest) -> str:
    return hidden(browser.get(_address(filed)), "token")


class TestThePage:
    def test_it_says_what_the_file_is_how_large_and_until_when(self, browser: Client, filed: RightsRequest) -> None:
        page = said(browser.get(_address(filed)))
        assert "One ZIP file with everything we hold about you" in page
        assert "179 kB" in page
        assert "(in 14 days)" in page
        assert "Nobody has downloaded it yet" in page

    def test_a_look_downloads_nothing_and_uses_nothing_up(self, browser: Client, filed: RightsRequest) -> None:
        before = database_snapshot()
        browser.get(_address(filed))
        browser.head(_address(filed))
        assert database_snapshot() == before

    def test_an_old_sign_in_is_asked_for_the_password(self, person: User, filed: RightsRequest) -> None:
        browser = browser_of(person, signed_in_ago=3600)
        for answer in (browser.get(_address(filed)), browser.post(_address(filed), {"token": "any"})):
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("account_reauthenticate"))

    def test_a_download_pressed_too_late_goes_on_after_the_password(self, person: User, filed: RightsRequest) -> None:
        token = _token(browser_of(person), filed)
        old = browser_of(person, signed_in_ago=3600)
        asked = old.post(_address(filed), {"token": token})
        assert Download.objects.count() == 0
        assert _body(old.post(asked["Location"], {"password": PASSWORD})) == CONTENT

    def test_without_sign_in_there_is_nothing(self, client: Client, filed: RightsRequest) -> None:
        assert client.get(_address(filed))["Location"].startswith(reverse("rights_requests:who"))


class TestTheFile:
    def test_it_arrives_whole_as_an_attachment_that_nobody_stores(self, browser: Client, filed: RightsRequest) -> None:
        answer = browser.post(_address(filed), {"token": _token(browser, filed)})
        assert _body(answer) == CONTENT
        assert answer["Content-Type"] == "application/zip"
        assert answer["Content-Disposition"].startswith("attachment; filename=")
        assert filed.reference in answer["Content-Disposition"]
        assert answer["Content-Length"] == str(len(CONTENT))
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_it_is_streamed_and_never_held_whole(self, browser: Client, filed: RightsRequest) -> None:
        answer = browser.post(_address(filed), {"token": _token(browser, filed)})
        pieces = [len(piece) for piece in answer.streaming_content]
        assert max(pieces) <= 64 * 1024

    def test_the_download_is_on_record_and_shown(self, browser: Client, filed: RightsRequest, person: User) -> None:
        _body(browser.post(_address(filed), {"token": _token(browser, filed)}))
        assert Download.objects.get().user == person
        assert AuditEntry.objects.filter(event__contains="download").count() == 1
        page = said(browser.get(_address(filed)))
        assert "Nobody has downloaded it yet" not in page
        assert "Was one of them not you?" in page


class TestTheToken:
    def test_it_is_good_for_one_download_and_a_new_one_is_offered(self, browser: Client, filed: RightsRequest) -> None:
        token = _token(browser, filed)
        _body(browser.post(_address(filed), {"token": token}))
        again = browser.post(_address(filed), {"token": token})
        assert again.status_code == 409
        assert title(again).startswith("Error: ")
        assert "This button has done its work already" in said(again)
        assert _body(browser.post(_address(filed), {"token": hidden(again, "token")})) == CONTENT

    def test_it_ends_with_its_time(self, browser: Client, filed: RightsRequest, settings: Any) -> None:
        token = _token(browser, filed)
        settings.DOWNLOAD_TOKEN_SECONDS = -1
        late = browser.post(_address(filed), {"token": token})
        assert late.status_code == 409
        assert "This page was open for too long" in said(late)
        assert Download.objects.count() == 0

    @pytest.mark.parametrize("token", ["", "guessed", "x" * 600, "a:b:c", "\x00"])
    def test_what_we_did_not_issue_opens_nothing(self, browser: Client, filed: RightsRequest, token: str) -> None:
        assert browser.post(_address(filed), {"token": token}).status_code == 409
        assert Download.objects.count() == 0

    def test_another_persons_token_opens_nothing(
        self, browser: Client, filed: RightsRequest, package_dir: Path
    ) -> None:
        other = make_user("other@example.org")
        theirs = _with_package(other, package_dir, "READY-2")
        token = _token(browser_of(other), theirs)
        assert browser.post(_address(filed), {"token": token}).status_code == 409
        assert Download.objects.count() == 0

    def test_a_token_for_one_package_does_not_open_another_of_the_same_person(
        self, browser: Client, person: User, filed: RightsRequest, package_dir: Path
    ) -> None:
        second = _with_package(person, package_dir, "READY-3")
        assert browser.post(_address(second), {"token": _token(browser, filed)}).status_code == 409


class TestWhatIsGone:
    def test_after_its_time_it_is_gone_and_the_page_says_how_to_ask_again(
        self, browser: Client, filed: RightsRequest
    ) -> None:
        token = _token(browser, filed)
        Package.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        for answer in (browser.get(_address(filed)), browser.post(_address(filed), {"token": token})):
            assert answer.status_code == 410
            assert "This copy no longer exists" in said(answer)
            assert reverse("rights_requests:new_right", kwargs={"right": "access"}) in answer.content.decode()
        assert Download.objects.count() == 0

    def test_a_destroyed_package_is_gone(self, browser: Client, filed: RightsRequest) -> None:
        PackageKey.objects.all().delete()
        Package.objects.update(destroyed_at=timezone.now())
        assert browser.get(_address(filed)).status_code == 410

    def test_a_package_without_key_is_gone_even_if_nobody_noted_it(self, browser: Client, filed: RightsRequest) -> None:
        token = _token(browser, filed)
        PackageKey.objects.all().delete()
        assert browser.post(_address(filed), {"token": token}).status_code == 410

    @pytest.mark.parametrize("right", list(Right))
    def test_where_there_never_was_one_there_is_no_page(self, browser: Client, person: User, right: Right) -> None:
        assert browser.get(_address(make_request(person, right))).status_code == 404


class TestWhatIsDamaged:
    def test_damage_in_the_last_piece_is_told_in_words_before_a_byte_has_left(
        self, browser: Client, filed: RightsRequest, package_dir: Path
    ) -> None:
        token = _token(browser, filed)
        path = package_dir / filed.package.file_name
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
        answer = browser.post(_address(filed), {"token": token})
        assert answer.status_code == 500
        assert title(answer).startswith("Error: This copy is damaged")
        assert "our people were told" in said(answer)
        assert reverse("rights_requests:new_right", kwargs={"right": "access"}) in answer.content.decode()
        assert AuditEntry.objects.filter(event="package.damaged").count() == 1
        assert Download.objects.count() == 0


class TestOtherPeople:
    def test_someone_elses_package_answers_like_one_that_does_not_exist(self, filed: RightsRequest) -> None:
        stranger = browser_of(make_user("stranger@example.org"))
        unknown = reverse("rights_requests:download", kwargs={"reference": "READY-9"})
        assert stranger.get(_address(filed)).status_code == 404
        assert without_csrf(stranger.get(_address(filed))) == without_csrf(stranger.get(unknown))
        assert without_csrf(stranger.post(_address(filed))) == without_csrf(stranger.post(unknown))
