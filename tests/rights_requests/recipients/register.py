"""Recipients in the register, and what the tests of telling them share."""

from typing import Any

from django.db.models import F
from django.test import Client
from django.urls import reverse

from privacy.actors import SYSTEM
from privacy.data_map.subject import subject_of_user
from rights_requests.models import Recipient, RecipientNotice, RightsRequest
from rights_requests.recipients.notices import Correction
from rights_requests.services import telling
from rights_requests.vocabulary import Adapter, NoticeKind
from tests.processor import Processor, authority_pem
from tests.recipient_sides import WebhookSide

PROFILE = "accounts-profile"


def make_recipient(name: str = "Carrier", adapter: Adapter = Adapter.MANUAL, **extra: Any) -> Recipient:
    """A recipient that gets profiles."""
    values = {"what_for": "carries parcels", "slugs": [PROFILE, "accounts-user"], **extra}
    return Recipient.objects.create(name=name, adapter=adapter, **values)


def make_wired(processor: Processor, side: WebhookSide, **extra: Any) -> Recipient:
    """A recipient that is told by a signed message."""
    settings = {"authority": authority_pem(), "public_key": side.public_key}
    return make_recipient(adapter=Adapter.WEBHOOK, address=f"{processor.url}/notices", settings=settings, **extra)


def note(request: RightsRequest, kind: NoticeKind = NoticeKind.ERASURE, **extra: Any) -> int:
    """Note whom to tell about a request of someone with an account."""
    assert request.subject_user_id is not None
    subject = subject_of_user(request.subject_user_id)
    corrections = [Correction("city", "Lyons", "Lyon")] if kind == NoticeKind.RECTIFICATION else []
    values = {"slugs": [PROFILE], "actor": SYSTEM, "corrections": corrections, **extra}
    return telling.notify(request=request, kind=kind, subject=subject, **values)


def only_notice() -> RecipientNotice:
    """The one notice there is."""
    return RecipientNotice.objects.get()


def let_time_pass() -> None:
    """Whatever waits for a machine is due now."""
    RecipientNotice.objects.filter(next_at__isnull=False).update(next_at=F("created_at"))


def follow() -> RecipientNotice:
    """Let the time of the one notice come, and follow it."""
    let_time_pass()
    telling.follow_due()
    return only_notice()


def call_back(notice: RecipientNotice, body: bytes, headers: dict[str, str]) -> int:
    """Post something to the address that the notice gave; the status of the answer."""
    url = reverse("rights_requests:recipient_callback", kwargs={"notice_id": notice.pk})
    posted = Client(enforce_csrf_checks=True).post(url, body, content_type="application/json", headers=headers)
    assert posted.content == b""
    return posted.status_code
