"""Closing a duplicate: both stay linked, the person is told where it goes on, and nothing else is closed this way."""

import pytest
from post_office.models import Email

from accounts.models import User
from privacy.vocabulary import Right
from rights_requests.errors import NotAllowed, NotTheSame, WrongState
from rights_requests.models import RightsRequest, State
from rights_requests.people import party_of_address
from rights_requests.services import filing, merging, withdrawing
from tests.factories import make_enrolment, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import act_url, browser, make_colleague
from tests.rights_requests.scenario import filed, staff_actor, subject_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> RightsRequest:
    """What somebody asked with their account."""
    return filed(make_user())


@pytest.fixture
def second() -> RightsRequest:
    """What the same person asked again by their work address."""
    party = party_of_address(make_enrolment("ada@work.example").work_email)
    asker = filing.Asker(party.subject, party.method)
    return filing.file(actor=party.actor, asker=asker, asked=filing.Asked(Right.ACCESS)).request


def test_a_duplicate_goes_on_under_the_first_reference(first: RightsRequest, second: RightsRequest) -> None:
    typed = first.reference.lower().replace("-", " ")
    done = browser(make_colleague()).post(act_url(second, "link-duplicate"), {"reference": typed}, follow=True)
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


def test_only_staff_and_only_open_requests(first: RightsRequest, second: RightsRequest) -> None:
    user = User.objects.get(pk=first.subject_user_id)
    with pytest.raises(NotAllowed):
        merging.link_duplicate(request_id=second.pk, actor=subject_actor(user), reference=first.reference)
    withdrawing.withdraw(request_id=first.pk, actor=subject_actor(user))
    with pytest.raises(NotTheSame):
        merging.link_duplicate(request_id=second.pk, actor=staff_actor(), reference=first.reference)
    with pytest.raises(WrongState):
        merging.link_duplicate(request_id=first.pk, actor=staff_actor(), reference=second.reference)
