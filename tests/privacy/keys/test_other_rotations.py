"""New keys for packages and for signatures: both count meanwhile, in the end nothing needs the old one."""

import base64
import os
from base64 import b64decode
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.signing import Signer

from accounts.models import User
from accounts.secrets import SecretBroken, seal, unseal
from consent.mailings import tokens
from privacy import audit, ledger
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.keys import package_rotation, signatures
from privacy.ledger.verify import verify
from privacy.models import Job, JobStep
from privacy.package import signing
from privacy.package.seal import unwrap_key, wrap_key
from privacy.uploads import vault
from privacy.vocabulary import LedgerKind
from rights_requests import contact
from rights_requests.models import PackageKey, RightsRequest
from tests.factories import make_package, make_request, make_staff, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P6.1")]
PERSON = Subject(emails=frozenset({"ann@example.org"}))


def key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def said(command: str, *options: str) -> str:
    out = StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def exchange(settings: Any) -> Callable[[], None]:
    """Puts another PACKAGE_KEK in force."""

    def put() -> None:
        settings.OLD_PACKAGE_KEKS = [settings.PACKAGE_KEK, *settings.OLD_PACKAGE_KEKS]
        settings.PACKAGE_KEK = key()

    return put


@pytest.fixture
def wrapped() -> tuple[RightsRequest, User]:
    """A copy, a request with what it remembers, a running erasure, a second step: each with a secret of its own."""
    request = make_request(make_user())
    PackageKey.objects.filter(package=make_package(request)).update(wrapped=wrap_key(b"k" * 32))
    RightsRequest.objects.filter(pk=request.pk).update(
        contact_sealed=contact.seal_contact("ann@example.org", request.pk),
        subject_sealed=contact.seal_person(PERSON, request.pk),
        requester_sealed=contact.seal_requester({"name": "Bo"}, request.pk),
    )
    job = Job.objects.create(kind="erasure", about=request.pk)
    JobStep.objects.create(
        job=job, name="check_plan", fence=1, detail={"subject": contact.seal_subject(PERSON, request.pk)}
    )
    staff = make_staff()
    Authenticator.objects.filter(user=staff).update(data={"secret": seal("JBSWY3DPEHPK3PXP")})
    return request, staff


