"""Recipients at the staff's desk: what to send, ticking off, and mistakes told in words."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from privacy.vocabulary import Right
from rights_requests.models import RecipientNotice, RightsRequest, State
from rights_requests.services import telling
from rights_requests.vocabulary import NoticeKind, NoticeState
from tests.factories import make_request, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import QUEUE, act_url, browser, make_colleague, workspace_url
from tests.rights_requests.recipients.register import make_recipient, note, only_notice

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P7.4")]


@pytest.fixture
def filed() -> RightsRequest:
    """A rectification that is done on our side, and told to one recipient by hand."""
    make_recipient(address="privacy@carrier.example")
    request = make_request(make_user("ann@example.org"), Right.RECTIFICATION, State.COMPLETED)
    note(request, NoticeKind.RECTIFICATION)
    telling.follow_due()
    return request


@pytest.fixture
def colleague() -> User:
    return make_colleague()


@pytest.fixture
def desk(colleague: User) -> Client:
    return browser(colleague)


def answer(desk: Client, filed: RightsRequest, far: str, words: str = "", notice: object = "") -> str:
    """Say how far the recipient is; what the page says then."""
    given = {"notice": notice or str(only_notice().pk), "far": far, "words": words}
    return said(desk.post(act_url(filed, "recipient"), given, follow=True))


def test_the_message_to_send_is_there_to_copy_until_it_is_done(desk: Client, filed: RightsRequest) -> None:
    page = said(desk.get(workspace_url(filed)))
    for expected in (
        "Who else is told",
        "Carrier",
        "A member of staff writes to this recipient.",
        "What to write to Carrier",
        "privacy@carrier.example",
        "E-mail address: ann@example.org",
        "“Lyons” becomes “Lyon”",
        "Tick off a recipient",
    ):
        assert expected in page
    page = answer(desk, filed, "completed", "Mail of 7 January")
    assert "It is on record how far the recipient is." in page
    assert "Mail of 7 January" in page
    assert "ann@example.org" not in page.split("Who else is told")[1].split("Facts")[0]
    assert "Tick off a recipient" not in page
    assert only_notice().state == NoticeState.COMPLETED


def test_what_is_missing_is_said_in_words(desk: Client, filed: RightsRequest) -> None:
    assert "Choose how far the recipient is." in answer(desk, filed, "")
    assert "Write down what shows it" in answer(desk, filed, "completed")
    assert "Choose one of the recipients." in answer(desk, filed, "sent", notice=filed.pk)
    assert only_notice().state == NoticeState.PENDING


def test_a_notice_of_another_request_cannot_be_ticked_off_here(desk: Client, filed: RightsRequest) -> None:
    other = make_request(make_user(), Right.RECTIFICATION, State.COMPLETED)
    note(other, NoticeKind.RECTIFICATION)
    foreign = RecipientNotice.objects.get(request=other)
    given = {"notice": str(foreign.pk), "far": "completed", "words": "Done"}
    assert "Choose one of the recipients." in said(desk.post(act_url(filed, "recipient"), given, follow=True))
    foreign.refresh_from_db()
    assert foreign.state == NoticeState.PENDING


def test_a_request_stands_in_a_view_of_its_own_while_a_recipient_waits_for_staff(
    desk: Client, filed: RightsRequest
) -> None:
    """The request is done, so it stands in no view of open ones."""
    view = {"view": "recipients"}
    assert filed.reference in said(desk.get(reverse(QUEUE), view))
    assert filed.reference not in said(desk.get(reverse(QUEUE)))
    answer(desk, filed, "again")  # the machine is at it
    assert filed.reference not in said(desk.get(reverse(QUEUE), view))


def test_the_machine_can_be_asked_to_try_again(desk: Client, filed: RightsRequest) -> None:
    answer(desk, filed, "again")
    assert only_notice().next_at is not None


def test_a_request_that_nobody_else_must_hear_of_shows_nothing_of_it(desk: Client) -> None:
    page = said(desk.get(workspace_url(make_request(make_user()))))
    assert "Who else is told" not in page
    assert "Tick off a recipient" not in page
