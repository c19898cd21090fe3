"""Two at the desk: a second person where one is asked, and two colleagues who act on one request at once."""

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests.models import Message, RightsRequest, State, Tick
from rights_requests.services import withdrawing
from tests.factories import make_request, make_user
from tests.rights_requests.browsing import browser_of, hidden, said
from tests.rights_requests.correcting import filed as correction
from tests.rights_requests.desk import act_url, browser, make_colleague, make_erasure, state_of, workspace_url
from tests.rights_requests.scenario import filed, subject_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> User:
    return make_colleague(email="first@occicor.example")


@pytest.fixture
def desk(first: User) -> Client:
    return browser(first)


@pytest.fixture
def second() -> Client:
    return browser(make_colleague(email="second@occicor.example"))


def seen(desk: Client, request: RightsRequest) -> str:
    """The number that the page of a request gives its forms."""
    return hidden(desk.get(workspace_url(request)), "seen")


def test_a_right_of_the_setting_is_approved_by_two_persons(desk: Client, second: Client, settings: object) -> None:
    settings.SECOND_PERSON_RIGHTS = ["access"]  # type: ignore[attr-defined] # pytest-django's
    request = filed(make_user())
    assert filed(make_user(), Right.PORTABILITY).by_two is False
    assert desk.post(act_url(request, "approve"), {"plan_hash": ""}).status_code == 409
    assert "A second person now decides." in said(
        desk.post(act_url(request, "prepare"), {"plan_hash": ""}, follow=True)
    )
    alone = desk.post(act_url(request, "approve"), {"plan_hash": ""})
    assert "You recommended this request yourself. A second person must approve it." in said(alone)
    assert state_of(request) == State.PREPARED
    second.post(act_url(request, "approve"), {"plan_hash": ""})
    assert state_of(request) == State.APPROVED


def test_a_second_person_is_asked_for_one_request_alone(desk: Client, second: Client) -> None:
    request = make_request(make_user(), Right.RESTRICTION)
    desk.post(act_url(request, "ask-second"))
    desk.post(act_url(request, "ask-second"))
    assert AuditEntry.objects.filter(event="request.second_asked").count() == 1
    assert "Approve and start" not in said(desk.get(workspace_url(request)))
    desk.post(act_url(request, "prepare"), {"plan_hash": ""})
    assert "A second person must approve it" in said(desk.get(workspace_url(request)))
    second.post(act_url(request, "approve"), {"plan_hash": ""})
    assert state_of(request) == State.APPROVED


def test_the_second_person_shows_again_who_they_are(desk: Client) -> None:
    request = make_request(make_user(), by_two=True)
    desk.post(act_url(request, "prepare"), {"plan_hash": ""})
    asked = browser_of(make_colleague(), signed_in_ago=3600).post(act_url(request, "approve"), {"plan_hash": ""})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert state_of(request) == State.PREPARED


def test_corrections_are_decided_before_they_are_recommended(desk: Client) -> None:
    person = make_user()
    request = correction(person, {"name": "Anne"})
    desk.post(act_url(request, "ask-second"))
    early = desk.post(act_url(request, "prepare"), {"plan_hash": ""})
    assert "Decide on each correction first" in said(early)


@pytest.mark.parametrize("columns", [{"by_two": True}, {"right": Right.ERASURE}])
def test_the_database_takes_no_two_eyes_of_one_head(first: User, columns: dict[str, object]) -> None:
    request = make_request(make_user())
    both = {"prepared_by": first.pk, "approved_by": first.pk}
    for wrong in (both, {"prepared_by": None, "approved_by": first.pk}):
        with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
            RightsRequest.objects.filter(pk=request.pk).update(**columns, **wrong)


def test_a_setting_that_names_no_right_stops_the_start(settings: object) -> None:
    settings.SECOND_PERSON_RIGHTS = ["acess"]  # type: ignore[attr-defined] # pytest-django's
    assert [found.id for found in run_checks(tags=["rights_requests"])] == ["rights_requests.E001"]


