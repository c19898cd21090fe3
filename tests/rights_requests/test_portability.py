"""Portability: only what the person provided, for themselves or at a recipient of their choice, with proof of it."""

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from pytest_django import Settings

from accounts import services
from accounts.models import FormerAddress, Profile, User
from privacy.data_map.declarations import provided_part
from privacy.data_map.registry import registry
from privacy.jobs import engine
from privacy.models import AuditEntry
from privacy.vocabulary import LegalBasis, Right
from rights_requests.fulfilment import package_files
from rights_requests.models import RightsRequest, State, Transfer
from rights_requests.people import party_of_user
from rights_requests.questions.table import QUESTIONS
from rights_requests.services import deciding
from rights_requests.vocabulary import TransferState
from tests.factories import make_user
from tests.processor import Processor, Reply, authority_pem
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.scenario import job_of, staff_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.6")]

MYSELF = {"way": "myself", "email": "", "url": ""}
QUESTION = reverse("rights_requests:new_right", kwargs={"right": Right.PORTABILITY})


@pytest.fixture
def user() -> User:
    person = make_user("ada@example.org")
    Profile.objects.filter(user=person).update(name="Ada Provided")
    return person


@pytest.fixture
def processor(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Processor]:
    """A server to which a person has their data sent, with a certificate that the system trusts."""
    (tmp_path / "authority.pem").write_text(authority_pem(), encoding="ascii")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    with Processor().running() as running:
        yield running


def asked(user: User, answers: dict[str, str]) -> RightsRequest:
    """An approved request whose job has run once."""
    key = RightsRequest._meta.pk.get_default()
    request = QUESTIONS[Right.PORTABILITY].send(party=party_of_user(user), answers=answers, key=key).request
    deciding.approve(request_id=request.pk, actor=staff_actor())
    engine.run(job_of(request).pk)
    return RightsRequest.objects.get(pk=request.pk)


def test_a_package_holds_what_the_person_provided_and_nothing_else(user: User) -> None:
    request = asked(user, MYSELF)
    assert request.state == State.COMPLETED
    package = zipfile.ZipFile(BytesIO(package_bytes(user, request)))
    names = set(package.namelist())
    assert {"data/accounts-profile.jsonl", "csv/accounts-profile.csv", "profile.vcf", "schema.json"} <= names
    assert not [name for name in names if "auditentry" in name or "usersession" in name]
    profile = json.loads(package.read("data/accounts-profile.jsonl"))
    assert set(profile) == {"name", "workplace", "position", "phone", "address"}
    account = json.loads(package.read("data/accounts-user.jsonl"))
    assert set(account) == {"email", "username"}
    manifest = json.loads(package.read("manifest.json"))
    assert (manifest["right"], manifest["scope"]["article"]) == ("portability", "20(1)")
    assert "What we noted ourselves is not part of it" in package.read("index.html").decode()


def test_only_consent_and_contract_are_portable_and_only_what_was_provided() -> None:
    for holding in registry.holdings.values():
        portable = dict(holding.portable())
        assert all(rule.provided for rule in portable.values())
        assert not portable or holding.basis in {LegalBasis.CONSENT, LegalBasis.CONTRACT}
        assert dict(provided_part(holding).exported()) == portable
    assert any(any(holding.portable()) for holding in registry.holdings.values())


def test_an_address_on_the_web_gets_the_package_and_its_answer_is_kept(user: User, processor: Processor) -> None:
    processor.behaves = lambda call: Reply(201, headers={"Repr-Digest": call.headers["repr-digest"]})
    request = asked(user, {**MYSELF, "way": "https", "url": f"{processor.url}/inbox"})
    transfer = Transfer.objects.get(request=request)
    (call,) = processor.calls
    assert (transfer.state, transfer.proof["confirmed"]) == (TransferState.DELIVERED, True)
    assert call.body == package_bytes(user, request)


