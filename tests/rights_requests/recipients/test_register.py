"""The register of recipients: kept by staff, checked before anybody depends on it."""

from typing import Any

import pytest
from django.test import Client

from privacy.actors import SYSTEM, Actor
from privacy.models import AuditEntry
from rights_requests.errors import NotAllowed
from rights_requests.models import Recipient
from rights_requests.services.registering import CannotBeTold, Entry, register
from rights_requests.vocabulary import Adapter
from tests.factories import make_staff
from tests.recipient_sides import WebhookSide
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import browser
from tests.rights_requests.recipients.register import PROFILE, make_recipient

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P7.4")]
ADD = "/admin/rights_requests/recipient/add/"
PERMS = [f"rights_requests.{verb}_recipient" for verb in ("view", "add", "change")]


@pytest.fixture
def desk() -> Client:
    """The browser of someone who keeps the register."""
    return browser(make_staff(perms=PERMS))


def filled(**changes: Any) -> dict[str, Any]:
    """What is typed for a recipient that a person writes to."""
    typed = {"name": "Carrier", "what_for": "Carries parcels", "country": "FR", "adapter": "manual", "address": ""}
    return {**typed, "slugs": [PROFILE], "known_by": ["email"], "active": "on", **changes}


def test_a_recipient_is_added_and_changed_on_record(desk: Client) -> None:
    assert desk.post(ADD, filled()).status_code == 302
    recipient = Recipient.objects.get()
    assert (recipient.slugs, recipient.settings) == ([PROFILE], {"known_by": ["email"]})
    key = WebhookSide({}).public_key
    wired = filled(adapter="webhook", address="https://carrier.example/notices", public_key=key)
    page = f"/admin/rights_requests/recipient/{recipient.pk}/change/"
    assert desk.post(page, wired).status_code == 302
    recipient.refresh_from_db()
    assert recipient.settings == {"known_by": ["email"], "public_key": key}
    assert key in desk.get(page).content.decode()
    events = AuditEntry.objects.filter(event__startswith="recipient.").order_by("seq")
    assert list(events.values_list("event", flat=True)) == ["recipient.added", "recipient.changed"]


MISTAKES = {
    "http": ({"address": "http://carrier.example/"}, "Write an address that begins with https://."),
    "a number": ({"address": "https://10.0.0.1/"}, "Write the name of the server, such as files.example.org"),
    "no key": ({"address": "https://carrier.example/", "public_key": ""}, "Paste the recipient’s public key"),
    "no data": ({"slugs": []}, "Choose what it receives."),
    "nobody known": ({"known_by": []}, "Choose at least one"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_said_at_its_field(desk: Client, case: str) -> None:
    changes, expected = MISTAKES[case]
    page = said(desk.post(ADD, filled(adapter="webhook", **changes)))
    assert expected.replace("’", "'") in page.replace("’", "'")
    assert not Recipient.objects.exists()


def test_who_may_only_look_sees_it_and_changes_nothing() -> None:
    recipient = make_recipient()
    looker = browser(make_staff(perms=PERMS[:1]))
    page = f"/admin/rights_requests/recipient/{recipient.pk}/change/"
    assert "carries parcels" in said(looker.get(page))
    assert looker.post(page, filled(name="Other")).status_code == 403
    assert looker.post(ADD, filled()).status_code == 403


def test_nobody_deletes_one(desk: Client) -> None:
    assert desk.post(f"/admin/rights_requests/recipient/{make_recipient().pk}/delete/").status_code == 403


def test_the_service_takes_only_staff_and_only_what_can_be_told() -> None:
    entry = Entry("Carrier", "Carries", "FR", Adapter.WEBHOOK, "https://carrier.example/", (PROFILE,), {}, active=True)
    with pytest.raises(CannotBeTold):
        register(actor=Actor.staff(make_staff().pk), recipient=Recipient(), entry=entry)
    with pytest.raises(NotAllowed):
        register(actor=SYSTEM, recipient=Recipient(), entry=entry)


def test_only_what_can_be_passed_on_is_offered(desk: Client) -> None:
    page = desk.get(ADD).content.decode()
    assert f'value="{PROFILE}"' in page
    for slug in ("accounts-session", "rights_requests-receipt", "auth-permission"):
        assert f'value="{slug}"' not in page
