"""Corrections at the desk: old and new side by side, decided in one form; what is missing is told in words."""

import pytest
from django.test import Client

from accounts.models import Profile, User
from privacy.models import Job
from privacy.vocabulary import Right
from rights_requests.models import Proposal, RightsRequest, State
from rights_requests.vocabulary import Answer
from tests.factories import make_enrolment, make_request, make_user
from tests.rights_requests.browsing import said, title
from tests.rights_requests.correcting import DECLINE, decided, filed, key, make_person, proposal
from tests.rights_requests.desk import act_url, browser, make_colleague, state_of, workspace_url

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.2")]


@pytest.fixture
def desk() -> Client:
    return browser(make_colleague())


def answers(request: RightsRequest, **said_of: tuple[str, str]) -> dict[str, str]:
    """What the form sends: for each field a decision and a reason."""
    found: dict[str, str] = {}
    for field, (answer, reason) in said_of.items():
        number = proposal(request, field).pk
        found |= {f"answer_{number}": answer, f"reason_{number}": reason}
    return found


def test_old_and_new_stand_side_by_side_with_the_persons_words(desk: Client) -> None:
    request = filed(make_person(), {"name": "Anne", "phone": "12345"}, statement="I should know.")
    page = said(desk.get(workspace_url(request)))
    assert "Old and new side by side" in page
    assert "Name Your profile Ann Anne" in page
    assert "Phone Your profile – 12345" in page
    assert "I should know." in page


def test_what_changed_since_is_told_before_anybody_decides(desk: Client) -> None:
    user = make_person()
    request = filed(user, {"name": "Anne"})
    Profile.objects.filter(user=user).update(name="Anna")
    assert "It has changed since. Now: Anna" in said(desk.get(workspace_url(request)))


def test_what_stands_in_the_way_is_told(desk: Client) -> None:
    user = make_person()
    request = filed(user, {key(user, "username", "accounts-user"): "ann"})
    make_user(username="ann")
    assert "Another record has this already." in said(desk.get(workspace_url(request)))
    refused = desk.post(act_url(request, "decide-proposals"), answers(request, username=("accepted", "")))
    assert refused.status_code == 409
    assert "Another record has this already." in said(refused)


def test_each_correction_is_decided_and_the_approval_begins_the_work(desk: Client) -> None:
    request = filed(make_person(), {"name": "Anne", "workplace": "Auchan"})
    early = desk.post(act_url(request, "approve"), {"plan_hash": ""})
    assert early.status_code == 409
    assert "Decide on each correction first: 2 are still open." in said(early)
    given = answers(request, name=("accepted", ""), workplace=("declined", "Your contract says so."))
    answer = desk.post(act_url(request, "decide-proposals"), given, follow=True)
    assert "Your decisions are on record." in said(answer)
    assert proposal(request, "workplace").decision == Answer.DECLINED
    desk.post(act_url(request, "approve"), {"plan_hash": ""})
    assert state_of(request) == State.APPROVED
    assert Job.objects.get(about=request.pk).kind == Right.RECTIFICATION


def test_all_are_accepted_with_one_button_but_none_that_came_since(desk: Client) -> None:
    person = make_person()
    request = filed(person, {"name": "Anne"})
    shown = str(proposal(request, "name").pk)
    desk.post(act_url(request, "note-correction"), {"key": key(person, "position"), "new": "Lead"})
    late = desk.post(act_url(request, "accept-all"), {"shown": shown})
    assert "Decide on each correction first: 1 is still open." in said(late)
    assert proposal(request, "name").decision == Answer.OPEN
    both = f"{shown} {proposal(request, 'position').pk}"
    assert desk.post(act_url(request, "accept-all"), {"shown": both}).status_code == 302
    assert state_of(request) == State.APPROVED


def test_a_refusal_without_words_and_no_decision_at_all_are_told_and_nothing_typed_is_lost(desk: Client) -> None:
    request = filed(make_person(), {"name": "Anne", "workplace": "Auchan"})
    url = act_url(request, "decide-proposals")
    page = desk.post(url, answers(request, name=("declined", " "), workplace=("declined", "Because.")))
    assert page.status_code == 409
    assert title(page).startswith("Error:")
    assert "Explain to the person why this is not changed." in said(page)
    assert "Because." in said(page)
    assert "Decide on at least one correction." in said(desk.post(url, {}))
    assert set(Proposal.objects.values_list("decision", flat=True)) == {""}


def test_all_declined_is_a_refusal(desk: Client) -> None:
    request = filed(make_person(), {"name": "Anne"})
    decided(request, name=DECLINE)
    page = desk.post(act_url(request, "approve"), {"plan_hash": ""})
    assert "You declined every correction. Refuse the request" in said(page)
    desk.post(act_url(request, "refuse"), {"reason": "accurate", "text": "We checked with your employer."})
    assert state_of(request) == State.REFUSED


def test_a_forged_correction_is_not_decided(desk: Client) -> None:
    mine, other = filed(make_person(), {"name": "Anne"}), filed(make_person(), {"name": "Bea"})
    desk.post(act_url(mine, "decide-proposals"), answers(other, name=("accepted", "")))
    assert proposal(other, "name").decision == Answer.OPEN


def test_ones_own_corrections_are_decided_by_a_colleague() -> None:
    colleague = make_colleague()
    request = filed(colleague, {"name": "Anne"})
    page = browser(colleague).post(act_url(request, "decide-proposals"), answers(request, name=("accepted", "")))
    assert page.status_code == 409
    assert "This request is about you" in said(page)
    assert proposal(request, "name").decision == Answer.OPEN


def test_a_correction_that_came_by_letter_is_written_down(desk: Client) -> None:
    user: User = make_person()
    request = make_request(user, Right.RECTIFICATION)
    page = desk.get(workspace_url(request))
    assert "No correction stands here yet." in said(page)
    url = act_url(request, "note-correction")
    assert "This is what stands there already." in said(desk.post(url, {"key": key(user, "name"), "new": "Ann"}))
    assert "Choose what is wrong." in said(desk.post(url, {"key": "", "new": "Anne"}))
    assert desk.post(url, {"key": key(make_person(), "name"), "new": "Anne"}).status_code == 409
    assert desk.post(url, {"key": key(user, "name"), "new": "Anne"}).status_code == 302
    assert proposal(request, "name").new == "Anne"


def test_other_rights_have_none_of_it(desk: Client) -> None:
    request = make_request(make_user())
    assert "Old and new" not in said(desk.get(workspace_url(request)))
    assert desk.post(act_url(request, "decide-proposals"), {}).status_code == 404


def test_rows_of_one_kind_are_told_apart(desk: Client) -> None:
    user = make_person()
    first, second = make_enrolment(user=user), make_enrolment(user=user)
    changes = {f"accounts-enrolment:{found.pk}:nickname": "Lea" for found in (first, second)}
    page = said(desk.get(workspace_url(filed(user, changes))))
    for enrolment in (first, second):  # in the table, and at the two fields of the decision
        assert page.count(f"What your employer told us about you, {enrolment.customer.name}") == 3
