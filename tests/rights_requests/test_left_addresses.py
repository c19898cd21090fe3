"""What was asked under an address that the person has left: it stays theirs, and nobody else has any of it."""

from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from accounts import services
from accounts.models import User
from privacy.actors import SYSTEM
from privacy.digests import keyed_digest
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests import people, rules, states
from rights_requests.job_handlers import lane_of
from rights_requests.models import RightsRequest, State
from rights_requests.services import deciding, filing, keeping, withdrawing
from rights_requests.services.filing import Asked, Asker
from rights_requests.states import Event
from rights_requests.subjects import address_of
from rights_requests.vocabulary import RequesterRole
from tests.factories import make_user
from tests.rights_requests.scenario import approved, filed, make_due, run, staff_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.3")]
OLD, NEW = "old@example.org", "new@example.org"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    """The folder of packages, empty at first."""
    settings.PACKAGE_DIR = tmp_path / "packages"


def asked_by_code(right: Right = Right.ACCESS, message: str = "") -> RightsRequest:
    """What somebody asks with a code sent to the old address."""
    party = people.party_of_address(OLD)
    asker = Asker(party.subject, party.method)
    return filing.file(actor=party.actor, asker=asker, asked=Asked(right, message)).request


def move(user: User) -> None:
    """Let the account leave the old address."""
    User.objects.filter(pk=user.pk).update(email=NEW)
    EmailAddress.objects.filter(user=user).update(email=NEW)
    services.move_address(actor=services.actor_of(user.pk), user_id=user.pk, left=OLD)


def test_what_was_asked_under_it_is_masked_with_the_account() -> None:
    request = asked_by_code(message="My name is Ann.")
    withdrawing.withdraw(request_id=request.pk, actor=people.party_of_address(OLD).actor)
    user = make_user(OLD)
    move(user)
    erasure = approved(user, Right.ERASURE)
    make_due(erasure)
    assert run(erasure).state == State.COMPLETED
    request.refresh_from_db()
    assert (request.message, request.subject_sealed, request.subject_user) == ("", None, None)


def test_whoever_has_it_next_has_none_of_it_and_answers_go_to_where_the_person_is() -> None:
    request = asked_by_code()
    user = make_user(OLD)
    move(user)
    request.refresh_from_db()
    assert address_of(request) == NEW
    assert rules.is_party(request, services.actor_of(user.pk))
    assert not rules.is_party(request, people.party_of_address(OLD).actor)
    assert asked_by_code().pk != request.pk
    assert AuditEntry.objects.get(event="request.kept").subject_digest == request.subject_digest


def test_beside_an_open_request_of_the_account_both_stay() -> None:
    request = asked_by_code()
    user = make_user(OLD)
    other = RightsRequest.objects.create(
        right=Right.ACCESS,
        reference="OC-7F3K-9CQM",
        subject_user=user,
        subject_digest=services.actor_of(user.pk).digest,
        due_at=request.due_at,
    )
    move(user)
    request.refresh_from_db()
    assert (request.subject_user, request.subject_digest != other.subject_digest) == (user, True)


def test_what_an_agent_asked_from_it_stays_the_agents() -> None:
    user = make_user(OLD)
    request = filed(make_user(), Right.ACCESS)
    asker = {"requester": None, "requester_role": RequesterRole.AGENT}
    digest = keyed_digest("email", OLD)
    RightsRequest.objects.filter(pk=request.pk).update(**asker, requester_digest=digest)
    keeping.keep_with_account(user_id=user.pk, address=OLD)
    request.refresh_from_db()
    assert request.requester == user


def test_what_an_earlier_erasure_has_emptied_is_left_alone() -> None:
    request = asked_by_code(Right.ERASURE)
    states.advance(request_id=request.pk, event=Event.REAPPLY, actor=SYSTEM, changes={"subject_sealed": None})
    assert keeping.keep_with_account(user_id=make_user(NEW).pk, address=OLD) == 0


@pytest.mark.parametrize("opened", [(), (Event.APPEAL_PART,), (Event.APPEAL_PART, Event.UPHOLD_PART)])
def test_what_was_asked_since_the_erasure_is_kept_whatever_becomes_of_a_part(opened: tuple[Event, ...]) -> None:
    before = asked_by_code()
    withdrawing.withdraw(request_id=before.pk, actor=people.party_of_address(OLD).actor)
    erasure = asked_by_code(Right.ERASURE)
    deciding.prepare(request_id=erasure.pk, actor=staff_actor(), plan_hash=None)
    deciding.approve(request_id=erasure.pk, actor=staff_actor(), plan_hash=None)
    for event in (Event.START, Event.FULFIL):
        states.advance(request_id=erasure.pk, event=event, actor=SYSTEM)
    since = asked_by_code()
    for event in opened:
        states.advance(request_id=erasure.pk, event=event, actor=SYSTEM)
    user = make_user(NEW)
    assert keeping.keep_with_account(user_id=user.pk, address=OLD) == 1
    assert list(RightsRequest.objects.filter(subject_user=user)) == [since]


def test_jobs_of_one_person_wait_for_each_other_by_whichever_identifier_they_asked() -> None:
    by_code = asked_by_code()
    by_account = filed(make_user(OLD), Right.PORTABILITY)
    one, other = lane_of(by_code.pk), lane_of(by_account.pk)
    assert one.key == other.key
    assert (one.rivals, other.rivals) == ([by_account.pk], [by_code.pk])
