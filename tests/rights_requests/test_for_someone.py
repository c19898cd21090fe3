"""Asking for someone else: nothing leaves or dies before the mandate is accepted, and its data subject can say no."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from privacy.data_map.plan import plan
from privacy.data_map.subject import subject_of_user
from privacy.models import Job, JobState
from privacy.vocabulary import Right
from rights_requests import pages, people
from rights_requests.errors import NotIdentified, SubjectSaidNo, TooMany, WrongState
from rights_requests.models import IdentityCheck, RightsRequest, State
from rights_requests.services import deciding, filing, halting, identifying, standing_in, terms
from rights_requests.services.filing import Asked
from rights_requests.services.standing_in import Mandate
from rights_requests.stop_links import StopPurpose, stop_token
from rights_requests.vocabulary import AskReason, IdentityMethod, ObjectionGround, Outcome, RequesterRole
from tests.factories import make_user
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import act_url, browser, make_colleague
from tests.rights_requests.scenario import at_once, filed, make_due, run, staff_actor, subject_actor
from tests.rights_requests.test_proving import proven

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P7.2")]
AGENT = "agent@example.org"
WHO = reverse("rights_requests:for_someone")
SIGNED = Mandate(statement="I declare that they asked me.", signed="Ada Agent")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of evidence, empty at first."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.PACKAGE_DIR = tmp_path / "packages"
    return settings.EVIDENCE_DIR  # type: ignore[no-any-return]


def ask(address: str, right: Right = Right.ACCESS, *, agent: str = AGENT, **more: Any) -> RightsRequest:
    """A request that an agent without account, who has proven their own address, made with a signed statement."""
    asked = Asked(right, **more)
    party = people.party_of_address(agent)
    given = {"role": RequesterRole.AGENT, "name": "Ada Agent", "mandate": SIGNED}
    return standing_in.ask(party=party, address=address, asked=asked, key=uuid4(), **given).request


def mail_to(address: str) -> str:
    return str(Email.objects.filter(to=address).latest("id").message)


def stop_link(address: str) -> str:
    """The path of the link in the newest message to an address."""
    found = re.search(r"http\S+/requests/stop/\S+", mail_to(address))
    assert found
    return urlsplit(found[0]).path


def accept(request: RightsRequest, *, passed: bool = True) -> None:
    check = IdentityCheck.objects.get(request=request, method=IdentityMethod.MANDATE)
    identifying.settle(check_id=check.pk, actor=staff_actor(), passed=passed)


def state(request: RightsRequest) -> str:
    return RightsRequest.objects.get(pk=request.pk).state


# The person is told, by whom, what and how to stop it


def test_the_person_is_told_at_once_who_asks_for_what_and_can_stop_it_without_signing_in() -> None:
    victim = make_user()
    request = ask(victim.email, Right.ERASURE)
    told = mail_to(victim.email)
    assert "the deletion of what we hold about you" in told
    assert "“Ada Agent”" in told
    assert "Before that nothing leaves us and nothing is deleted." in told
    page = said(Client().get(stop_link(victim.email)))
    assert "Stop what was asked in your name?" in page
    assert state(request) == State.RECEIVED  # opening the link, as mail programs do, stops nothing
    assert "It is stopped" in said(Client().post(stop_link(victim.email)))
    assert state(request) == State.WITHDRAWN
    assert IdentityCheck.objects.get(request=request, method=IdentityMethod.MANDATE).outcome == Outcome.FAILED
    assert "told us that you do not act for them" in mail_to(AGENT)
    assert "You said no, and so we do not do it." in mail_to(victim.email)


def test_the_link_pressed_again_says_the_same_and_tells_nobody_twice() -> None:
    victim = make_user()
    ask(victim.email)
    link = stop_link(victim.email)
    Client().post(link)
    before = Email.objects.count()
    assert "It is stopped" in said(Client().post(link))
    assert Email.objects.count() == before


@pytest.mark.parametrize("change", ["", "x", "other purpose", "old"])
def test_a_link_that_we_did_not_make_for_this_opens_nothing(change: str, settings: Any) -> None:
    victim = make_user()
    request = ask(victim.email)
    token = stop_token(request.pk, StopPurpose.ADULT if change == "other purpose" else StopPurpose.REQUEST)
    if change == "old":
        settings.STOP_LINK_DAYS = -1
    if change == "x":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    path = reverse("rights_requests:stop_request", kwargs={"token": token if change else request.pk.hex})
    assert Client().post(path).status_code == 404
    assert state(request) == State.RECEIVED


def test_the_page_of_the_link_goes_to_no_other_site_and_no_search_engine() -> None:
    victim = make_user()
    ask(victim.email)
    answer = Client().get(stop_link(victim.email))
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("same-origin", "noindex, nofollow")
    assert "no-store" in answer["Cache-Control"]


def test_twenty_presses_at_once_stop_once_and_tell_once() -> None:
    victim = make_user()
    request = ask(victim.email)
    link = stop_link(victim.email)
    answers = at_once(20, lambda _number: Client().post(link).status_code)
    assert set(answers) == {200}
    assert request.transitions.filter(to_state=State.WITHDRAWN).count() == 1
    assert Email.objects.filter(to=AGENT, subject__startswith="The person has said no").count() == 1


def test_whoever_was_stopped_does_not_ask_again_the_next_day() -> None:
    victim = make_user()
    halting.stop(request_id=ask(victim.email).pk)
    with pytest.raises(SubjectSaidNo):
        ask(victim.email, Right.ERASURE)
    assert ask(make_user().email).state == State.RECEIVED


# Nothing leaves and nothing dies before the mandate was accepted


@pytest.mark.parametrize("right", [Right.ACCESS, Right.ERASURE, Right.RESTRICTION])
def test_nobody_can_decide_before_the_mandate_is_accepted_and_not_after_it_failed(right: Right) -> None:
    request = ask(make_user().email, right, ground="accuracy" if right == Right.RESTRICTION else "")
    decide = deciding.prepare if right == Right.ERASURE else deciding.approve
    with pytest.raises(NotIdentified):
        decide(request_id=request.pk, actor=staff_actor())
    accept(request, passed=False)
    with pytest.raises(NotIdentified):
        decide(request_id=request.pk, actor=staff_actor())
    assert not Job.objects.filter(about=request.pk).exists()
    accept(request)
    assert decide(request_id=request.pk, actor=staff_actor()).state in {State.APPROVED, State.PREPARED}


def test_an_objection_to_advertising_for_someone_else_waits_for_the_mandate() -> None:
    request = ask(make_user().email, Right.OBJECTION, ground=ObjectionGround.MARKETING)
    assert state(request) == State.RECEIVED
    accept(request, passed=False)
    assert state(request) == State.RECEIVED
    accept(request)
    assert run(request).state == State.COMPLETED


def test_before_a_copy_leaves_the_person_is_told_again_and_stops_it_in_time() -> None:
    victim = make_user()
    request = ask(victim.email)
    accept(request)
    deciding.approve(request_id=request.pk, actor=staff_actor())
    assert "this person can download a copy of your data" in mail_to(victim.email)
    job = Job.objects.get(about=request.pk)
    assert job.not_before > timezone.now() + timedelta(hours=23)
    Client().post(stop_link(victim.email))
    assert state(request) == State.WITHDRAWN
    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED


@pytest.mark.promise("P5.3")
def test_an_erasure_through_an_agent_ends_with_a_word_to_both(mailoutbox: list[Any]) -> None:
    victim = make_user()
    request = ask(victim.email, Right.ERASURE)
    accept(request)
    deciding.prepare(request_id=request.pk, actor=staff_actor())
    deciding.approve(request_id=request.pk, actor=staff_actor())
    make_due(request)
    assert run(request).state == State.COMPLETED
    told = [address for message in mailoutbox for address in message.to if "deleted" in message.body]
    assert sorted(told) == sorted([AGENT, victim.email])
    # Both read the same words, and neither has lost an account by them: the agent has one, the data subject had one.
    (words,) = {message.body for message in mailoutbox if "deleted" in message.body}
    assert "We have deleted it. If there was an account with it, it has ended." in words
    assert "you" not in words.split("\n")[0]
    assert not User.objects.filter(pk=victim.pk).exists()


def test_the_answer_goes_to_the_agent_and_the_person_hears_what_came_of_it() -> None:
    victim = make_user()
    request = ask(victim.email)
    accept(request, passed=False)
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason="no_mandate", text="No letter.")  # type: ignore[arg-type]
    assert "No letter." in mail_to(AGENT)
    assert "We refused it. Nothing was done with your data." in mail_to(victim.email)
    assert "No letter." not in mail_to(victim.email)


# An agent learns nothing, and stands in nobody's way


def test_the_answer_is_the_same_for_an_address_that_nobody_has(client: Client) -> None:
    victim = make_user()
    browser = proven(client, AGENT, WHO)
    seen = []
    for address in (victim.email, "nobody@example.org"):
        request = ask(address, Right.ERASURE)
        page = browser.get(reverse("rights_requests:detail", kwargs={"reference": request.reference}))
        text = said(page).replace(request.reference, "REFERENCE")
        seen.append(re.sub(r"at \d\d:\d\d|requests/follow/\S+", "", text))
        assert "What goes and what stays" not in text
    assert seen[0] == seen[1]
    letters = [mail.message for mail in Email.objects.filter(to=AGENT, subject__contains="for someone else")]
    assert len({re.sub(r"[A-Z0-9]{4}-[A-Z0-9]{4}-?\S*", "", letter) for letter in letters}) == 1


def test_an_open_request_of_the_person_is_not_what_an_agent_gets_to_see_and_the_other_way_round() -> None:
    victim = make_user()
    own = filed(victim, Right.ERASURE)
    for_them = ask(victim.email, Right.ERASURE)
    assert for_them.pk != own.pk
    party = people.party_of_user(victim)
    assert pages.open_requests(party) == {Right.ERASURE: own}
    assert ask(victim.email, Right.ERASURE).pk == for_them.pk


def test_what_others_ask_never_uses_up_what_the_person_may_ask(settings: Any) -> None:
    settings.REQUESTS_PER_DAY = 2
    victim = make_user()
    ask(victim.email), ask(victim.email, Right.ERASURE, agent="second@example.org")
    with pytest.raises(TooMany):
        ask(victim.email, agent="third@example.org")
    assert filed(victim).state == State.RECEIVED


def test_the_person_sees_it_on_their_own_pages_and_can_withdraw_it_there() -> None:
    victim = make_user()
    request = ask(victim.email)
    page = browser_of(victim)
    detail = reverse("rights_requests:detail", kwargs={"reference": request.reference})
    assert page.get(detail).status_code == 200
    page.post(reverse("rights_requests:withdraw", kwargs={"reference": request.reference}))
    assert IdentityCheck.objects.get(request=request, method=IdentityMethod.MANDATE).outcome == Outcome.FAILED


def test_what_we_ask_the_agent_is_not_asked_of_the_person() -> None:
    person = make_user()
    request = ask(person.email)
    accept(request)
    terms.ask(request_id=request.pk, actor=staff_actor(), reason=AskReason.CLARIFICATION, text="Which year?")
    text = said(browser_of(person).get(reverse("rights_requests:detail", kwargs={"reference": request.reference})))
    assert "We need something from whoever made the request" in text
    assert "We need something from you" not in text
    assert "We asked you" not in text
    listed = said(browser_of(person).get(reverse("rights_requests:list")))
    assert "Waiting for an answer" in listed
    assert "Waiting for you" not in listed


def test_when_the_agent_withdraws_the_person_hears_of_it() -> None:
    victim = make_user()
    request = ask(victim.email)
    party = people.party_of_address(AGENT)
    from_agent = RightsRequest.objects.get(pk=request.pk)
    assert pages.lines(party)[0].request == from_agent
    halting.withdrawing.withdraw(request_id=request.pk, actor=party.actor)
    assert "This person has withdrawn it." in mail_to(victim.email)
    assert not IdentityCheck.objects.filter(request=request, outcome=Outcome.FAILED).exists()


@pytest.mark.promise("P5.3")
def test_an_erasure_of_the_person_ends_what_others_asked_and_of_the_agent_what_they_asked() -> None:
    victim, agent = make_user(), make_user()
    other = ask(victim.email, Right.ERASURE)
    own = filed(victim, Right.ERASURE)
    party = people.party_of_user(agent)
    given = {"role": RequesterRole.AGENT, "name": "Ada", "mandate": SIGNED, "key": uuid4()}
    third = standing_in.ask(party=party, address=make_user().email, asked=Asked(Right.ACCESS), **given).request
    for person, request in ((victim, own), (agent, filed(agent, Right.ERASURE))):
        shown = plan(subject_of_user(person.pk), Right.ERASURE).hash
        deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=shown)
        deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash=shown)
        assert run(request).state == State.COMPLETED
    assert (state(other), state(third)) == (State.WITHDRAWN, State.WITHDRAWN)


@pytest.mark.parametrize("typed", ["аda@example.org", "ada+tag@example.org", "ada@examp1e.org"])
def test_an_address_that_only_looks_like_the_one_of_the_person_is_not_theirs(client: Client, typed: str) -> None:
    person = make_user("ada@example.org")
    browser = proven(client, AGENT, WHO)
    answer = browser.post(WHO, {"role": "agent", "name": "Ada", "email": typed, "right": "access"})
    if answer.status_code == 200:
        assert "Type it letter by letter" in said(answer)
        return
    assert ask(typed).subject_digest != subject_of_user(person.pk).digest
    assert not Email.objects.filter(to=person.email).exists()


def test_nobody_accepts_a_mandate_of_their_own_or_of_a_closed_request() -> None:
    request = ask(make_user().email)
    halting.stop(request_id=request.pk)
    with pytest.raises(WrongState):
        accept(request)
    member = make_colleague()
    theirs = ask(member.email)
    check = IdentityCheck.objects.get(request=theirs, method=IdentityMethod.MANDATE)
    answer = browser(member).post(act_url(theirs, "accept-check"), {"check_id": check.pk})
    assert answer.status_code == 409
    check.refresh_from_db()
    assert check.outcome == Outcome.OPEN


def test_a_request_of_ones_own_is_identified_as_before() -> None:
    user = make_user()
    request = filed(user)
    assert deciding.approve(request_id=request.pk, actor=staff_actor()).state == State.APPROVED
    assert filing.Asker(subject_of_user(user.pk), IdentityMethod.ACCOUNT).digest == ""
    assert subject_actor(user).digest == request.subject_digest
