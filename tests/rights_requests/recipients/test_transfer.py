"""A package on its way to a server that the person named, as the job carries it there (Art. 20(2) GDPR)."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core import mail

from accounts.models import User
from privacy.jobs.context import JobContext, Later
from privacy.jobs.lease import claim
from privacy.mail.deliver import deliver_due
from privacy.models import AuditEntry, Job, JobState
from rights_requests.forms import ServerAddressField
from rights_requests.fulfilment.transfer import TRIES, hand_over
from rights_requests.models import Package, RightsRequest, Transfer
from rights_requests.vocabulary import TransferKind, TransferState
from tests.factories import make_user
from tests.processor import Processor, Reply, authority_pem
from tests.rights_requests.recipients.spy import connections
from tests.rights_requests.scenario import completed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.6")]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of packages, empty at first."""
    settings.PACKAGE_DIR = tmp_path / "packages"
    return settings.PACKAGE_DIR  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def _known_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system trusts the authority of the test's servers, as it does the public ones."""
    (tmp_path / "authority.pem").write_text(authority_pem())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


@pytest.fixture
def ann() -> User:
    """Somebody who takes her data elsewhere."""
    return make_user("ann@example.org")


@pytest.fixture
def request_of_ann(ann: User) -> RightsRequest:
    """A request whose package is made."""
    made = completed(ann)
    deliver_due()
    mail.outbox.clear()
    return made


def make_transfer(request: RightsRequest, target: str) -> Transfer:
    """The server that the person named."""
    return Transfer.objects.create(request=request, kind=TransferKind.HTTPS, target=target)


def run_step(request: RightsRequest) -> Transfer | None:
    """Take the request's job once more and do this one step; the transfer as it is afterwards."""
    Job.objects.filter(about=request.pk).update(state=JobState.QUEUED, lease_until=None, not_before="2000-01-01T00:00Z")
    held = claim(Job.objects.get(about=request.pk).pk)
    assert held is not None
    hand_over(JobContext(held))
    return Transfer.objects.filter(request=request).first()


def letters() -> list[tuple[str, str]]:
    """Subject and text of what was sent."""
    deliver_due()
    return [(letter.subject, str(letter.body)) for letter in mail.outbox]


def test_the_package_arrives_whole_and_the_proof_is_kept_and_told(
    request_of_ann: RightsRequest, processor: Processor
) -> None:
    processor.behaves = lambda call: Reply(201, b"", {"Repr-Digest": call.headers["repr-digest"]})
    make_transfer(request_of_ann, f"{processor.url}/in?sig=canary-secret")
    transfer = run_step(request_of_ann)
    assert transfer is not None
    (call,) = processor.calls
    package = Package.objects.get()
    assert (len(call.body), hashlib.sha256(call.body).hexdigest()) == (package.size, package.sha256)
    assert call.path == "/in?sig=canary-secret"
    assert call.headers["content-disposition"] == f'attachment; filename="{request_of_ann.reference}.zip"'
    assert (transfer.state, transfer.target) == (TransferState.DELIVERED, f"{processor.url}/in")
    assert transfer.proof == {"status": 201, "confirmed": True, "location": ""}
    assert transfer.delivered_at is not None
    entry = AuditEntry.objects.get(event="package.transferred")
    assert (entry.data, entry.subject_digest) == ({"to": "delivered"}, request_of_ann.subject_digest)
    ((subject, text),) = letters()
    assert subject == f"Your data is at localhost:{processor.port}: {request_of_ann.reference}"
    assert "it took all of it" in text
    assert "to the last byte" in text
    assert "canary" not in text


def test_it_leaves_once_however_often_the_step_runs(request_of_ann: RightsRequest, processor: Processor) -> None:
    make_transfer(request_of_ann, processor.url)
    run_step(request_of_ann)
    run_step(request_of_ann)
    assert len(processor.calls) == 1


def test_what_was_only_accepted_is_not_called_delivered(request_of_ann: RightsRequest, processor: Processor) -> None:
    processor.behaves = lambda _call: Reply(202)
    make_transfer(request_of_ann, processor.url)
    transfer = run_step(request_of_ann)
    assert transfer is not None
    assert (transfer.state, transfer.delivered_at) == (TransferState.SENT, None)
    assert "has not said yet what it does with it" in letters()[0][1]


def test_a_server_in_trouble_is_tried_a_few_times_and_then_the_person_is_told(
    request_of_ann: RightsRequest, processor: Processor
) -> None:
    processor.behaves = lambda _call: Reply(503, b"", {"Retry-After": "90"})
    make_transfer(request_of_ann, processor.url)
    waits = []
    for _try in range(TRIES - 1):
        with pytest.raises(Later) as later:
            run_step(request_of_ann)
        waits.append(later.value.seconds)
    assert waits == [90, 120, 240, 480, 960]
    assert letters() == []
    transfer = run_step(request_of_ann)
    assert transfer is not None
    assert (transfer.state, transfer.attempts) == (TransferState.FAILED, TRIES)
    assert transfer.proof == {"detail": "told_to_wait", "status": 503}
    ((subject, text),) = letters()
    assert subject.startswith("Your data did not arrive at localhost:")
    assert "It said that it was too busy or out of order." in text
    assert f"/requests/{request_of_ann.reference}/" in text


def test_a_server_inside_is_never_called_and_the_person_is_told(request_of_ann: RightsRequest) -> None:
    make_transfer(request_of_ann, "https://169.254.169.254/latest/meta-data/?token=a")
    with connections() as seen:
        transfer = run_step(request_of_ann)
    assert seen == []
    assert transfer is not None
    assert (transfer.state, transfer.proof) == (TransferState.FAILED, {"detail": "address_refused"})
    assert "so we do not call it" in letters()[0][1]


def test_a_server_that_says_no_is_not_asked_again(request_of_ann: RightsRequest, processor: Processor) -> None:
    processor.behaves = lambda _call: Reply(403)
    make_transfer(request_of_ann, processor.url)
    transfer = run_step(request_of_ann)
    assert transfer is not None
    assert (transfer.state, transfer.proof) == (TransferState.FAILED, {"detail": "turned_away", "status": 403})


def test_a_request_without_a_transfer_goes_on(request_of_ann: RightsRequest) -> None:
    assert run_step(request_of_ann) is None
    assert letters() == []


def test_a_mistyped_address_is_answered_with_what_to_write() -> None:
    class AddressForm(forms.Form):
        target = ServerAddressField(label="Address")

    def said(target: str) -> list[str]:
        return list(AddressForm({"target": target}).errors.get("target", []))

    assert said(" https://files.example.org/in?sig=a%2Fb ") == []
    assert said("http://files.example.org/") == ["Write an address that begins with https://."]
    assert said("https://192.168.1.1/") == ["Write the name of the server, such as files.example.org, not its number."]
    assert said("") == ["This field is required."]
    assert 'maxlength="' not in str(AddressForm())
