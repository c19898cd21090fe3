"""The register of recipients: kept by staff, checked before anybody depends on it."""

from typing import Any

import pytest
from django.db import IntegrityError
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
    "abroad": ({"country": "US"}, "Say what protects the data in that country"),
    "no such place": ({"country": "Mars"}, "Select a valid choice"),
    "end before beginning": (
        {"agreement_signed_on": "2026-05-01", "agreement_ends_on": "2026-04-30"},
        "it ends after that day",
    ),
    "end without beginning": ({"agreement_ends_on": "2026-04-30"}, "Enter when the agreement was signed too"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_said_at_its_field(desk: Client, case: str) -> None:
    changes, expected = MISTAKES[case]
    page = said(desk.post(ADD, filled(adapter="webhook", **changes)))
    assert expected.replace("’", "'") in page.replace("’", "'")
    assert not Recipient.objects.exists()


@pytest.mark.promise("P3.2")
def test_terms_are_kept_and_shown_to_who_may_only_look(desk: Client) -> None:
    above = make_recipient("Above")
    terms = {"role": "processor", "country": "US", "safeguard": "standard_clauses", "sub_processor_of": str(above.pk)}
    paper = {"agreement_signed_on": "2026-01-01", "agreement_ends_on": "2027-01-01", "agreement_reference": "C-7"}
    assert desk.post(ADD, filled(**terms, **paper, contact="privacy@c.example", security_note="ISO")).status_code == 302
    recipient = Recipient.objects.get(name="Carrier")
    assert (recipient.safeguard, recipient.sub_processor_of) == ("standard_clauses", above)
    page = f"/admin/rights_requests/recipient/{recipient.pk}/change/"
    for reader in (desk, browser(make_staff(perms=PERMS[:1]))):
        text = reader.get(page).content.decode()
        assert all(words in text for words in ("C-7", "privacy@c.example", "Above"))


BROKEN: dict[str, dict[str, Any]] = {
    "recipient_abroad_has_a_safeguard": {"country": "US-CA"},
    "recipient_agreement_in_order": {"agreement_ends_on": "2026-04-30"},
}


@pytest.mark.promise("P3.2")
@pytest.mark.parametrize("constraint", BROKEN)
def test_the_database_refuses_what_the_law_does(constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        make_recipient(**BROKEN[constraint])


def test_nobody_works_for_themselves() -> None:
    recipient = make_recipient()
    with pytest.raises(IntegrityError, match="recipient_works_for_another"):
        Recipient.objects.filter(pk=recipient.pk).update(sub_processor_of=recipient.pk)


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