def opened(request: RightsRequest, staff: User) -> None:
    """Everything can be read."""
    request.refresh_from_db()
    assert unwrap_key(PackageKey.objects.get().wrapped) == b"k" * 32
    assert contact.open_contact(request.contact_sealed or b"", request.pk) == "ann@example.org"
    assert contact.open_person(request.subject_sealed or b"", request.pk) == PERSON
    assert contact.open_requester(request.requester_sealed or b"", request.pk) == {"name": "Bo"}
    assert contact.open_subject(JobStep.objects.get().detail["subject"], request.pk) == PERSON
    assert unseal(Authenticator.objects.get(user=staff).data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_both_keys_open_until_everything_is_wrapped_anew(
    wrapped: tuple[RightsRequest, User], exchange: Callable[[], None], settings: Any
) -> None:
    exchange()
    opened(*wrapped)
    assert "4 rows wait: run rotate_package_key --now" in said("rotate_package_key")
    after = said("rotate_package_key", "--now")
    assert "take OLD_PACKAGE_KEKS away" in after
    settings.OLD_PACKAGE_KEKS = []
    opened(*wrapped)
    assert package_rotation.rewrap(lambda _looked: None) == 0


def test_killed_in_the_middle_the_rest_is_wrapped_anew_by_the_next_run(
    wrapped: tuple[RightsRequest, User], exchange: Callable[[], None], settings: Any
) -> None:
    exchange()
    told: list[str] = []

    def killed(looked: package_rotation.Looked) -> None:
        told.append(looked.label)
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        package_rotation.rewrap(killed)
    opened(*wrapped)
    assert sum(one.former for one in package_rotation.standing()) in range(1, 4)
    said("rotate_package_key", "--now")
    settings.OLD_PACKAGE_KEKS = []
    opened(*wrapped)


def test_what_no_key_opens_is_named_and_left(
    wrapped: tuple[RightsRequest, User], exchange: Callable[[], None], settings: Any
) -> None:
    exchange()
    settings.OLD_PACKAGE_KEKS = []
    before = bytes(PackageKey.objects.get().wrapped)
    for options in ((), ("--now",)):
        with pytest.raises(CommandError, match="4 rows can be opened by no key that we have, the first: mfa"):
            said("rotate_package_key", *options)
    assert bytes(PackageKey.objects.get().wrapped) == before
    settings.OLD_PACKAGE_KEKS = ["short"]
    with pytest.raises(ImproperlyConfigured, match="OLD_PACKAGE_KEKS must be 32 bytes in base64"):
        said("rotate_package_key")


def test_a_file_of_evidence_opens_under_either_key(exchange: Callable[[], None], tmp_path: Path, settings: Any) -> None:
    settings.EVIDENCE_DIR = tmp_path
    stored = vault.put(b"a paper")
    exchange()
    assert vault.read(stored.name, stored.wrapped_key) == b"a paper"


def test_what_an_old_key_signed_stays_genuine_and_a_lost_one_is_an_error(settings: Any) -> None:
    audit.record(event="test.done", actor=SYSTEM)
    assert audit.seal_day() is not None
    ledger.note(kind=LedgerKind.RECTIFICATION, request_id=uuid4(), digests=PERSON.digests())
    ledger.write_out()
    (old,) = signing.public_keys()["keys"]
    settings.SIGNING_KEY = key()
    with pytest.raises(CommandError, match=f"Nobody can check what {old['key_id']} signed"):
        said("rotate_signing_key")
    settings.OLD_VERIFY_KEYS = {old["key_id"]: old["public_key"]}
    told = said("rotate_signing_key", "--now")
    assert f"the ledger: 1 signed by {old['key_id']}, a key before it" in told
    assert f"Keep {old['key_id']} in OLD_VERIFY_KEYS for good" in told
    assert audit.verify().ok
    assert verify().problem == ""
    ledger.note(kind=LedgerKind.RECTIFICATION, request_id=uuid4(), digests=PERSON.digests())
    ledger.write_out()
    assert [one.key_id == old["key_id"] for one in signatures.standing() if one.label == signatures.LEDGER] == [False]
    assert verify().problem == ""


def test_new_keys_come_as_files_for_their_owner_only_and_never_over_others(tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / "new"
    for command, names in {
        "rotate_secret_key": ("SECRET_KEY", "OLD_SECRET_KEYS"),
        "rotate_digest_key": ("DIGEST_KEY", "OLD_DIGEST_KEYS"),
        "rotate_package_key": ("PACKAGE_KEK", "OLD_PACKAGE_KEKS"),
        "rotate_signing_key": ("SIGNING_KEY", "OLD_VERIFY_KEYS"),
    }.items():
        told = said(command, "--make", str(folder))
        assert all(f"Written: {folder / name}\n" in told for name in names)
        assert all((folder / name).stat().st_mode & 0o777 == 0o600 for name in names)
        with pytest.raises(CommandError, match="may be the only copy of a key"):
            said(command, "--make", str(folder))
    assert (folder / "OLD_DIGEST_KEYS").read_text().strip() == settings.DIGEST_KEY
    assert len(b64decode((folder / "SIGNING_KEY").read_text())) == 32
    (current,) = signing.public_keys()["keys"]
    assert (folder / "OLD_VERIFY_KEYS").read_text() == f"{current['key_id']}:{current['public_key']}\n"


def test_links_and_returned_letters_of_an_old_secret_key_count(settings: Any) -> None:
    copy = uuid4()
    link, token = Signer(salt="test").sign("x"), tokens.token(copy)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another " * 8
    assert Signer(salt="test").unsign(link) == "x"
    assert list(tokens.named_in(f"to {token}")) == [copy]
    assert "1 old keys still count" in said("rotate_secret_key")
    settings.SECRET_KEY_FALLBACKS = []
    assert list(tokens.named_in(f"to {token}")) == []
    with pytest.raises(SecretBroken):
        unseal("nothing")
