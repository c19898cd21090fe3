"""Whose request it is: what a mailbox alone opens, what an account opens, and what one asker never sees of another."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from privacy import restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import subject_of_user
from privacy.vocabulary import Right, StopGround
from rights_requests import pages, people, selectors
from rights_requests.api import shapes
from rights_requests.errors import NotFound, PackageGone, WrongState
from rights_requests.models import IdentityCheck, RefusalReason, RightsRequest, State
from rights_requests.people import Party
from rights_requests.services import appealing, deciding, filing, identifying, messaging, standing_in, stopping, terms
from rights_requests.services.downloading import mint_token, open_download
from rights_requests.services.filing import Asked, Asker
from rights_requests.services.standing_in import Mandate
from rights_requests.vocabulary import AskReason, IdentityMethod, ObjectionGround, RequesterRole
from tests.factories import make_user
from tests.rights_requests.scenario import completed, filed, run, staff_actor, subject_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P7.2")]

ADA, AGENT = "ada@example.org", "agent@example.org"


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    """Folders of packages and of evidence, empty at first."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.PACKAGE_DIR = tmp_path / "packages"


def asked_by(party: Party, right: Right = Right.ACCESS, **more: Any) -> RightsRequest:
    """What somebody asks for themselves."""
    asker, asked = Asker(party.subject, party.method), Asked(right, **more)
    return filing.file(actor=party.actor, asker=asker, asked=asked).request


def asked_for(address: str, agent: Party, right: Right = Right.ACCESS, **more: Any) -> RightsRequest:
    """What an agent asks for the person with this address."""
    given = {"role": RequesterRole.AGENT, "name": "Ada Agent", "mandate": Mandate(statement="They asked.", signed="A")}
    return standing_in.ask(party=agent, address=address, asked=Asked(right, **more), key=uuid4(), **given).request


def block(user: User) -> None:
    """What an anonymous report of a child does, and nothing but the person's own word undoes."""
    subject = subject_of_user(user.pk)
    digests = {"subject_digest": subject.digest, "digests": subject.digests()}
    restriction.impose(actor=SYSTEM, **digests, ground=StopGround.MINOR)


def take(request: RightsRequest, by: Party) -> bytes:
    package_id = request.package.pk
    stream, _name, _size = open_download(
        package_id=package_id, by=by, token=mint_token(package_id=package_id, holder=by.label)
    )
    return b"".join(stream)


def carried_out(request: RightsRequest) -> RightsRequest:
    deciding.approve(request_id=request.pk, actor=staff_actor(), plan_hash=request.plan_hash)
    return run(request)


def test_a_mailbox_alone_does_not_open_what_an_account_asked_for_even_when_a_block_keeps_its_owner_out() -> None:
    user = make_user(ADA)
    request = completed(user)
    block(user)
    mailbox = people.party_of_address(ADA)
    with pytest.raises(NotFound):
        selectors.request_of(mailbox, request.reference)
    with pytest.raises(PackageGone):
        take(request, mailbox)
    assert take(request, people.party_of_user(user))


def test_who_is_kept_out_by_a_block_gets_what_they_asked_for_with_their_mailbox_once_staff_are_sure() -> None:
    user = make_user(ADA)
    block(user)
    mailbox = people.party_of_address(ADA)
    request = asked_by(mailbox)
    check = IdentityCheck.objects.get(request=request, method=IdentityMethod.EMAIL_CODE)
    identifying.settle(check_id=check.pk, actor=staff_actor(), passed=True)
    request = carried_out(request)
    assert selectors.request_of(mailbox, request.reference) == request
    assert take(request, mailbox)


def test_the_next_holder_of_an_agents_address_does_not_get_what_the_agents_account_asked_for() -> None:
    agent = make_user(AGENT)
    request = asked_for(ADA, people.party_of_user(agent))
    agent.emailaddress_set.update(email="moved@example.org")
    next_holder = people.party_of_address(AGENT)
    with pytest.raises(NotFound):
        selectors.request_of(next_holder, request.reference)
    with pytest.raises(NotFound):
        messaging.write_to_us(request_id=request.pk, actor=next_holder.actor, text="Send it to me.")


def test_what_somebody_asked_for_without_an_account_is_theirs_when_they_have_one() -> None:
    request = carried_out(asked_by(people.party_of_address(ADA)))
    account = people.party_of_user(make_user(ADA))
    assert selectors.request_of(account, request.reference) == request
    assert take(request, account)


