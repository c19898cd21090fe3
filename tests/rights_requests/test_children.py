"""The lane for children: anyone reports, use stops at once, nobody learns anything, and a false report is undone."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import Session, User
from privacy import restriction
from privacy.data_map.plan import plan
from privacy.data_map.subject import Subject, subject_of_user
from privacy.models import Job, JobState, ProcessingStop
from privacy.vocabulary import Purpose, Right, StopGround
from rights_requests.deadlines import term_for
from rights_requests.errors import NotIdentified
from rights_requests.models import IdentityCheck, Message, RefusalReason, RightsRequest, State
from rights_requests.services import deciding, reporting
from rights_requests.services.reporting import Report
from rights_requests.vocabulary import Outcome, RequesterRole
from tests.factories import PASSWORD, make_enrolment, make_user
from tests.rights_requests.browsing import browser_of, database_snapshot, hidden, said
from tests.rights_requests.desk import browser, make_colleague, workspace_url
from tests.rights_requests.scenario import at_once, filed, make_due, run, staff_actor
from tests.rights_requests.test_proving import code_in_mail, proven

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P9.1")]
CHILD = reverse("rights_requests:child")
LOGIN = reverse("account_login")


def tell(who: str) -> None:
    reporting.report(report=Report(who=who, relation="parent", message="She is 14."))


def case() -> RightsRequest:
    return RightsRequest.objects.get(requester_role=RequesterRole.REPORTER)


def use_is_stopped(user: User) -> bool:
    return not restriction.allows(subject_of_user(user.pk), Purpose.PROVIDE_SERVICES)


def letter_to(address: str) -> str:
    return str(Email.objects.filter(to=address).latest("id").message)


def adult_link(address: str) -> str:
    found = re.search(r"http\S+/requests/adult/\S+", letter_to(address))
    assert found
    return urlsplit(found[0]).path


@pytest.fixture(autouse=True)
def _no_reports_yet() -> None:
    """What other tests counted against this network is forgotten."""
    cache.clear()


def may_sign_in(user: User) -> bool:
    client = Client()
    answer = client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    # Staff are asked for their second step then.
    return "_auth_user_id" in client.session or answer.get("Location") == reverse("mfa_authenticate")


def decided(request: RightsRequest) -> RightsRequest:
    """The case as two people agreed on it."""
    deciding.prepare(request_id=request.pk, actor=staff_actor())
    return deciding.approve(request_id=request.pk, actor=staff_actor())


@pytest.mark.promise("P5.5")
def test_a_report_stops_every_use_ends_the_sessions_and_keeps_the_account_from_being_used() -> None:
    child = make_user()
    page = browser_of(child)
    assert may_sign_in(child)
    tell(child.email)
    assert use_is_stopped(child)
    assert not Session.objects.filter(user_id=child.pk).exists()
    assert page.get(reverse("rights_requests:list")).status_code == 302
    assert not may_sign_in(child)
    request = case()
    assert (request.right, request.minor, request.state) == (Right.ERASURE, True, State.RECEIVED)
    shortest = term_for(received_at=request.received_at, country="", right=Right.ERASURE, minor=True).due_at
    assert request.due_at == shortest
    assert "you need not send us any paper" in letter_to(child.email)


def test_a_user_name_will_do_and_so_will_somebody_whom_an_employer_enrolled() -> None:
    child = make_user(username="Max_14")
    tell("max_14")
    assert use_is_stopped(child)
    make_enrolment("kid@example.org")
    tell("kid@example.org")
    assert not restriction.allows(Subject(emails=frozenset({"kid@example.org"})), Purpose.PROVIDE_SERVICES)


def test_of_a_child_whom_we_do_not_know_nothing_is_kept_and_the_same_work_is_done() -> None:
    known = make_user()
    before = database_snapshot()
    with CaptureQueriesContext(connection) as for_nobody:
        tell("unknown@example.org")
    changed = {name for name, digest in database_snapshot().items() if digest != before[name]}
    assert changed <= {name for name in before if name.endswith("_seq")}
    with CaptureQueriesContext(connection) as for_child:
        tell(known.email)
    writes = [
        [sql for sql in (query["sql"] for query in found) if sql.startswith("INSERT")]
        for found in (for_nobody, for_child)
    ]
    assert len(writes[0]) >= len(writes[1]) - 3 > 5
    tell("no_such_name")
    assert RightsRequest.objects.count() == 1


def test_the_page_is_open_to_anyone_and_says_the_same_for_every_child(client: Client) -> None:
    child = make_user()
    answers = []
    for who in (child.email, "unknown@example.org", "no_such_name"):
        answer = client.post(CHILD, {"who": who, "relation": "school", "message": ""}, follow=True)
        answers.append(said(answer))
    assert len(set(answers)) == 1
    assert "Thank you for telling us" in answers[0]
    assert case().subject_user_id == child.pk


def test_nothing_about_the_reporter_is_kept_or_asked(client: Client) -> None:
    child = make_user()
    client.post(CHILD, {"who": child.email, "relation": "other", "message": "A friend."})
    request = case()
    assert (request.requester_sealed, request.requester_id, request.message) == (None, None, "")
    assert Message.objects.get(request=request).text == "other\n\nA friend."
    assert "reporter" not in letter_to(child.email).lower()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"who": "", "relation": "other"}, "Enter the e-mail address or the user name"),
        ({"who": "a@b", "relation": "other"}, "Enter an e-mail address with an @"),
        ({"who": "аda@example.org", "relation": "other"}, "Type it letter by letter"),
        ({"who": "max", "relation": ""}, "Choose who you are to the child."),
    ],
)
def test_a_mistake_is_told_in_words(client: Client, typed: dict[str, str], words: str) -> None:
    assert words in said(client.post(CHILD, typed))


def test_after_five_reports_from_one_network_the_next_waits_and_stays_on_the_page(client: Client) -> None:
    child = make_user()
    for number in range(5):
        assert client.post(CHILD, {"who": f"u{number}@example.org", "relation": "other"}).status_code == 302
    answer = client.post(CHILD, {"who": child.email, "relation": "other", "message": "Kept."})
    assert answer.status_code == 429
    assert "send it again in an hour" in said(answer)
    assert "Kept." in answer.content.decode()
    assert not use_is_stopped(child)


def test_a_flood_from_many_networks_ends_too(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "child_reports": "2/h/key"}
    codes = []
    for number in range(3):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        codes.append(client.post(CHILD, {"who": "a@example.org", "relation": "other"}).status_code)
    assert codes == [302, 302, 429]


# A false report


def test_somebody_who_is_no_child_ends_the_block_with_one_click_and_staff_hear_of_it() -> None:
    victim = make_user()
    tell(victim.email)
    link = adult_link(victim.email)
    assert "Are you 18 or older?" in said(Client().get(link))
    assert use_is_stopped(victim)  # opening the link, as mail programs do, changes nothing
    assert "The block has ended" in said(Client().post(link))
    assert not use_is_stopped(victim)
    assert may_sign_in(victim)
    assert case().state == State.RECEIVED
    assert Email.objects.filter(subject__contains="18 or older").exists()
    page = said(browser(make_colleague()).get(workspace_url(case())))
    assert "The person says that they are 18 or older" in page
    assert "She is 14." in page
    assert "There is no block" in said(Client().post(link))


def test_twenty_clicks_at_once_end_the_block_once() -> None:
    victim = make_user()
    tell(victim.email)
    link = adult_link(victim.email)
    assert set(at_once(20, lambda _number: Client().post(link).status_code)) == {200}
    assert Message.objects.filter(request=case(), author="system").count() == 1


def test_whoever_said_so_is_not_blocked_again_by_a_report_alone() -> None:
    victim = make_user()
    tell(victim.email)
    Client().post(adult_link(victim.email))
    tell(victim.email)
    assert not use_is_stopped(victim)
    assert Message.objects.filter(request=case(), author="reporter").count() == 2
    ProcessingStop.objects.filter(ground=StopGround.MINOR).first()
    assert RightsRequest.objects.count() == 1


def test_our_own_people_are_not_kept_out_by_a_report() -> None:
    colleague = make_colleague()
    tell(colleague.email)
    assert not use_is_stopped(colleague)
    assert may_sign_in(colleague)
    assert case().subject_user_id == colleague.pk


def test_nothing_is_deleted_without_two_people_and_not_before_the_person_could_speak() -> None:
    victim = make_user()
    tell(victim.email)
    request = decided(case())
    job = Job.objects.get(about=request.pk)
    assert job.not_before > timezone.now() + timedelta(hours=71)
    Client().post(adult_link(victim.email))
    request.refresh_from_db()
    assert (request.state, request.prepared_by_id, request.approved_by_id) == (State.RECEIVED, None, None)
    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED
    assert User.objects.filter(pk=victim.pk).exists()


@pytest.mark.promise("P5.5")
def test_a_child_is_deleted_when_two_people_agree(mailoutbox: list[Any]) -> None:
    child = make_user()
    tell(child.email)
    request = decided(case())
    make_due(request)
    assert run(request).state == State.COMPLETED
    assert not User.objects.filter(pk=child.pk).exists()
    assert [child.email] in [message.to for message in mailoutbox]


def test_the_erasure_that_a_person_asked_for_becomes_the_fast_lane_instead_of_a_second_one() -> None:
    person = make_user()
    own = filed(person, Right.ERASURE)
    tell(person.email)
    request = RightsRequest.objects.get()
    assert (request.pk, request.minor, request.requester_role) == (own.pk, True, RequesterRole.SELF)
    assert request.due_at < own.due_at
    assert use_is_stopped(person)


def test_a_report_takes_no_time_from_somebody_who_may_still_change_their_mind() -> None:
    person = make_user()
    own = filed(person, Right.ERASURE)
    until = timezone.now() + timedelta(hours=20)
    RightsRequest.objects.filter(pk=own.pk).update(cooling_until=until)
    tell(person.email)
    assert RightsRequest.objects.get().cooling_until == until


# A blocked child keeps their rights


def test_a_blocked_child_gets_in_with_a_code_and_staff_look_at_what_they_ask(client: Client) -> None:
    child = make_user()
    assert not proven(Client(), child.email).get(reverse("rights_requests:list")).context
    tell(child.email)
    page = proven(client, child.email)
    assert code_in_mail(child.email)
    assert case().reference in said(page.get(reverse("rights_requests:list")))
    new = reverse("rights_requests:new_right", kwargs={"right": "access"})
    page.post(new, {"message": ""})
    check = reverse("rights_requests:new_check", kwargs={"right": "access"})
    page.post(check, {"key": hidden(page.get(check), "key")})
    request = RightsRequest.objects.get(right=Right.ACCESS)
    assert IdentityCheck.objects.get(request=request).outcome == Outcome.OPEN
    with pytest.raises(NotIdentified):
        deciding.approve(request_id=request.pk, actor=staff_actor())


def test_whoever_has_the_mailbox_only_gets_no_code_for_an_account_that_is_not_blocked() -> None:
    victim = make_user()
    tell(victim.email)
    Client().post(adult_link(victim.email))
    page = proven(Client(), victim.email)
    assert code_in_mail(victim.email) == ""
    assert page.get(reverse("rights_requests:list"))["Location"].startswith(reverse("rights_requests:who"))


def test_the_plan_of_a_child_is_what_two_people_see() -> None:
    child = make_user()
    tell(child.email)
    assert case().plan_hash == plan(subject_of_user(child.pk), Right.ERASURE).hash


def test_when_staff_refuse_the_report_the_block_ends_and_the_person_is_told() -> None:
    person = make_user()
    tell(person.email)
    refusal = {"reason": RefusalReason.UNFOUNDED, "text": "You work for a Customer, and are no child."}
    deciding.refuse(request_id=case().pk, actor=staff_actor(), **refusal)
    assert not use_is_stopped(person)
    assert "You can use everything as before." in letter_to(person.email)


def test_the_letter_before_the_deletion_is_in_words_for_somebody_who_asked_for_nothing() -> None:
    child = make_user()
    tell(child.email)
    deciding.prepare(request_id=case().pk, actor=staff_actor())
    assert "Somebody told us that you may be under 18." in letter_to(child.email)
    assert adult_link(child.email)


def test_a_report_cannot_be_withdrawn_on_the_page_only_answered_with_the_link(client: Client) -> None:
    child = make_user()
    tell(child.email)
    page = proven(client, child.email)
    where = {"reference": case().reference}
    assert "Withdraw this request" not in said(page.get(reverse("rights_requests:detail", kwargs=where)))
    page.post(reverse("rights_requests:withdraw", kwargs=where))
    assert (case().state, use_is_stopped(child)) == (State.RECEIVED, True)
