"""The registers at the desk: opened with a form, changed by acts of somebody else, each refusal in a sentence."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import AGENTS, OFFICERS, PERMISSIONS
from privacy.models import AuditEntry, LegalHold
from tests.factories import make_message, make_staff, make_user
from tests.privacy.holding import MESSAGES, hold
from tests.rights_requests.browsing import browser_of, said

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
HOLDS = "/admin/privacy/legalhold/"


def make_officer() -> User:
    """A data protection officer with what the team may do."""
    return make_staff(perms=PERMISSIONS[OFFICERS])


@pytest.fixture
def officer() -> Client:
    return browser_of(make_officer())


@pytest.fixture
def colleague() -> User:
    return make_officer()


@pytest.fixture
def ann() -> User:
    user = make_user("ann@example.org")
    make_message(user.email)
    return user


def days(count: int) -> str:
    return (timezone.localdate() + timedelta(days=count)).isoformat()


def of_a_hold(colleague: User, **more: Any) -> dict[str, Any]:
    """What the form of a hold is filled in with."""
    given = {"scope": "person", "address": "ann@example.org", "slugs": [MESSAGES], "reason": "claim_against_us"}
    return {**given, "text": "A <b>claim</b>.", "reviewer": str(colleague.pk), "review_on": days(30), **more}


def test_an_officer_opens_a_hold_and_somebody_else_ends_it(officer: Client, colleague: User, ann: User) -> None:
    page = said(officer.post(f"{HOLDS}add/", of_a_hold(colleague), follow=True))
    assert "The hold is in force." in page
    assert "You opened this hold." in page
    assert "ann@example.org" not in page
    found = LegalHold.objects.get()
    refused = officer.post(f"{HOLDS}{found.pk}/act/end/", {"text": "Over, I say."})
    assert refused.status_code == 409
    assert "Somebody else must do the second." in said(refused)
    assert "Over, I say." in said(refused)
    ended = browser_of(colleague).post(f"{HOLDS}{found.pk}/act/end/", {"text": "Decided."}, follow=True)
    assert "The hold has ended." in said(ended)
    late = browser_of(make_officer()).post(f"{HOLDS}{found.pk}/act/end/", {"text": "Decided too."})
    assert (late.status_code, "Somebody has done this already" in said(late)) == (409, True)
    assert "Decided too." in said(late)


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"address": ""}, "Enter the address of the person."),
        ({"address": "nobody@example.org"}, "We hold nothing of anybody by this address."),
        ({"scope": "group"}, "Choose the Customer."),
        ({"scope": "everybody", "slugs": []}, "not everything of everybody can be held"),
        ({"telling_forbidden": "on"}, "Cite the law or the order"),
        ({"review_on": days(0)}, "Choose a day that is still to come."),
        ({"text": ""}, "Write a sentence."),
    ],
)
def test_what_is_wrong_with_a_hold_is_said_and_nothing_is_kept(
    officer: Client, colleague: User, ann: User, more: dict[str, Any], answer: str
) -> None:
    refused = officer.post(f"{HOLDS}add/", of_a_hold(colleague, **more))
    assert (refused.status_code, answer in said(refused)) == (409, True)
    assert not LegalHold.objects.exists()


def test_agents_see_no_register_and_each_look_is_on_record(officer: Client, ann: User) -> None:
    found = hold(ann)
    agent = browser_of(make_staff(perms=PERMISSIONS[AGENTS]))
    assert agent.get(f"{HOLDS}{found.pk}/change/").status_code == 403
    assert "one person (code" in said(officer.get(HOLDS))
    assert officer.get(f"{HOLDS}{found.pk}/change/").status_code == 200
    (entry,) = AuditEntry.objects.filter(event="legal_hold.read")
    # Whose it is may be a secret: the person reads who looked at their data.
    assert (entry.subject_digest, entry.object_id) == ("", str(found.pk))
