"""The checklist at the desk: derived from what is so, one step to do now, and the way on to the next request."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from privacy.models import Job, JobState, JobStep
from privacy.vocabulary import Right
from rights_requests.desk.checklist import STEPS
from rights_requests.models import IdentityCheck, Message, RightsRequest, State
from rights_requests.vocabulary import IdentityMethod, MessageKind
from tests.factories import make_request, make_staff, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import (
    DECIDE,
    QUEUE,
    VIEW,
    act_url,
    browser,
    make_colleague,
    make_erasure,
    workspace_url,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return browser(make_colleague())


def now(desk: Client, request: RightsRequest) -> str:
    """The step that stands out."""
    html = desk.get(workspace_url(request)).content.decode()
    found = re.findall(r'<li class="desk-check-now" aria-current="step">\s*<div[^>]*>(.*?)</div>', html, re.DOTALL)
    assert len(found) <= 1
    return " ".join(re.sub("<[^>]+>", "", found[0]).split()) if found else ""


def test_every_right_has_its_steps() -> None:
    assert set(STEPS) == set(Right)


def test_the_step_to_do_follows_what_is_so(desk: Client) -> None:
    request = make_request(make_user())
    assert now(desk, request) == "Decide (now)"
    check = IdentityCheck.objects.create(request=request, method=IdentityMethod.MANDATE)
    assert now(desk, request) == "Be sure who asks (now)"
    IdentityCheck.objects.filter(pk=check.pk).update(outcome="passed")
    Message.objects.create(request=request, kind=MessageKind.FROM_PERSON, author="subject:x", text="Hello?")
    assert now(desk, request) == "Read what the person wrote, and answer (now)"
    desk.post(act_url(request, "read"))
    desk.post(act_url(request, "approve"), {"plan_hash": ""})
    assert now(desk, request) == "The work is done, by itself (now)"
    RightsRequest.objects.update(state=State.REFUSED, closed_at="2026-01-01T00:00:00+00:00")
    assert now(desk, request) == ""


@pytest.mark.parametrize(
    ("right", "words"),
    [
        (Right.ACCESS, "Look whether it is about others too"),
        (Right.PORTABILITY, "Look whether it is about others too"),
        (Right.ERASURE, "Look whether the law wants a part to stay"),
        (Right.RECTIFICATION, "Decide on each correction (now)"),
        (Right.RESTRICTION, "Check whether one of the cases of Art. 18 is given"),
        (Right.OBJECTION, "Weigh their reasons against ours (Art. 21)"),
    ],
)
def test_each_right_is_looked_at_in_its_own_way(desk: Client, right: Right, words: str) -> None:
    assert words in said(desk.get(workspace_url(make_request(make_user(), right))))


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("state", [State.RECEIVED, State.WAITING, State.COMPLETED, State.REFUSED])
def test_a_step_leads_nowhere_but_to_a_section_that_is_there(desk: Client, right: Right, state: State) -> None:
    page = desk.get(workspace_url(make_request(make_user(), right, state))).content.decode()
    places = set(re.findall(r'href="#([a-z]+)"', page))
    assert "timeline" in places
    assert places <= set(re.findall(r' id="([^"]+)"', page))


def test_each_act_stands_once_and_leads_by_its_letter(desk: Client) -> None:
    html = desk.get(workspace_url(make_erasure())).content.decode()
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    keys = re.findall(r'data-key="(\w)"', html)
    assert sorted(keys) == sorted("amneptr")


def test_work_at_the_moment_is_asked_for_again_and_says_when_it_stopped(desk: Client) -> None:
    request = make_request(make_user(), state=State.RUNNING)
    job = Job.objects.create(kind=Right.ACCESS, about=request.pk, state=JobState.RUNNING)
    JobStep.objects.create(job=job, name="start", fence=1, done_at="2026-01-01T00:00:00+00:00")
    address = reverse("admin:rights_requests_rightsrequest_progress", args=[request.pk])
    assert f'data-poll="{address}"' in desk.get(workspace_url(request)).content.decode()
    moving = desk.get(address)
    assert "1 of 3 steps" in said(moving)
    assert "data-poll-end" not in moving.content.decode()
    JobStep.objects.create(job=job, name="package", fence=1)
    Job.objects.update(state=JobState.NEEDS_STAFF, failed_step="package", failure="OSError")
    RightsRequest.objects.update(state=State.NEEDS_ATTENTION)
    stopped = desk.get(address)
    assert "data-poll-end" in stopped.content.decode()
    for words in ("package OSError", "Resuming repeats “package”", "stopped here: repeated"):
        assert words in said(stopped)
    assert browser(make_staff()).get(address).status_code == 403


def test_an_act_leads_on_to_the_next_request_when_that_was_chosen(desk: Client) -> None:
    first, second = make_request(make_user()), make_request(make_user())
    assert desk.post(act_url(first, "approve"), {"plan_hash": ""})["Location"] == workspace_url(first)
    third, fourth = make_request(make_user()), make_request(make_user())
    desk.post(reverse("admin:rights_requests_rightsrequest_onward", args=[second.pk]))
    assert desk.post(act_url(second, "take"))["Location"] == workspace_url(second)
    assert desk.post(act_url(second, "approve"), {"plan_hash": ""})["Location"] == workspace_url(third)
    data = {"reason": "excessive", "text": "Twice."}
    assert desk.post(act_url(third, "refuse"), data)["Location"] == workspace_url(fourth)
    answer = desk.post(act_url(fourth, "approve"), {"plan_hash": ""}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse(QUEUE)
    assert "Nothing else waits for you." in said(answer)


def test_what_waits_for_somebody_is_never_their_own_nor_a_colleagues(desk: Client) -> None:
    me: User = make_colleague()
    mine = make_request(me)
    make_request(make_user(), assignee=make_colleague())
    make_request(make_user(), state=State.RUNNING)
    own_look = make_erasure(state=State.PREPARED, prepared_by=me)
    other_look = make_erasure(state=State.PREPARED, prepared_by=make_colleague(), assignee=make_colleague())
    following = reverse("admin:rights_requests_rightsrequest_next", args=[own_look.pk])
    assert browser(me).get(following)["Location"] == workspace_url(other_look)
    assert mine.subject_user == me


def test_files_are_for_those_who_may_see_files() -> None:
    request = make_request(make_user())
    without = browser(make_staff(perms=[VIEW, DECIDE]))
    for name in ("look", "file"):
        address = reverse(f"admin:rights_requests_rightsrequest_{name}", args=[request.pk, request.pk])
        assert without.get(address).status_code == 403
