"""Why staff look at people's data: asked once a visit, kept with each look, shown to the person (promise P0.3)."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from privacy import staff_visits
from privacy.admin_base import ListRecordedMixin, LookRecordedMixin
from privacy.data_map.registry import registry
from privacy.data_map.subject import subject_of_user
from privacy.models import AuditEntry
from privacy.package.glance import newest_rows
from privacy.vocabulary import LookReason
from tests.factories import make_message, make_request, make_staff, make_user
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import QUEUE, act_url, make_erasure, workspace_url

pytestmark = [pytest.mark.django_db, pytest.mark.asks_why, pytest.mark.promise("P0.3")]
# Screens of holdings that record no look of their own, each with the reason.
NO_LOOK_OF_THEIR_OWN = {
    "rights_requests.rightsrequest": "records in its own way: tests/rights_requests/test_desk_door.py",
    "privacy.auditentry": "persons stand in it as keyed digests; that it is read is no look at anybody",
    "privacy.processingstop": "persons stand in it as keyed digests",
    "privacy.heldback": "persons stand in it as keyed digests",
    "privacy.legalhold": "persons stand in it as keyed digests; what is open to officers is the case",
    "privacy.disclosure": "persons stand in it as keyed digests; what is open to officers is the case",
    "privacy.breach": "persons stand in it as keyed digests; what is open to officers is the case",
}


@pytest.fixture
def desk() -> Client:
    return browser_of(make_staff(superuser=True))


def choose(desk: Client, reason: str = "requests", to: str = "") -> Any:
    return desk.post(reverse("admin:looking"), {"reason": reason, "next": to})


def test_the_first_page_about_a_person_asks_why_and_then_comes(desk: Client) -> None:
    wanted = workspace_url(make_erasure())
    asked = desk.get(f"{wanted}?wording=7")
    assert asked.status_code == 302
    assert parse_qs(urlsplit(asked["Location"]).query) == {"next": [f"{wanted}?wording=7"]}
    assert not AuditEntry.objects.filter(event="request.viewed").exists()
    page = desk.get(asked["Location"])
    assert page.content.decode().count('type="radio"') == len(LookReason)
    came = choose(desk, to=f"{wanted}?wording=7")
    assert came["Location"] == f"{wanted}?wording=7"
    assert "This visit: to answer requests about personal data." in said(desk.get(wanted))
    assert AuditEntry.objects.get(event="request.viewed").data == {"why": "requests"}
    assert AuditEntry.objects.get(event="look_reason.chosen").data == {"why": "requests"}


def test_a_word_that_is_none_begins_no_visit_and_no_foreign_page_is_gone_to(desk: Client) -> None:
    for reason in ("", "curiosity", "<b>"):
        assert choose(desk, reason).status_code == 200
    assert desk.get(reverse(QUEUE)).status_code == 302
    assert choose(desk, to="https://elsewhere.example/")["Location"] == reverse("admin:index")


def test_each_look_has_the_reason_of_its_visit_and_a_file_too(desk: Client) -> None:
    request, message = make_erasure(), make_message("ada@example.org")
    choose(desk)
    desk.get(workspace_url(request))
    choose(desk, "incident")
    desk.get(reverse("admin:visitors_contactmessage_change", args=[message.pk]))
    looks = (
        AuditEntry.objects.filter(event__endswith=".viewed")
        .exclude(event="list.viewed")
        .order_by("seq")
        .values_list("event", "data__why")
    )
    assert list(looks) == [("request.viewed", "requests"), ("contact_message.viewed", "incident")]


def test_a_list_is_on_record_once_a_visit_with_nobody_in_it(desk: Client) -> None:
    choose(desk)
    for _time in range(3):
        desk.get(reverse(QUEUE))
    choose(desk, "audit")
    desk.get(reverse(QUEUE))
    found = AuditEntry.objects.filter(event="list.viewed").order_by("seq")
    assert [entry.data for entry in found] == [
        {"what": "rights_requests.rightsrequest", "why": "requests"},
        {"what": "rights_requests.rightsrequest", "why": "audit"},
    ]
    assert {entry.subject_digest for entry in found} == {""}


def test_a_visit_is_over_after_some_hours_but_what_was_typed_is_not_lost(desk: Client, settings: Any) -> None:
    request = make_erasure()
    choose(desk)
    assert desk.get(workspace_url(request)).status_code == 200
    settings.LOOK_REASON_HOURS = 0
    sent = desk.post(act_url(request, "refuse"), {"text": "Sent when it was over"})
    assert sent.status_code == 409
    assert "Sent when it was over" in sent.content.decode()
    assert desk.get(workspace_url(request)).status_code == 302
    assert AuditEntry.objects.filter(event="request.viewed", data__why="requests").count() == 2


def test_what_is_sent_without_any_reason_shows_nothing_and_says_so(desk: Client) -> None:
    request = make_erasure()
    sent = desk.post(act_url(request, "refuse"), {})
    assert sent.status_code == 302
    assert "Nothing was changed yet" in said(desk.get(sent["Location"]))
    assert not AuditEntry.objects.filter(event="request.viewed").exists()


def test_pages_about_nobody_ask_nothing(desk: Client) -> None:
    for page in ("index", "rights_requests_recipient_changelist", "privacy_job_changelist"):
        assert desk.get(reverse(f"admin:{page}")).status_code == 200


def test_the_screen_of_every_holding_records_looks() -> None:
    """A new screen about people cannot forget it: it fails here until it does, or until a reason is given."""
    shown = {model._meta.label_lower: kind for model, kind in admin.site._registry.items()}
    about_people = {label.lower() for label in registry.holdings} & set(shown)
    silent = {label for label in about_people if not isinstance(shown[label], LookRecordedMixin)}
    assert silent == set(NO_LOOK_OF_THEIR_OWN)
    assert isinstance(shown["rights_requests.rightsrequest"], ListRecordedMixin)


def test_whoever_may_not_see_it_is_not_asked_why() -> None:
    newcomer = browser_of(make_staff())
    assert newcomer.get(workspace_url(make_erasure())).status_code == 403
    assert newcomer.get(reverse("admin:accounts_user_changelist")).status_code == 403


def test_the_person_reads_the_reason(desk: Client) -> None:
    person = make_user("ada@example.org")
    choose(desk, "incident")
    desk.get(workspace_url(make_request(person)))
    for page in ("/privacy/mine/", "/privacy/mine/looks/"):
        text = said(browser_of(person).get(page))
        if page.endswith("looks/"):
            assert "Reason they gave: to look into a security incident." in text


def test_a_word_that_is_not_known_any_more_is_no_visit() -> None:
    session: dict[str, Any] = {staff_visits.IN_SESSION: {"why": "gone", "since": "2027-01-01T00:00:00+00:00"}}
    assert staff_visits.of(session) is None
    with pytest.raises(staff_visits.ReasonWanted):
        staff_visits.require(session, reading=True)


def test_the_copy_says_the_reason_in_words_of_its_language(desk: Client) -> None:
    person = make_user("ada@example.org")
    choose(desk, "incident")
    desk.get(workspace_url(make_request(person)))
    audit_data = registry.holdings["privacy.auditentry"]
    with override("fr"):
        label = str(LookReason.INCIDENT.label)
        rows = newest_rows(subject_of_user(person.pk), [audit_data], most=5)[audit_data.slug()]
    assert any(f": {label}" in text for _key, texts in rows for text in texts)
    assert not any("incident" in text and "why" in text for _key, texts in rows for text in texts)
