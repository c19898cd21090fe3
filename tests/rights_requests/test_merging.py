"""Closing a duplicate: both stay linked, the person is told where it goes on, and nothing else is closed this way."""

from uuid import uuid4

import pytest
from post_office.models import Email

from accounts.models import User
from privacy.vocabulary import Right
from rights_requests.errors import NotAllowed, NotTheSame, NotTheSamePerson, WrongState
from rights_requests.models import RightsRequest, State
from rights_requests.people import party_of_address
from rights_requests.services import filing, merging, standing_in, withdrawing
from rights_requests.services.standing_in import Mandate
from rights_requests.vocabulary import RequesterRole
from tests.factories import make_enrolment, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import act_url, browser, make_colleague
from tests.rights_requests.scenario import filed, staff_actor, subject_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> RightsRequest:
    """What somebody asked with their account."""
    return filed(make_user())


def asked_by_address() -> RightsRequest:
    """What somebody asked by their work address."""
    party = party_of_address(make_enrolment("ada@work.example").work_email)
    asker = filing.Asker(party.subject, party.method)
    return filing.file(actor=party.actor, asker=asker, asked=filing.Asked(Right.ACCESS)).request


@pytest.fixture
def second() -> RightsRequest:
    """What the same person asked again by their work address."""
    return asked_by_address()


def test_a_duplicate_goes_on_under_the_first_reference(first: RightsRequest, second: RightsRequest) -> None:
    typed = {"reference": first.reference.lower().replace("-", " "), "known_how": "She signed both."}
    done = browser(make_colleague()).post(act_url(second, "link-duplicate"), typed, follow=True)
    assert "closed as a duplicate" in said(done)
    second.refresh_from_db()
    assert (second.state, second.duplicate_of, first.duplicates.get()) == (State.WITHDRAWN, first, second)
    assert RightsRequest.objects.get(pk=first.pk).state == State.RECEIVED
    assert first.reference in Email.objects.filter(to="ada@work.example").latest("id").subject


def test_a_wrong_reference_is_told_in_words(first: RightsRequest, second: RightsRequest) -> None:
    desk, erasure = browser(make_colleague()), filed(make_user(), Right.ERASURE)
    for wrong in (second.reference, erasure.reference, "OC-9999-9999"):
        page = desk.post(act_url(second, "link-duplicate"), {"reference": wrong})
        assert "no other open request of this right" in said(page)
    assert RightsRequest.objects.get(pk=second.pk).state == State.RECEIVED


def test_requests_that_name_different_people_are_linked_only_when_staff_say_how_they_know(
    first: RightsRequest, second: RightsRequest
) -> None:
    given = {"request_id": second.pk, "actor": staff_actor(), "reference": first.reference}
    with pytest.raises(NotTheSamePerson):
        merging.link_duplicate(**given)
    assert not second.messages.exists()
    merging.link_duplicate(**given, known_how="She signed both.")
    assert [(note.kind, note.text) for note in second.messages.all()] == [("note", "She signed both.")]


def test_two_requests_about_one_person_are_linked_without_more(first: RightsRequest) -> None:
    user = User.objects.get(pk=first.subject_user_id)
    agent = party_of_address("agent@example.org")
    given = {"role": RequesterRole.AGENT, "name": "Ada", "mandate": Mandate(statement="They asked.", signed="Ada")}
    asked, key = filing.Asked(Right.ACCESS), uuid4()
    other = standing_in.ask(party=agent, address=user.email, asked=asked, key=key, **given).request
    merging.link_duplicate(request_id=other.pk, actor=staff_actor(), reference=first.reference)
    other.refresh_from_db()
    assert other.duplicate_of == first


def test_only_staff_and_only_open_requests(first: RightsRequest, second: RightsRequest) -> None:
    user = User.objects.get(pk=first.subject_user_id)
    with pytest.raises(NotAllowed):
        merging.link_duplicate(request_id=second.pk, actor=subject_actor(user), reference=first.reference)
    withdrawing.withdraw(request_id=first.pk, actor=subject_actor(user))
    with pytest.raises(NotTheSame):
        merging.link_duplicate(request_id=second.pk, actor=staff_actor(), reference=first.reference)
    with pytest.raises(WrongState):
        merging.link_duplicate(request_id=first.pk, actor=staff_actor(), reference=second.reference)
