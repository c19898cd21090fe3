"""Deciding at the desk: who may do what, two persons for an erasure, nobody for themselves, and nothing lost."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from privacy.models import AuditEntry, Job, JobState
from privacy.vocabulary import Right
from rights_requests.models import RefusalReason, RightsRequest, State, Transition
from tests.factories import PASSWORD, make_request, make_staff, make_user
from tests.rights_requests.browsing import browser_of, hidden, said, title
from tests.rights_requests.desk import VIEW, act_url, browser, make_colleague, make_erasure, state_of, workspace_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague() -> User:
    return make_colleague()


@pytest.fixture
def desk(colleague: User) -> Client:
    return browser(colleague)


def prepared(by: User | None = None) -> RightsRequest:
    """An erasure that a colleague has recommended."""
    request = make_erasure()
    browser(by or make_colleague()).post(act_url(request, "prepare"), {"plan_hash": request.plan_hash})
    assert state_of(request) == State.PREPARED
    return request


def test_a_copy_is_approved_by_one_person_and_its_work_begins(desk: Client, colleague: User) -> None:
    request = make_request(make_user())
    answer = desk.post(act_url(request, "approve"), {"plan_hash": ""}, follow=True)
    assert "You approved the request." in said(answer)
    assert state_of(request) == State.APPROVED
    assert Job.objects.get(about=request.pk).kind == Right.ACCESS
    assert AuditEntry.objects.get(event="request.approved").actor == f"staff:{colleague.pk}"


@pytest.mark.promise("P5.3")
def test_an_erasure_takes_two_different_persons(desk: Client) -> None:
    request = make_erasure()
    answer = desk.post(act_url(request, "prepare"), {"plan_hash": request.plan_hash}, follow=True)
    assert "A second person now decides." in said(answer)
    assert "A second person must approve it." in said(answer)
    refused = desk.post(act_url(request, "approve"), {"plan_hash": request.plan_hash})
    assert refused.status_code == 409
    assert "A second person must approve the erasure." in said(refused)
    assert state_of(request) == State.PREPARED
    second = browser(make_colleague()).post(act_url(request, "approve"), {"plan_hash": request.plan_hash}, follow=True)
    assert "You approved the request." in said(second)
    assert state_of(request) == State.APPROVED


def test_an_erasure_cannot_be_approved_before_it_was_recommended(desk: Client) -> None:
    request = make_erasure()
    answer = desk.post(act_url(request, "approve"), {"plan_hash": request.plan_hash})
    assert answer.status_code == 409
    assert "moved on" in said(answer)
    assert state_of(request) == State.RECEIVED


def test_approving_an_erasure_asks_once_more_who_it_is_and_then_goes_on_by_itself() -> None:
    request = prepared()
    desk = browser_of(make_colleague(), signed_in_ago=3600)
    asked = desk.post(act_url(request, "approve"), {"plan_hash": request.plan_hash})
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert state_of(request) == State.PREPARED
    desk.post(asked["Location"], {"password": PASSWORD, "next": act_url(request, "approve")})
    assert state_of(request) == State.APPROVED


def test_a_wrong_password_approves_nothing() -> None:
    request = prepared()
    desk = browser_of(make_colleague(), signed_in_ago=3600)
    asked = desk.post(act_url(request, "approve"), {"plan_hash": request.plan_hash})
    desk.post(asked["Location"], {"password": "not the password", "next": act_url(request, "approve")})
    assert state_of(request) == State.PREPARED


def test_ones_own_request_is_decided_by_nobody_but_a_colleague(desk: Client, colleague: User) -> None:
    copy, erasure = make_request(colleague), make_erasure(colleague)
    own = [(copy, "approve"), (copy, "refuse"), (copy, "take"), (erasure, "prepare"), (erasure, "refuse")]
    for request, act in own:
        data = {"plan_hash": request.plan_hash, "reason": "excessive", "text": "no"}
        answer = desk.post(act_url(request, act), data)
        assert answer.status_code == 409, act
        assert "This request is about you" in said(answer)
        assert state_of(request) == State.RECEIVED


def test_a_refusal_needs_a_reason_and_words_and_keeps_what_was_typed(desk: Client) -> None:
    request = make_request(make_user())
    answer = desk.post(act_url(request, "refuse"), {"reason": "", "text": "Because of <this>."})
    assert answer.status_code == 409
    assert title(answer).startswith("Error: ")
    assert "Choose the reason why the request is refused." in said(answer)
    assert "Because of <this>." in said(answer)
    answer = desk.post(act_url(request, "refuse"), {"reason": "excessive", "text": "  "})
    assert "Explain the refusal to the person in your own words." in said(answer)
    assert '<option value="excessive" selected>' in answer.content.decode()
    answer = desk.post(act_url(request, "refuse"), {"reason": "excessive", "text": "x" * 2001})
    assert "Write at most 2,000 characters; these are 2,001." in said(answer)
    assert state_of(request) == State.RECEIVED


@pytest.mark.parametrize(
    ("right", "reason"),
    [(Right.ACCESS, "legal_claims"), (Right.ERASURE, "rights_of_others"), (Right.ACCESS, "because")],
)
def test_a_reason_that_the_law_does_not_know_for_this_right_is_no_reason(
    desk: Client, right: Right, reason: str
) -> None:
    request = make_request(make_user(), right)
    assert desk.post(act_url(request, "refuse"), {"reason": reason, "text": "words"}).status_code == 409
    assert state_of(request) == State.RECEIVED


def test_a_refusal_with_reason_and_words_is_carried_out(desk: Client) -> None:
    request = make_erasure()
    text = "The invoices must be kept for ten years."
    data = {"reason": RefusalReason.LEGAL_OBLIGATION, "text": text}
    answer = desk.post(act_url(request, "refuse"), data, follow=True)
    assert "You refused the request." in said(answer)
    request.refresh_from_db()
    assert (request.state, request.refusal_reason, request.refusal_text) == (State.REFUSED, "legal_obligation", text)


def test_a_recommended_erasure_can_still_be_refused_even_by_who_recommended_it(colleague: User, desk: Client) -> None:
    request = prepared(by=colleague)
    desk.post(act_url(request, "refuse"), {"reason": "not_identified", "text": "We could not reach you."})
    assert state_of(request) == State.REFUSED


def test_a_plan_that_changed_in_the_meantime_is_shown_anew_and_nothing_is_decided(desk: Client) -> None:
    request = make_erasure()
    assert request.subject_user
    Profile.objects.filter(user=request.subject_user).delete()
    answer = desk.post(act_url(request, "prepare"), {"plan_hash": request.plan_hash})
    assert answer.status_code == 409
    assert "What we hold has changed" in said(answer)
    assert state_of(request) == State.RECEIVED
    assert "Your profile" not in said(answer)
    fresh = hidden(answer, "plan_hash")
    assert fresh != request.plan_hash
    desk.post(act_url(request, "prepare"), {"plan_hash": fresh})
    assert state_of(request) == State.PREPARED


def test_a_plan_that_changed_after_the_first_look_needs_both_looks_again(desk: Client) -> None:
    request = prepared()
    assert request.subject_user
    Profile.objects.filter(user=request.subject_user).delete()
    answer = desk.post(act_url(request, "approve"), {"plan_hash": request.plan_hash})
    assert "What we hold has changed" in said(answer)
    assert state_of(request) == State.RECEIVED
    assert "Recommend the erasure" in said(answer)


def test_of_two_colleagues_the_second_is_told_and_what_they_wrote_is_kept(desk: Client) -> None:
    request = make_request(make_user())
    browser(make_colleague()).post(act_url(request, "approve"), {"plan_hash": ""})
    answer = desk.post(act_url(request, "refuse"), {"reason": "excessive", "text": "My careful words."})
    assert answer.status_code == 409
    assert "This request has moved on in the meantime." in said(answer)
    assert "My careful words." in said(answer)
    assert state_of(request) == State.APPROVED
    assert Transition.objects.filter(request=request).count() == 1


def test_a_button_pressed_twice_acts_once(desk: Client) -> None:
    request = make_request(make_user())
    codes = [desk.post(act_url(request, "approve"), {"plan_hash": ""}).status_code for _ in range(2)]
    assert codes == [302, 409]
    assert Job.objects.filter(about=request.pk).count() == 1


def test_stopped_work_is_resumed(desk: Client) -> None:
    request = make_erasure(state=State.NEEDS_ATTENTION)
    job = Job.objects.create(kind=Right.ERASURE, about=request.pk, state=JobState.NEEDS_STAFF, failed_step="residue")
    assert "The work goes on" in said(desk.post(act_url(request, "resume"), follow=True))
    assert state_of(request) == State.RUNNING
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_a_request_is_taken_and_given_back(desk: Client, colleague: User) -> None:
    request = make_request(make_user())
    desk.post(act_url(request, "take"))
    assert RightsRequest.objects.get().assignee == colleague
    assert "Give it back" in said(desk.get(workspace_url(request)))
    desk.post(act_url(request, "give-back"))
    assert RightsRequest.objects.get().assignee is None


ACTS = ("prepare", "approve", "refuse", "resume", "take", "give-back")
PEOPLE: dict[str, tuple[Callable[[], User | None], int, int]] = {
    # who: how they come to be, what they get for looking, what they get for any act
    "nobody": (lambda: None, 302, 302),
    "a customer": (make_user, 404, 404),
    "staff without permission": (make_staff, 403, 403),
    "staff who may look": (lambda: make_staff(perms=[VIEW]), 200, 403),
    "staff who left": (lambda: make_staff(perms=[VIEW], is_active=False), 302, 302),
}


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_do_what(who: str) -> None:
    make, looking, acting = PEOPLE[who]
    user = make()
    client = Client()
    if user:
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    request = prepared()
    before = RightsRequest.objects.values().get()
    assert client.get(workspace_url(request)).status_code == looking
    for act in ACTS:
        data = {"plan_hash": request.plan_hash, "reason": "excessive", "text": "no"}
        assert client.post(act_url(request, act), data).status_code == acting, act
    assert RightsRequest.objects.values().get() == before


def test_looking_at_an_act_changes_nothing_and_leads_to_the_request(desk: Client) -> None:
    request = prepared()
    for act in ACTS:
        answer = desk.get(act_url(request, act))
        assert (answer.status_code, answer["Location"]) == (302, workspace_url(request))
    assert state_of(request) == State.PREPARED


def test_an_act_that_does_not_exist_is_not_found(desk: Client) -> None:
    assert desk.post(act_url(make_erasure(), "erase-now")).status_code == 404


def test_a_form_from_elsewhere_is_turned_away(colleague: User) -> None:
    request = make_request(make_user())
    client = Client(enforce_csrf_checks=True)
    client.force_login(colleague, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(act_url(request, "approve"), {"plan_hash": ""}).status_code == 403
    assert state_of(request) == State.RECEIVED


def test_nobody_adds_changes_or_deletes_a_request_by_hand() -> None:
    desk = browser(make_staff(superuser=True))
    request = make_erasure()
    assert desk.get(reverse("admin:rights_requests_rightsrequest_add")).status_code == 403
    delete = reverse("admin:rights_requests_rightsrequest_delete", args=[request.pk])
    assert desk.post(delete, {"post": "yes"}).status_code == 403
    desk.post(workspace_url(request), {"state": "completed", "approved_by": str(request.pk)})
    assert state_of(request) == State.RECEIVED
