"""What an erasure ends beside itself: other requests of the person keep nothing by which they could be found again."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from post_office.models import Email

from accounts.models import Enrolment
from privacy.digests import keyed_digest
from privacy.models import JobState, JobStep
from privacy.vocabulary import Right
from rights_requests import people, selectors
from rights_requests.models import IdentityCheck, RightsRequest, State
from rights_requests.services import deciding, filing, identifying, standing_in, stopping
from rights_requests.services.filing import Asked, Asker
from rights_requests.services.standing_in import Mandate
from rights_requests.subjects import known
from rights_requests.vocabulary import IdentityMethod, RequesterRole
from tests.factories import make_enrolment, make_user
from tests.rights_requests.scenario import approved, completed, filed, job_of, run, staff_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.3")]


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    """Folders of packages and of evidence, empty at first."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.PACKAGE_DIR = tmp_path / "packages"


def asked_by_an_agent(address: str, right: Right, party: people.Party | None = None, **more: Any) -> RightsRequest:
    """What an agent asks for the person with this address, with a mandate that staff accepted."""
    party = party or people.party_of_address("agent@example.org")
    given = {"role": RequesterRole.AGENT, "name": "Ada", "mandate": Mandate(statement="They asked.", signed="Ada")}
    request = standing_in.ask(party=party, address=address, asked=Asked(right, **more), key=uuid4(), **given).request
    check = IdentityCheck.objects.get(request=request, method=IdentityMethod.MANDATE)
    identifying.settle(check_id=check.pk, actor=staff_actor(), passed=True)
    return request


def test_an_agents_erasure_that_ends_with_the_persons_own_keeps_no_address() -> None:
    user = make_user()
    other = asked_by_an_agent(user.email, Right.ERASURE)
    deciding.prepare(request_id=other.pk, actor=staff_actor(), plan_hash=None)
    deciding.approve(request_id=other.pk, actor=staff_actor(), plan_hash=None)
    assert run(approved(user, Right.ERASURE)).state == State.COMPLETED
    other.refresh_from_db()
    assert other.state == State.WITHDRAWN
    assert [other.contact_sealed, other.subject_sealed, other.requester_sealed] == [None, None, None]


@pytest.mark.promise("P7.2")
def test_an_agent_is_told_that_their_request_ended_with_the_persons_erasure_and_no_more() -> None:
    user = make_user()
    other = asked_by_an_agent(user.email, Right.ACCESS)
    assert run(approved(user, Right.ERASURE)).state == State.COMPLETED
    letter = Email.objects.filter(to="agent@example.org").latest("id")
    assert letter.subject == f"Your request {other.reference} has ended"
    assert user.email not in letter.message
    assert "delet" not in letter.message
    other.refresh_from_db()
    assert "delete" not in str([(entry.title, entry.text) for entry in selectors.timeline(other)])


@pytest.mark.promise("P5.4")
@pytest.mark.parametrize("with_account", [True, False])
def test_the_erasure_of_an_agent_leaves_the_person_whom_they_asked_for_reachable(with_account: bool) -> None:
    agent, address = make_user(), "ada@example.org"
    if with_account:
        make_user(address)
    else:
        make_enrolment(address)
    told = {"ground": "claims", "message": "I am her lawyer."}
    request = asked_by_an_agent(address, Right.RESTRICTION, people.party_of_user(agent), **told)
    deciding.approve(request_id=request.pk, actor=staff_actor())
    assert run(request).state == State.COMPLETED
    erasure = run(approved(agent, Right.ERASURE))
    assert erasure.state == State.COMPLETED
    request.refresh_from_db()
    assert (request.requester, request.requester_sealed, request.message) == (None, None, "")
    stopping.announce_end(request_id=request.pk, actor=staff_actor(), text="We looked at it.")
    assert "We looked at it." in Email.objects.filter(to=address).latest("id").message


def test_a_row_that_names_the_erased_person_twice_is_counted_once() -> None:
    erasure = completed(make_user(), Right.ERASURE)
    lines = {line["slug"]: line for line in erasure.receipt.content["categories"]}
    assert lines["rights_requests-rightsrequest"]["masked"] == 1


@pytest.mark.promise("P7.2")
def test_the_person_is_told_when_what_an_agent_asked_for_them_ends_with_the_agents_erasure() -> None:
    agent, address = make_user(), "ada@example.org"
    make_enrolment(address)
    request = asked_by_an_agent(address, Right.ACCESS, people.party_of_user(agent))
    assert run(approved(agent, Right.ERASURE)).state == State.COMPLETED
    request.refresh_from_db()
    assert (request.state, request.requester_sealed, known(request)) == (State.WITHDRAWN, None, True)
    assert "we can no longer answer this person" in Email.objects.filter(to=address).latest("id").message


def test_an_erasure_that_had_stopped_half_way_keeps_no_identifiers_when_another_ends_it() -> None:
    user = make_user()
    other = asked_by_an_agent(user.email, Right.ERASURE)
    deciding.prepare(request_id=other.pk, actor=staff_actor(), plan_hash=None)
    deciding.approve(request_id=other.pk, actor=staff_actor(), plan_hash=None)
    stopped = job_of(other)
    JobStep.objects.create(
        job=stopped, name="check_plan", fence=1, detail={"subject": "sealed"}, done_at=timezone.now()
    )
    type(stopped).objects.filter(pk=stopped.pk).update(state=JobState.NEEDS_STAFF)
    assert run(approved(user, Right.ERASURE)).state == State.COMPLETED
    assert JobStep.objects.get(job=stopped, name="check_plan").detail == {}


def test_a_request_that_was_paused_does_not_hold_up_the_erasure() -> None:
    user = make_user()
    waiting = filed(user, Right.ACCESS)
    RightsRequest.objects.filter(pk=waiting.pk).update(state=State.WAITING, paused_at=timezone.now())
    assert run(approved(user, Right.ERASURE)).state == State.COMPLETED
    waiting.refresh_from_db()
    assert (waiting.state, waiting.paused_at) == (State.WITHDRAWN, None)


def test_a_copy_that_an_agent_asked_for_is_destroyed_with_the_agent() -> None:
    """Whoever has the agent's mailbox next would find it there otherwise."""
    agent = make_user("agent@example.org")
    person = make_user()
    request = completed(person)
    RightsRequest.objects.filter(pk=request.pk).update(
        requester=agent, requester_role=RequesterRole.AGENT, requester_digest=keyed_digest("email", agent.email)
    )
    assert run(approved(agent, Right.ERASURE)).state == State.COMPLETED
    assert RightsRequest.objects.get(pk=request.pk).package.destroyed_at is not None


def test_an_address_in_what_an_employer_said_of_somebody_else_does_not_hold_up_the_erasure() -> None:
    """A claimed enrolment belongs to the account that claimed it; its work address has gone to a successor."""
    before = make_user("moved@example.org")
    enrolment = make_enrolment("shared@example.org")
    Enrolment.objects.filter(pk=enrolment.pk).update(user=before)
    party = people.party_of_address("shared@example.org")
    asker, asked = Asker(party.subject, party.method), Asked(Right.ERASURE, waives_cooling=True)
    request = filing.file(actor=party.actor, asker=asker, asked=asked).request
    deciding.prepare(request_id=request.pk, actor=staff_actor(), plan_hash=None)
    deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash=None)
    assert run(request).state == State.COMPLETED
    assert Enrolment.objects.get(pk=enrolment.pk).work_email == "shared@example.org"
