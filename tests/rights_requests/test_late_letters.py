"""A letter that leaves after its term says that we are late, and never "at the latest" of a day that is over."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from post_office.models import Email

from privacy.vocabulary import Right
from rights_requests import letters_to_child, letters_to_customer, letters_to_staff, letters_to_subject, notifications
from rights_requests.contact import seal_requester
from rights_requests.models import RightsRequest
from rights_requests.vocabulary import RequesterRole
from tests.factories import make_request, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.5")]
SORRY = "We are late, and we are sorry."
SELF, AGENT, REPORTER = RequesterRole.SELF, RequesterRole.AGENT, RequesterRole.REPORTER
Send = Callable[[RightsRequest], object]
# Who asked, the letter, and what it says once the day is over; the last three are owed no apology by us.
LETTERS: dict[str, tuple[RequesterRole, Send, str]] = {
    "child_blocked": (REPORTER, letters_to_child.blocked, SORRY),
    "child_erasure_scheduled": (
        REPORTER,
        lambda request: notifications.erasure_scheduled(request, to="child@example.org"),
        SORRY,
    ),
    "refusal_overturned": (
        SELF,
        lambda request: notifications.refusal_overturned(request, to="ann@example.org"),
        SORRY,
    ),
    "asked_for_you": (AGENT, letters_to_subject.asked, "The answer goes to this person, and we tell you"),
    "child_reported": (REPORTER, letters_to_child.staff_told, "which was due on"),
    "colleague_reminded": (
        SELF,
        lambda request: letters_to_staff.colleague_reminded(request, uuid4(), to="agent@occicor.example"),
        "It was due on",
    ),
    "customer_told": (
        SELF,
        lambda request: letters_to_customer.told(request, contact="privacy@shop.example", about=request.pk),
        "The answer was due on",
    ),
}


def asked(role: RequesterRole, *, days_left: int) -> RightsRequest:
    """An erasure that is due in so many days, or was due."""
    request = make_request(make_user(), Right.ERASURE)
    due_at = timezone.now() + timedelta(days=days_left)
    agent = seal_requester({"email": "noe@example.org", "name": "Noé"}, request.pk)
    changes = {"requester_role": role, "requester_sealed": agent if role == AGENT else None, "due_at": due_at}
    RightsRequest.objects.filter(pk=request.pk).update(**changes, term={})
    return RightsRequest.objects.get(pk=request.pk)


@pytest.mark.parametrize("name", LETTERS)
def test_it_says_by_when_until_that_day_and_afterwards_that_it_is_over(name: str) -> None:
    role, send, over = LETTERS[name]
    for days_left, late in ((3, False), (-3, True)):
        Email.objects.all().delete()
        send(asked(role, days_left=days_left))
        text = Email.objects.get().message
        assert ("(in 3 days)" in text, over in text) == (not late, late), text
        assert not late or "at the latest on" not in text