def package_bytes(user: User, request: RightsRequest) -> bytes:
    """What the owner would download, byte for byte."""
    from_page = reverse("rights_requests:download", kwargs={"reference": request.reference})
    browser = browser_of(user)
    token = browser.get(from_page).context["form"].initial["token"]
    return b"".join(browser.post(from_page, {"token": token}))


def test_a_mailed_link_is_good_for_one_download_and_the_person_is_told(user: User, client: Client) -> None:
    request = asked(user, {**MYSELF, "way": "mail", "email": "service@example.net"})
    letter = Email.objects.get(to="service@example.net")
    assert "Ada" not in letter.message
    assert user.email not in letter.message
    link = next(line for line in letter.message.splitlines() if "/transfer/" in line)
    path = link[link.index("/transfer/") :]
    assert "Somebody has their data sent to you" in said(client.get(path))
    assert Transfer.objects.get(request=request).state == TransferState.SENT
    taken = b"".join(client.post(path))
    assert zipfile.ZipFile(BytesIO(taken)).testzip() is None
    assert Transfer.objects.get(request=request).state == TransferState.DELIVERED
    assert "downloaded with the link" in Email.objects.filter(to=user.email).latest("id").message
    for again in (client.get(path), client.post(path), client.get("/transfer/guessed/")):
        assert again.status_code == 404
        assert "This link leads to nothing any more" in said(again)


def test_a_link_waits_until_a_change_of_the_address_is_settled_and_stays_good(user: User, client: Client) -> None:
    asked(user, {**MYSELF, "way": "mail", "email": "service@example.net"})
    letter = Email.objects.get(to="service@example.net").message
    path, left = "/transfer/" + letter.split("/transfer/")[1].split("/")[0] + "/", user.email
    User.objects.filter(pk=user.pk).update(email="stranger@example.net")
    services.move_address(actor=services.actor_of(user.pk), user_id=user.pk, left=left)
    early = client.post(path)
    assert (early.status_code, "cannot be handed over yet" in said(early)) == (409, True)
    FormerAddress.objects.update(left_at="2026-01-01T00:00Z")
    assert client.post(path).status_code == 200


def test_a_link_to_a_damaged_package_is_not_used_up_and_staff_are_told(user: User, client: Client) -> None:
    request = asked(user, {**MYSELF, "way": "mail", "email": "service@example.net"})
    letter = Email.objects.get(to="service@example.net").message
    path = "/transfer/" + letter.split("/transfer/")[1].split("/")[0] + "/"
    file = package_files.path_of(request.package)
    whole = file.read_bytes()
    file.write_bytes(whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:])
    damaged = client.post(path)
    assert (damaged.status_code, "This file is damaged" in said(damaged)) == (500, True)
    assert Transfer.objects.get().state == TransferState.SENT
    assert AuditEntry.objects.filter(event="package.damaged").count() == 1
    file.write_bytes(whole)
    assert zipfile.ZipFile(BytesIO(b"".join(client.post(path)))).testzip() is None


def test_the_token_of_a_link_is_not_in_the_database(user: User) -> None:
    request = asked(user, {**MYSELF, "way": "mail", "email": "service@example.net"})
    letter = Email.objects.get(to="service@example.net")
    token = letter.message.split("/transfer/")[1].split("/")[0]
    assert len(token) >= 32
    assert token not in str(Transfer.objects.filter(request=request).values().get())
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Choose where your data is to go."),
        ({"way": "mail"}, "Enter the e-mail address of whoever is to get the link."),
        ({"way": "https"}, "Enter the address that the service gave you."),
        ({"way": "https", "url": "http://example.net/"}, "https://"),
        ({"way": "https", "url": "https://127.0.0.1/"}, "Write"),
    ],
)
def test_the_question_says_what_to_write_instead(user: User, given: dict[str, str], words: str) -> None:
    page = browser_of(user).post(QUESTION, given)
    assert page.status_code == 200
    assert words in said(page)


def test_the_page_says_beforehand_what_is_in_the_files(user: User) -> None:
    assert "Your profile" in said(browser_of(user).get(QUESTION))
