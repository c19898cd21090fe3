"""What pages show: one's own requests only, and for every state what happens next."""

import itertools

import pytest
from django.utils import timezone

from privacy.vocabulary import Right
from rights_requests import selectors
from rights_requests.errors import NotFound
from rights_requests.follow import follow_token, follow_url, request_id_of
from rights_requests.models import CLOSED_STATES, RightsRequest, State
from rights_requests.people import party_of_user
from rights_requests.states import Event
from tests.factories import make_package, make_request, make_user
from tests.rights_requests.desk import failure_seen
from tests.rights_requests.scenario import filed

pytestmark = pytest.mark.django_db


def test_a_person_sees_their_own_requests_newest_first() -> None:
    user = make_user()
    first, second = filed(user), filed(user, Right.ERASURE)
    filed(make_user())
    assert list(selectors.requests_of(party_of_user(user))) == [second, first]


def test_a_reference_finds_ones_own_request_however_it_is_typed() -> None:
    user = make_user()
    request = filed(user)
    for typed in (request.reference, request.reference.lower(), request.reference.replace("-", " ")):
        assert selectors.request_of(party_of_user(user), typed) == request


def test_unknown_and_foreign_references_are_the_same() -> None:
    user, foreign = make_user(), filed(make_user())
    for reference in (foreign.reference, "OC-9999-9999", "", "'; DROP TABLE", "\x7f"):
        with pytest.raises(NotFound):
            selectors.request_of(party_of_user(user), reference)


def test_a_follow_link_leads_to_its_request_and_only_when_we_signed_it() -> None:
    request = filed(make_user())
    token = follow_token(request.pk)
    assert selectors.by_follow_token(token) == request
    assert follow_url(request.pk).endswith(f"/requests/follow/{token}/")
    for wrong in (token[:-1], f"{make_request(make_user()).pk.hex}:{token.split(':')[1]}", "", "x", ":", "\x00"):
        assert request_id_of(wrong) is None
        with pytest.raises(NotFound):
            selectors.by_follow_token(wrong)


@pytest.mark.parametrize(("right", "state"), list(itertools.product(Right, State)))
def test_every_state_says_what_happens_next_and_until_when(right: Right, state: State) -> None:
    request = make_request(make_user(), right, state)
    step = selectors.next_step(request)
    assert str(step.title)
    assert str(step.text)
    assert (step.by_when is None) == (state in CLOSED_STATES)


def test_a_copy_whose_time_is_over_is_not_offered_even_before_the_sweep() -> None:
    package = make_package(make_request(make_user(), state=State.COMPLETED), expires_at=timezone.now())
    assert "destroyed" in str(selectors.next_step(package.request).text)


def test_every_event_has_words_for_the_person() -> None:
    assert set(selectors._TOLD) == set(Event)


def test_what_is_due_first_is_first_in_the_queue() -> None:
    late, soon = make_request(make_user(), due_at=timezone.now()), make_request(make_user())
    make_request(make_user(), state=State.COMPLETED)
    assert list(selectors.queue()) == [late, soon]
    assert list(selectors.queue(right="erasure")) == []
    assert [request.state for request in selectors.queue(state="completed")] == ["completed"]
    assert selectors.queue(open_only=False).count() == RightsRequest.objects.count()


def test_a_request_without_a_job_has_no_failure() -> None:
    request = filed(make_user())
    assert selectors.job_of(request) is None
    assert failure_seen(request) is None