def test_of_two_at_once_the_second_is_told_who_did_what_and_what_they_typed_stays(desk: Client, second: Client) -> None:
    request = make_request(make_user())
    mine, theirs = seen(desk, request), seen(second, request)
    desk.post(act_url(request, "ask"), {"reason": "clarification", "text": "Which shop?", "seen": mine})
    late = second.post(act_url(request, "write"), {"text": "My careful words.", "seen": theirs})
    assert late.status_code == 409
    assert "The person was asked for something – first@occicor.example" in said(late)
    assert "My careful words." in said(late)
    assert "Nothing of yours was done yet." in said(late)
    assert not Message.objects.filter(text="My careful words.").exists()
    again = second.post(act_url(request, "write"), {"text": "My careful words.", "seen": hidden(late, "seen")})
    assert again.status_code == 302


def test_a_form_that_is_wrong_hides_no_news(desk: Client, second: Client) -> None:
    request = make_request(make_user())
    old = seen(second, request)
    desk.post(act_url(request, "remark"), {"text": "I call her now.", "seen": seen(desk, request)})
    late = second.post(act_url(request, "write"), {"text": "Dear {name}.", "seen": old})
    assert late.status_code == 409
    assert "A message or a note was written – first@occicor.example" in said(late)
    assert "There is nothing to put in place of {name}." in said(late)


def test_taking_what_a_colleague_has_just_taken_is_told(desk: Client, second: Client, first: User) -> None:
    request = make_request(make_user())
    old = seen(second, request)
    desk.post(act_url(request, "take"), {"seen": seen(desk, request)})
    late = second.post(act_url(request, "take"), {"seen": old})
    assert "The request changed hands – first@occicor.example" in said(late)
    assert RightsRequest.objects.get().assignee == first


def test_what_the_person_did_meanwhile_is_told_and_ones_own_acts_and_the_machines_are_not(desk: Client) -> None:
    person = make_user()
    request = filed(person)
    old = seen(desk, request)
    desk.post(act_url(request, "remark"), {"text": "One.", "seen": old})
    assert desk.post(act_url(request, "remark"), {"text": "Two.", "seen": old}).status_code == 302
    withdrawing.withdraw(request_id=request.pk, actor=subject_actor(person))
    late = desk.post(act_url(request, "refuse"), {"reason": "excessive", "text": "No, since.", "seen": old})
    assert "The person withdrew the request – the person" in said(late)
    assert "No, since." in said(late)


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 400, "²"])
def test_a_number_that_is_none_holds_nothing_up(desk: Client, number: str) -> None:
    request = make_request(make_user())
    assert desk.post(act_url(request, "remark"), {"text": "One.", "seen": number}).status_code == 302


def test_whoever_decides_has_the_request_in_hand(desk: Client, first: User) -> None:
    request = make_erasure()
    desk.post(act_url(request, "prepare"), {"plan_hash": request.plan_hash})
    assert RightsRequest.objects.get().assignee == first
    assert AuditEntry.objects.filter(event="request.assigned").count() == 1


def test_a_step_that_only_a_person_can_do_is_kept_with_who_and_when(desk: Client, second: Client) -> None:
    request = make_erasure()
    for _twice in range(2):
        assert desk.post(act_url(request, "tick"), {"step": "plan"}).status_code == 302
    assert Tick.objects.count() == 1
    assert "Read what we hold (done) first@occicor.example" in said(second.get(workspace_url(request)))
    RightsRequest.objects.update(plan_hash="another")
    assert "Read what we hold (before you decide)" in said(second.get(workspace_url(request)))
    assert second.post(act_url(request, "tick"), {"step": "everything"}).status_code == 409
    with pytest.raises(IntegrityError, match="ticked_once"), transaction.atomic():
        Tick.objects.create(request=request, step="plan", plan_hash=request.plan_hash)