def test_the_data_subject_with_a_new_account_can_stop_what_an_account_asked_for_them() -> None:
    request = asked_for(ADA, people.party_of_user(make_user(AGENT)))
    account = people.party_of_user(make_user(ADA))
    assert selectors.request_of(account, request.reference) == request
    written = messaging.write_to_us(request_id=request.pk, actor=account.actor, text="I asked nobody.")
    assert written.text == "I asked nobody."


def test_who_asks_for_somebody_does_not_read_what_that_person_writes_to_us() -> None:
    agent, person = people.party_of_address(AGENT), people.party_of_user(make_user(ADA))
    request = asked_for(ADA, agent, message="Their file.")
    messaging.write_to_us(request_id=request.pk, actor=agent.actor, text="The agent's words.")
    messaging.write_to_us(request_id=request.pk, actor=person.actor, text="The person's words.")
    seen = {who: [message.text for message in pages.whole(request, who)["thread"]] for who in (agent, person)}
    assert "The agent's words." in seen[agent]
    assert "The person's words." not in seen[agent]
    assert seen[person] == ["The person's words."]
    assert [pages.whole(request, who)["words"] for who in (agent, person)] == ["Their file.", ""]
    assert shapes.whole(request, person)["message"] == ""
    assert shapes.whole(request, agent)["message"] == "Their file."


@pytest.mark.promise("P7.3")
def test_what_others_ask_for_a_person_does_not_stand_in_the_way_of_their_appeal() -> None:
    user = make_user(ADA)
    request = filed(user, Right.ERASURE)
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.UNFOUNDED, text="No.")
    asked_for(ADA, people.party_of_address(AGENT), Right.ERASURE)
    appealed = appealing.appeal(request_id=request.pk, actor=subject_actor(user), text="Look again.")
    assert appealed.state == State.APPEALED


@pytest.mark.promise("P9.1")
def test_the_block_of_a_child_is_not_ended_by_the_page_that_ends_a_restriction() -> None:
    user = make_user(ADA)
    subject = subject_of_user(user.pk)
    request = asked_by(people.party_of_user(user), Right.ERASURE)
    digests = {"subject_digest": subject.digest, "digests": subject.digests()}
    restriction.impose(actor=SYSTEM, **digests, ground=StopGround.MINOR, request_id=request.pk)
    with pytest.raises(WrongState):
        stopping.end_by_person(request_id=request.pk, actor=Actor.subject(user.pk, subject.digest))
    assert restriction.stops_of(subject)


@pytest.mark.promise("P5.4")
def test_an_objection_can_be_ended_only_once_it_is_carried_out_so_that_its_job_never_meets_a_lifted_stop() -> None:
    user = make_user(ADA)
    request = asked_by(people.party_of_user(user), Right.OBJECTION, ground=ObjectionGround.MARKETING)
    stopping.begin_at_once(request, actor=subject_actor(user))
    with pytest.raises(WrongState):
        stopping.end_by_person(request_id=request.pk, actor=subject_actor(user))
    assert run(request).state == State.COMPLETED
    stopping.end_by_person(request_id=request.pk, actor=subject_actor(user))
    assert restriction.stops_of(subject_of_user(user.pk)) == []


def test_what_we_ask_an_agent_is_the_agents_to_read_and_to_answer() -> None:
    agent, person = people.party_of_user(make_user(AGENT)), people.party_of_user(make_user(ADA))
    request = asked_for(ADA, agent, country="FR")
    terms.ask(request_id=request.pk, actor=staff_actor(), reason=AskReason.MANDATE, text="Since when?")
    request.refresh_from_db()
    assert pages.whole(request, agent)["question"].text == "Since when?"
    assert pages.whole(request, person)["question"] is None
    messaging.write_to_us(request_id=request.pk, actor=person.actor, text="Who is this?")
    with pytest.raises(NotFound):
        terms.answer_question(request_id=request.pk, actor=person.actor, text="Since May.")
    request.refresh_from_db()
    assert request.state == State.WAITING
    assert terms.answer_question(request_id=request.pk, actor=agent.actor, text="Since May.").state == State.RECEIVED
    fee = {"amount_cents": 500, "reason": RefusalReason.EXCESSIVE, "text": "The third time."}
    terms.propose_fee(request_id=request.pk, actor=staff_actor(), **fee)
    with pytest.raises(NotFound):
        terms.answer_fee(request_id=request.pk, actor=person.actor, accepted=True)
